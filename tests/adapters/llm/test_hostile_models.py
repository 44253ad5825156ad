"""Models and vendors that send what no other would: through both adapters it is an answer, or a failure in words."""

import gzip
import json
import zlib
from typing import Any

import pytest

from chat_app.adapters.llm.factory import Gateway
from chat_app.adapters.llm.failures import from_response
from chat_app.adapters.llm.streams.calls import NAME_MAX
from chat_app.adapters.llm.streams.formats import Reader, read_anthropic, read_gemini, read_openai
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmMessage, ToolCall
from chat_app.core.tools.ports import ToolInfo
from tests.adapters.llm.answers import lines, sse
from tests.adapters.llm.conftest import MODELS
from tests.adapters.llm.test_bodies import CLOSE, ask, head
from tests.adapters.llm.test_call_parts import END, REQUEST, delta, part
from tests.adapters.llm.test_one_contract import NAMES, Heard, by_gateway, by_reader
from tests.adapters.llm.test_openai_answers import DONE, STOP, chunk
from tests.adapters.llm.test_other_answers import LAST, START, line, parts, said, stopped
from tests.vendor.server import ScriptedVendor

READERS = tuple(NAMES)
every_format = pytest.mark.parametrize("reader", READERS, ids=NAMES.get)
MEGABYTE = "x" * 2**20
ODD_TYPES: tuple[Any, ...] = (None, True, -1, 1e308, [], ["x"], {}, {"a": 1}, "\ud800", "a\x00b", [[]], [None])


def answered(reader: Reader, *texts: str) -> bytes:
    """Return the body of a whole answer of these pieces."""
    if reader is read_openai:
        return sse(*map(chunk, texts), STOP, DONE)
    if reader is read_anthropic:
        return sse(START, *map(said, texts), stopped("end_turn"), LAST)
    if reader is read_gemini:
        return sse(*map(parts, texts), parts(finish="STOP"))
    return lines(*map(line, texts), line("", "stop"))


def call_of(reader: Reader, name: object, arguments: object, id_: object = "a") -> bytes:
    """Return the body of an answer that calls a tool."""
    if reader is read_openai:
        return sse(delta(part(arguments, name, index=0, id=id_)), END)  # type: ignore[arg-type]
    if reader is read_anthropic:
        block = {"type": "tool_use", "id": id_, "name": name, "input": arguments}
        return sse({"type": "content_block_start", "index": 0, "content_block": block}, stopped("tool_use"), LAST)
    if reader is read_gemini:
        return sse(parts({"functionCall": {"id": id_, "name": name, "args": arguments}}, finish="STOP"))
    return lines(line("", "stop", tool_calls=[{"id": id_, "function": {"name": name, "arguments": arguments}}]))


async def same(gateway: Gateway, raw: ScriptedVendor, reader: Reader, body: bytes) -> Heard:
    """Return the reader's result for a body, through an adapter."""
    heard = await by_gateway(gateway, raw, reader, body)
    assert vars(heard) == vars(by_reader(reader, body))
    return heard


@every_format
@pytest.mark.parametrize(
    ("texts", "text"),
    [
        (('<tool_call>{"name": "calc", "arguments": {}}</tool_call>',), None),
        (("[TOOL_CALLS] [", '{"name": "calc"}]'), None),
        (('```json\n{"tool": "calc"}\n```',), None),
        ((MEGABYTE,), None),
        (("\u202eevil\u202c", "\u2066a\u2069\ufeff"), None),
        (("a\x00b", "\x1b[31mc\x07"), None),
        (("a\ud83d", "\ude00b"), "a😀b"),
        (("a\ud800", "b\udfffc"), "abc"),
        (("<think>", "never closed"), ""),
        (("Hi <think>never closed",), None),
        (("</think>" * 9, "Hi"), "Hi"),
        (("data: {}\n\n", "event: error\n\n", "[DONE]"), None),
    ],
)
async def test_text_of_any_kind_is_text(
    gateway: Gateway, raw: ScriptedVendor, reader: Reader, texts: tuple[str, ...], text: str | None
):
    heard = await same(gateway, raw, reader, answered(reader, *texts))
    assert heard.text == ("".join(texts) if text is None else text)
    assert heard.calls == []


@every_format
async def test_bytes_that_are_no_utf8_lose_only_themselves(gateway: Gateway, raw: ScriptedVendor, reader: Reader):
    body = answered(reader, "a?b").replace(b"a?b", b"a\xff\xc3b")
    assert (await same(gateway, raw, reader, body)).text == "a\ufffd\ufffdb"


@every_format
@pytest.mark.parametrize("odd", ODD_TYPES, ids=ascii)
async def test_calls_with_odd_values_are_calls_or_none(
    gateway: Gateway, raw: ScriptedVendor, reader: Reader, odd: object
):
    for body in (call_of(reader, odd, {}), call_of(reader, "calc", odd), call_of(reader, "calc", {"x": odd}, odd)):
        for name, arguments in (await same(gateway, raw, reader, body)).calls:
            assert name
            assert "\ud800" not in name + arguments


@every_format
async def test_name_of_a_call_is_no_longer_than_a_name(gateway: Gateway, raw: ScriptedVendor, reader: Reader):
    [(name, _)] = (await same(gateway, raw, reader, call_of(reader, MEGABYTE, {}))).calls
    assert len(name) == NAME_MAX


@every_format
async def test_arguments_that_are_nested_deeply_come_to_an_end(gateway: Gateway, raw: ScriptedVendor, reader: Reader):
    nested: Any = {}
    for _ in range(700):
        nested = {"a": nested}
    assert (await same(gateway, raw, reader, call_of(reader, "calc", nested))).calls


async def test_halves_of_a_character_in_two_parts_of_arguments_are_joined(gateway: Gateway, raw: ScriptedVendor):
    events = [delta(part('{"x": "\ud83d', "calc", index=0, id="a")), delta(part('\ude00"}', index=0)), END]
    assert (await same(gateway, raw, read_openai, sse(*events))).calls == [("calc", '{"x": "😀"}')]


@pytest.mark.parametrize("kind", ODD_TYPES, ids=ascii)
def test_event_of_an_odd_type_is_passed_over(kind: object):
    body = sse(START, {"type": kind}, said("Hello"), {"type": kind, "delta": kind}, stopped("end_turn"), LAST)
    assert by_reader(read_anthropic, body).text == "Hello"


@pytest.mark.parametrize("finish", [None, "", "eos", "STOP", "unknown_new_reason", 0, [], {}])
async def test_reason_of_the_end_may_be_any_or_none(gateway: Gateway, raw: ScriptedVendor, finish: object):
    heard = await same(gateway, raw, read_openai, sse(chunk("Hello", finish), chunk(finish=finish), DONE))
    assert (heard.text, heard.failed) == ("Hello", False)


async def test_places_of_calls_may_be_out_of_order_or_missing(gateway: Gateway, raw: ScriptedVendor):
    events = [
        delta(part("", "b", index=7, id="b")),
        delta(part("", "a", index=2, id="a")),
        delta(part('{"a"', index=2), part('{"b"', index=7)),
        delta(part(":1}", index=2), part(":2}", index=7)),
        {"choices": [{"index": 0, "delta": {"role": "assistant"}}, {"index": 1, "delta": {"content": "Other"}}]},
        END,
    ]
    heard = await same(gateway, raw, read_openai, sse(*events))
    assert heard.calls == [("b", '{"b":2}'), ("a", '{"a":1}')]
    assert heard.text == ""


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("made_up", ["functions.calc", "calc tool!", "計算", "x" * 300, "\x00"])
async def test_made_up_name_goes_back_as_vendors_take_it(
    gateway: Gateway, vendor: ScriptedVendor, name: str, made_up: str
):
    call = ToolCall("a", made_up, "{}")
    turns = (LlmMessage("assistant", "", calls=(call,)), LlmMessage("tool", "no such", made_up, answers="a"))
    tool = ToolInfo("builtin/calc", "calc", "Calculator", "", {"type": "object"})
    request = CompletionRequest(MODELS[name], (*REQUEST.messages, *turns), tools=(tool,))
    assert [piece async for piece in gateway.stream(request)]
    names = {value for key, value in _strings(vendor.requests[-1].body) if key == "name"}
    assert names - {"calc"} != set()
    assert all(each.isascii() and each.replace("_", "a").isalnum() and len(each) <= 64 for each in names)


@pytest.mark.parametrize("ids", [("a b", "a_b"), ("x" * 70 + "1", "x" * 70 + "2"), ("\ud800", "\udfff")])
async def test_ids_that_no_vendor_takes_are_made_anew(gateway: Gateway, raw: ScriptedVendor, ids: tuple[str, str]):
    raw.raw = (head(CLOSE), sse(*(delta(part("{}", "calc", index=n, id=id_)) for n, id_ in enumerate(ids)), END))
    request = CompletionRequest(MODELS["openai"], REQUEST.messages, tools=REQUEST.tools)
    calls = [call for piece in [piece async for piece in gateway.stream(request)] for call in piece.calls]
    assert len({call.id for call in calls}) == 2
    assert all(call.id.isascii() and len(call.id) <= 64 for call in calls)


DATE = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        *((each, None) for each in ("", "-5", "soon", "1e9", "NaN", "9" * 5000, "Wed, 21 Oct 99999 07:28:00 GMT", "²")),
        ("0", 0),
        ("7", 7),
        ("1.2", 2),
        ("999999", 999_999),
        ("Wed, 21 Oct 2026 07:28:09 GMT", 9),
        ("Wednesday, 21-Oct-26 07:28:09 GMT", 9),
        ("Wed, 21 Oct 2020 07:28:00 GMT", 0),
        ("Wed, 21 Oct 9998 07:28:00 GMT", 999_999),
    ],
)
def test_vendor_says_when_to_come_back_in_seconds_or_by_a_date(said: str, seconds: int | None):
    error = from_response("m", 429, "", {"retry-after": said, "date": DATE})
    assert error.details.get("retry_after") == seconds


@pytest.mark.parametrize(
    ("steps", "text", "code"),
    [
        ((head(b"location: http://127.0.0.1:9/", b"content-length: 0", status=301),), "", "llm_unavailable"),
        ((head(b"location: http://127.0.0.1:9/", b"content-length: 0", status=308),), "", "llm_unavailable"),
        ((head(b"content-length: 0", status=304),), "", "llm_unavailable"),
        ((head(CLOSE, status=502) + b"<html>" + b"x" * 100_000,), "", "llm_unavailable"),
        ((head(CLOSE, b"content-encoding: br") + b"\x8b\x02\x80abc",), "", "llm_unavailable"),
        ((head(CLOSE, b"content-encoding: gzip") + b"not gzip",), "", "llm_unavailable"),
        ((head(CLOSE, b"content-encoding: gzip", status=500) + b"not gzip",), "", "llm_unavailable"),
        ((head(CLOSE, b"content-encoding: deflate") + zlib.compress(answered(read_openai, "Hi")),), "Hi", None),
        ((head(CLOSE, b"content-encoding: gzip") + gzip.compress(answered(read_openai, "Hi")),), "Hi", None),
        ((head(b"transfer-encoding: chunked") + b"zz\r\n",), "", "llm_unavailable"),
        ((head(b"content-length: -1") + b"x",), "", "llm_unavailable"),
        ((head(b"x: " + b"y" * 100_000, CLOSE) + answered(read_openai, "Hi"),), "", "llm_unavailable"),
        ((b"HTTP/1.1 999 Odd\r\nconnection: close\r\n\r\n",), "", "llm_unavailable"),
        ((b"HTTP/1.1 100 Continue\r\n\r\n" * 50 + head(CLOSE) + answered(read_openai, "Hi"),), "Hi", None),
        ((b"SSH-2.0-OpenSSH_9.6\r\n",), "", "llm_unavailable"),
        ((b"",), "", "llm_unavailable"),
    ],
)
async def test_answer_of_something_that_is_hardly_http(
    gateway: Gateway, raw: ScriptedVendor, steps: tuple[bytes, ...], text: str, code: str | None
):
    got = await ask(gateway, raw, *steps)
    assert (got.text, got.code) == (text, code)


def _strings(value: object, key: str = "") -> list[tuple[str, str]]:
    """Return all texts within a JSON value, each with the name under which it is."""
    if isinstance(value, dict):
        return [each for name, below in value.items() for each in _strings(below, name)]
    if isinstance(value, list):
        return [each for below in value for each in _strings(below, key)]
    return [(key, value)] if isinstance(value, str) else []


def test_strings_of_a_body_are_found():
    assert _strings(json.loads('{"a": [{"name": "b"}]}')) == [("name", "b")]
