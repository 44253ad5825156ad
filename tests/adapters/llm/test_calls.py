"""Tools in requests to models, and the reading of their calls, through both adapters."""

import json

import pytest

from chat_app.adapters.llm.factory import Gateway
from chat_app.adapters.llm.streams.calls import ARGUMENTS_MAX, CALLS_MAX
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmMessage, Piece, ToolCall
from chat_app.core.tools.ports import ToolInfo
from tests.adapters.llm.conftest import MODELS
from tests.vendor.server import ScriptedVendor

every_format = pytest.mark.parametrize("name", MODELS)

SCHEMA = {"type": "object", "properties": {"expression": {"type": "string"}}, "required": ["expression"]}
TOOLS = tuple(
    ToolInfo(f"builtin/{name}", name, name.title(), f"Does {name}.", SCHEMA) for name in ("calculate", "look_up")
)


def request(name: str, prompt: str, *more: LlmMessage, tools: tuple[ToolInfo, ...] = TOOLS) -> CompletionRequest:
    messages = (LlmMessage("system", "Be brief."), LlmMessage("user", f"Aiko: {prompt}"), *more)
    return CompletionRequest(MODELS[name], messages, tools=tools)


async def pieces_of(gateway: Gateway, asked: CompletionRequest) -> list[Piece]:
    return [piece async for piece in gateway.stream(asked)]


@every_format
async def test_a_call_comes_with_the_last_piece_after_the_text_before_it(
    gateway: Gateway, vendor: ScriptedVendor, name: str
):
    said = 'first [[lead Let me see.]] [[call calculate {"expression": "2+2 日本"}]]'
    pieces = await pieces_of(gateway, request(name, said))
    assert "".join(piece.text for piece in pieces) == "Let me see."
    assert [bool(piece.calls) for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    [call] = pieces[-1].calls
    assert (call.name, json.loads(call.arguments)) == ("calculate", {"expression": "2+2 日本"})
    assert call.id
    assert pieces[-1].usage is not None
    assert pieces[-1].note is None
    assert vendor.requests[-1].tools == ["calculate", "look_up"]


@every_format
async def test_several_calls_stay_apart_and_each_has_an_id(gateway: Gateway, name: str):
    said = 'a [[call calculate {"expression": "1+1"}]] [[call look_up {"expression": "tea"}]] [[call look_up {}]]'
    calls = (await pieces_of(gateway, request(name, said)))[-1].calls
    assert [(call.name, json.loads(call.arguments)) for call in calls] == [
        ("calculate", {"expression": "1+1"}),
        ("look_up", {"expression": "tea"}),
        ("look_up", {}),
    ]
    assert len({call.id for call in calls}) == 3


@every_format
async def test_results_go_back_and_the_answer_goes_on(gateway: Gateway, vendor: ScriptedVendor, name: str):
    said = 'b [[call calculate {"expression": "2+2"}]] [[call look_up {}]] [[say It is {results}.]]'
    calls = (await pieces_of(gateway, request(name, said)))[-1].calls
    results = (LlmMessage("tool", "4", call.name, answers=call.id) for call in calls)
    pieces = await pieces_of(gateway, request(name, said, LlmMessage("assistant", "", calls=calls), *results))
    assert "".join(piece.text for piece in pieces) == "It is 4 4."
    assert pieces[-1].calls == ()
    assert vendor.requests[-1].results == [["4", "4"]]


async def test_gemini_gets_its_signature_back_and_others_plain_ids(gateway: Gateway, vendor: ScriptedVendor):
    [call] = (await pieces_of(gateway, request("gemini", 'c [[call calculate {"expression": "1"}]]')))[-1].calls
    turns = (LlmMessage("assistant", "", calls=(call,)), LlmMessage("tool", "1", call.name, answers=call.id))
    await pieces_of(gateway, request("gemini", "c", *turns))
    assert '"thoughtSignature": "c2lnbmVk"' in json.dumps(vendor.requests[-1].body)
    for other in ("openai", "anthropic"):  # the fallback continues with the same turns
        await pieces_of(gateway, request(other, "c", *turns))
        assert "c2lnbmVk" not in json.dumps(vendor.requests[-1].body)
        assert call.id.partition("__thought__")[0] in json.dumps(vendor.requests[-1].body)


@every_format
async def test_without_tools_a_model_that_calls_fails_as_before(gateway: Gateway, vendor: ScriptedVendor, name: str):
    with pytest.raises(LlmError) as error:
        await pieces_of(gateway, request(name, 'd [[anyway]] [[call calculate {"a": 1}]]', tools=()))
    assert error.value.code == "llm_only_tools"
    assert vendor.requests[-1].tools == []


@pytest.mark.parametrize("name", ["openai", "anthropic", "vllm"])
@pytest.mark.parametrize("arguments", ["{not json", "[1, 2", '"text"', ""])
async def test_arguments_that_are_no_json_come_as_they_are_and_go_back_empty(
    gateway: Gateway, vendor: ScriptedVendor, name: str, arguments: str
):
    [call] = (await pieces_of(gateway, request(name, f"e [[call calculate {arguments}]]")))[-1].calls
    assert call.arguments == (arguments or "{}")
    result = LlmMessage("tool", "no", "calculate", answers=call.id)
    await pieces_of(gateway, request(name, "e", LlmMessage("assistant", "", calls=(call,)), result))
    assert "not json" not in json.dumps(vendor.requests[-1].body["messages"][1:])


@pytest.mark.parametrize("name", ["openai", "ollama"])
@pytest.mark.slow
async def test_calls_beyond_the_limits_are_not_read(gateway: Gateway, name: str):
    many = " ".join(["[[call look_up {}]]"] * (CALLS_MAX + 3))
    assert len((await pieces_of(gateway, request(name, f"f {many}")))[-1].calls) == CALLS_MAX
    long = json.dumps({"expression": "1" * ARGUMENTS_MAX})
    [call] = (await pieces_of(gateway, request(name, f"g [[call look_up {long}]]")))[-1].calls
    assert len(call.arguments) == ARGUMENTS_MAX


async def test_no_call_is_made_of_an_answer_that_was_cut(gateway: Gateway):
    turns = (LlmMessage("assistant", "", calls=(ToolCall("c", "look_up", "{}"),)), LlmMessage("tool", "x", answers="c"))
    pieces = await pieces_of(gateway, request("openai", "h [[tokens 3 length]]", *turns))
    assert (pieces[-1].calls, pieces[-1].note) == ((), "llm_length")
