"""Both adapters against a vendor that fails in every way there is."""

import asyncio
import gc
from contextlib import aclosing

import pytest

from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.factory import Gateway
from chat_app.adapters.llm.litellm_gateway import LiteLlmGateway
from chat_app.adapters.llm.loading import import_all
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmMessage
from chat_app.core.ai.ports.usage import Usage
from tests.adapters.llm.conftest import KEY, MODELS, asked, read
from tests.support.site import ROOT
from tests.support.waiting import until
from tests.vendor.recorded import Recorded
from tests.vendor.script import WORDS
from tests.vendor.server import ScriptedVendor

every_format = pytest.mark.parametrize("name", MODELS)


async def failing(gateway: Gateway, request: CompletionRequest) -> tuple[str, LlmError]:
    """Return the text before the error, and the error."""
    text = ""
    try:
        async for piece in gateway.stream(request):
            text += piece.text
    except LlmError as error:
        return text, error
    raise AssertionError("the answer did not fail")


async def over(recorded: Recorded) -> str:
    """How the vendor saw the request end, once it has."""
    assert await asyncio.to_thread(recorded.done.wait, 5)
    return recorded.outcome


@every_format
async def test_an_answer_comes_piece_by_piece_with_the_vendors_own_count(
    gateway: Gateway, vendor: ScriptedVendor, name: str
):
    pieces, usage = await read(gateway, asked(MODELS[name], "[[tokens 7]]"))
    assert pieces == [f"{word} " for word in WORDS[:7]]
    assert usage.completion_tokens == 7
    assert usage.prompt_tokens == len("Be brief.") + len("Aiko: [[tokens 7]]")  # as the vendor counts
    assert await over(vendor.requests[-1]) == "complete"


@every_format
async def test_japanese_and_markdown_arrive_as_they_are(gateway: Gateway, name: str):
    text = "**こんにちは** 世界 👋 | `a` |"
    assert "".join((await read(gateway, asked(MODELS[name], f"[[say {text}]]")))[0]) == text


@every_format
async def test_the_model_sees_the_turns_and_the_key_only_where_it_belongs(
    gateway: Gateway, vendor: ScriptedVendor, name: str
):
    messages = (
        LlmMessage("system", "Be brief."),
        LlmMessage("user", "Aiko: one", "Aiko"),
        LlmMessage("assistant", "Hm."),
        LlmMessage("user", "Ben: two", "Ben"),
    )
    await read(gateway, CompletionRequest(MODELS[name], messages, max_output=50))
    recorded = vendor.requests[-1]
    assert recorded.turns == [(m.role, m.content) for m in messages]
    assert recorded.key == {"ollama": "", "vllm": ""}.get(name, KEY)
    assert KEY not in recorded.path + str(recorded.body)
    assert "50" in str(recorded.body)


@every_format
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (307, "llm_unavailable"),  # followed, it would take the key elsewhere
        (400, "llm_unavailable"),
        (401, "llm_authentication"),
        (404, "llm_model_not_found"),
        (429, "llm_rate_limited"),
        (500, "llm_unavailable"),
        (529, "llm_unavailable"),
    ],
)
async def test_refusal_has_code_without_key_or_prompt(gateway: Gateway, name: str, status: int, code: str):
    text, error = await failing(gateway, asked(MODELS[name], f"my diary [[fail {status}]]"))
    assert (text, error.code) == ("", code)
    assert error.details == {"model": MODELS[name], "status": status}
    assert KEY not in repr(error) + str(error.__cause__)
    assert "diary" not in repr(error) + str(error.details)


@every_format
async def test_a_prompt_too_long_for_the_model_is_named(gateway: Gateway, name: str):
    assert (await failing(gateway, asked(MODELS[name], "[[toolong]]")))[1].code == "llm_context_too_long"


@pytest.mark.parametrize("name", ["openai", "anthropic", "gemini", "vllm"])
async def test_an_answer_stopped_for_its_content_is_named_and_its_text_kept(gateway: Gateway, name: str):
    text, error = await failing(gateway, asked(MODELS[name], "[[tokens 3 filter]]"))
    assert error.code == ("llm_refused" if name == "anthropic" else "llm_content_filtered")
    assert len(text.split()) == 3


@every_format
async def test_an_answer_cut_at_its_longest_is_whole_with_a_note(gateway: Gateway, name: str):
    pieces = [piece async for piece in gateway.stream(asked(MODELS[name], "[[tokens 3 length]]"))]
    assert "".join(piece.text for piece in pieces).split() == WORDS[:3]
    assert [piece.note for piece in pieces] == [None] * 3 + ["llm_length"]


@every_format
@pytest.mark.parametrize("how", ["cut", "end", "error"])
async def test_a_stream_that_breaks_off_is_interrupted_with_its_text_kept(gateway: Gateway, name: str, how: str):
    text, error = await failing(gateway, asked(MODELS[name], f"[[{how} 4]]"))
    assert error.code == "llm_interrupted"
    assert len(text.split()) == 4


@every_format
@pytest.mark.parametrize("how", ["cut", "end", "error"])
async def test_a_stream_that_breaks_before_the_first_word_is_unavailable(gateway: Gateway, name: str, how: str):
    text, error = await failing(gateway, asked(MODELS[name], f"[[{how} 0]]"))
    assert (text, error.code) == ("", "llm_unavailable")


@every_format
async def test_a_vendor_that_is_slow_to_begin_times_out(hasty: Gateway, vendor: ScriptedVendor, name: str):
    text, error = await failing(hasty, asked(MODELS[name], "[[silence 0]]"))
    assert (text, error.code) == ("", "llm_timeout")
    assert await over(vendor.requests[-1]) == "left"


@pytest.mark.parametrize("name", ["openai"])
async def test_a_vendor_that_does_not_even_answer_times_out(hasty: Gateway, name: str):
    assert (await failing(hasty, asked(MODELS[name], "[[slow 5]]")))[1].code == "llm_timeout"


@every_format
async def test_silence_in_mid_answer_times_out_with_the_text_kept(hasty: Gateway, vendor: ScriptedVendor, name: str):
    text, error = await failing(hasty, asked(MODELS[name], "[[silence 3]]"))
    assert error.code == "llm_timeout"
    assert len(text.split()) == 3
    assert await over(vendor.requests[-1]) == "left"


@pytest.mark.slow
async def test_a_slow_but_steady_answer_does_not_time_out(hasty: Gateway):
    pieces, _ = await read(hasty, asked(MODELS["openai"], "[[tokens 8 rate 10]]"))
    assert len(pieces) == 8


@every_format
async def test_leaving_an_answer_hangs_up_on_the_vendor(gateway: Gateway, vendor: ScriptedVendor, name: str):
    async with aclosing(gateway.stream(asked(MODELS[name], "[[tokens 1000 rate 100]]"))) as pieces:
        await anext(pieces)
    assert await over(vendor.requests[-1]) == "left"
    assert vendor.requests[-1].sent < 200


@every_format
async def test_cancelling_the_reader_hangs_up_on_a_silent_vendor(gateway: Gateway, vendor: ScriptedVendor, name: str):
    pieces = gateway.stream(asked(MODELS[name], "[[silence 2]]"))
    assert [(await anext(pieces)).text for _ in range(2)] == [f"{word} " for word in WORDS[:2]]
    reader = asyncio.ensure_future(anext(pieces))
    assert not (await asyncio.wait({reader}, timeout=0.05))[0]
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert await over(vendor.requests[-1]) == "left"


@pytest.mark.parametrize("name", ["openai", "gemini", "ollama", "vllm"])
async def test_usage_is_estimated_where_the_vendor_gives_none(gateway: Gateway, name: str):
    _, usage = await read(gateway, asked(MODELS[name], "[[say one two three four]] [[nousage]]"))
    assert usage == Usage(prompt_tokens=22, completion_tokens=5)


@pytest.mark.slow
async def test_fifty_answers_at_once_stay_apart(gateway: Gateway):
    answers = await asyncio.gather(
        *(read(gateway, asked(MODELS["openai"], f"[[say {f'n{i} ' * 20}]]")) for i in range(50))
    )
    assert ["".join(pieces).split() for pieces, _ in answers] == [[f"n{i}"] * 20 for i in range(50)]


async def test_connections_are_used_again(gateway: Gateway, vendor: ScriptedVendor):
    await read(gateway, asked(MODELS["openai"], "[[tokens 2]]"))
    before = len(vendor._connections)
    for _ in range(5):
        await read(gateway, asked(MODELS["openai"], "[[tokens 2]]"))
    assert len(vendor._connections) == before


async def test_nothing_is_left_behind_in_the_loop(gateway: Gateway):
    before = asyncio.all_tasks()  # a browser of other tests may have one in this loop
    await failing(gateway, asked(MODELS["openai"], "[[cut 1]]"))
    gc.collect()
    await until(lambda: len(asyncio.all_tasks()) <= len(before))  # a server has another task for the next call


@pytest.mark.slow
async def test_a_server_that_is_not_there_is_unavailable():
    gateway = LiteLlmGateway(LlmConfig({"openai": Provider(KEY, "http://127.0.0.1:1/v1")}, None, retry_seconds=0))
    try:
        error = (await failing(gateway, asked(MODELS["openai"], "hi")))[1]
    finally:
        await gateway.aclose()
    assert error.code == "llm_unavailable"
    assert KEY not in repr(error.__context__)


def test_keys_are_not_shown(vendor: ScriptedVendor):
    assert KEY not in repr(LlmConfig({"openai": Provider(KEY)}))


def test_an_installation_can_import_what_every_vendor_needs() -> None:
    assert import_all.__name__ in (ROOT / "scripts" / "environment.py").read_text()
    import_all()


def test_litellm_keeps_no_megabytes_that_nobody_reads() -> None:
    import_all()
    from litellm import utils
    from litellm.litellm_core_utils.get_model_cost_map import GetModelCostMap

    assert not {"json_data", "claude_json_str"} & vars(utils).keys()
    assert not GetModelCostMap.loaded_model_cost_map()
