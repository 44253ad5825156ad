"""Bodies over a real connection: time-outs, size limits, and the text that is kept."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp.base_protocol import BaseProtocol

from chat_app.adapters.llm import body
from chat_app.adapters.llm.config import LlmConfig
from chat_app.adapters.llm.factory import Gateway
from chat_app.adapters.llm.litellm_gateway import LiteLlmGateway
from chat_app.adapters.llm.streams.answer import StreamedAnswer
from chat_app.adapters.llm.streams.formats import read_openai
from chat_app.core.ai.ports.gateway import LlmError
from tests.adapters.llm.answers import REQUEST, Read, sse
from tests.adapters.llm.conftest import MODELS, asked, config_for
from tests.adapters.llm.test_openai_answers import DONE, STOP, chunk
from tests.adapters.llm.test_other_answers import FULL, LAST, START, line, lines, said
from tests.vendor.server import ScriptedVendor

HELLO, WORLD = sse(chunk("Hello")), sse(chunk(" world"))
CLOSE = b"connection: close"


def head(*headers: bytes, status: int = 200) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 %d Scripted" % status, b"content-type: text/event-stream", *headers, b"", b""])


def chunked(*parts: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + end


def flushed(data: bytes) -> bytes:
    """The data packed, without the end of the pack."""
    packer = zlib.compressobj(wbits=31)
    return packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)


@pytest.fixture(scope="module")
async def brief(vendor: ScriptedVendor) -> AsyncIterator[LiteLlmGateway]:
    """A gateway that gives no answer long."""
    gateway = LiteLlmGateway(config_for(vendor.url, total_seconds=0.5))
    await gateway.warm_up()
    yield gateway
    await gateway.aclose()


async def ask(gateway: Gateway, vendor: ScriptedVendor, *steps: bytes | str, name: str = "openai") -> Read:
    """Return the result of an answer in these steps. The vendor continues after the first text has arrived."""
    vendor.raw, got = steps, Read()
    try:
        async for piece in gateway.stream(asked(MODELS[name], "Hello")):
            got.take(piece)
            vendor.release()
    except LlmError as error:
        got.code, got.failed = error.code, True
    return got


def whole(got: Read) -> bool:
    return (got.text, got.code, got.failed) == ("Hello world", None, False)


@pytest.mark.slow
async def test_text_after_the_end_is_waited_for(gateway: Gateway, raw: ScriptedVendor):
    assert whole(await ask(gateway, raw, head(CLOSE), sse(chunk("Hello", "stop")), "wait", WORLD, DONE))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("openai", HELLO, sse(chunk(" world", "stop")).rstrip()),
        ("anthropic", sse(START, said("Hello")), sse(said(" world"), LAST).rstrip()),
        ("gemini", sse(FULL[0]), sse(FULL[1]).rstrip()),
        ("ollama", lines(line("Hello")), lines(line(" world", "stop")).rstrip()),
    ],
)
async def test_the_last_event_needs_no_line_end(
    gateway: Gateway, raw: ScriptedVendor, name: str, before: bytes, after: bytes
):
    assert whole(await ask(gateway, raw, head(CLOSE), before, "wait", after, name=name))


@pytest.mark.parametrize("end", [STOP, DONE, b"data: [DONE]\n"])
@pytest.mark.slow
async def test_a_server_that_never_closes_is_waited_for_no_longer_than_it_may_go_on(
    gateway: Gateway, raw: ScriptedVendor, monkeypatch: pytest.MonkeyPatch, end: bytes
):
    for name in ("AFTER_FINISH_SECONDS", "AFTER_LAST_SECONDS"):
        monkeypatch.setattr(body, name, 0.2)
    pings = [b": ping\n\n"] * 3
    assert whole(await ask(gateway, raw, head(CLOSE), HELLO, WORLD, sse(end), *pings, "stay"))
    assert await asyncio.to_thread(raw.requests[-1].done.wait, 5)


async def test_a_vendor_that_names_an_end_in_every_event_may_pause_as_any_other(
    gateway: Gateway, raw: ScriptedVendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(body, "AFTER_FINISH_SECONDS", 0)
    begun = head(CLOSE) + sse(chunk("Hel", "stop"), chunk("lo", "stop"))
    assert whole(await ask(gateway, raw, begun, "wait", sse(chunk(" world", "stop"))))


@pytest.mark.parametrize(
    "steps",
    [
        (head(b"transfer-encoding: chunked") + chunked(HELLO, WORLD, end=b""),),
        (head(b"content-length: 100000") + HELLO + WORLD,),
        (head(b"transfer-encoding: chunked"), chunked(HELLO, WORLD, end=b""), "wait", "abort"),
        (head(b"transfer-encoding: chunked", b"content-encoding: gzip") + chunked(flushed(HELLO + WORLD)),),
    ],
)
async def test_text_before_lost_connection_is_kept(gateway: Gateway, raw: ScriptedVendor, steps: tuple[bytes, ...]):
    got = await ask(gateway, raw, *steps)
    assert (got.text, got.code) == ("Hello world", "llm_interrupted")


async def test_text_that_arrives_with_lost_connection_is_read():
    loop = asyncio.get_running_loop()
    content = aiohttp.StreamReader(BaseProtocol(loop), 2**16, loop=loop)
    content.feed_data(HELLO)
    content.set_exception(aiohttp.ClientPayloadError())
    reading = body.Body(content, StreamedAnswer(REQUEST, read_openai), LlmConfig(), loop.time())
    assert [await reading.read(), await reading.read()] == [HELLO, b""]
    assert reading.failure == "llm_interrupted"


@pytest.mark.parametrize("encoding", [b"gzip", b"identity"])
async def test_a_packed_body_is_read(gateway: Gateway, raw: ScriptedVendor, encoding: bytes):
    data = sse(chunk("Hello"), chunk(" world"), STOP, DONE)
    packed = gzip.compress(data) if encoding == b"gzip" else data
    assert whole(await ask(gateway, raw, head(b"content-encoding: " + encoding, CLOSE), packed))
    assert raw.requests[-1].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        (201, sse(chunk("Hello world", "stop")), None),
        (204, b"", "llm_unavailable"),
        (200, b"<!doctype html>\n<title>502 Bad Gateway</title>", "llm_unavailable"),
        (200, b"\x00\xff" * 5000, "llm_unavailable"),
        (200, b'{"error": {"code": 429, "message": "Too many"}}', "llm_rate_limited"),
        (402, b"{}", "llm_no_credit"),
        (429, b'{"error": {"code": "insufficient_quota"}}', "llm_no_credit"),
        (503, b"<html>", "llm_unavailable"),
    ],
)
async def test_unusual_http_answer_is_read_or_has_a_code(
    gateway: Gateway, raw: ScriptedVendor, status: int, said: bytes, code: str | None
):
    got = await ask(gateway, raw, head(CLOSE, b"retry-after: " + b"9" * 5000, status=status) + said)
    assert (got.text, got.code) == ("" if code else "Hello world", code)


async def test_invalid_http_is_unavailable(gateway: Gateway, raw: ScriptedVendor):
    assert (await ask(gateway, raw, b"\x16\x03\x01 hello\r\n\r\n")).code == "llm_unavailable"


async def test_an_answer_that_drips_for_ever_is_cut(brief: LiteLlmGateway, raw: ScriptedVendor):
    got = await ask(brief, raw, head(CLOSE), HELLO, "wait", WORLD, "stay")
    assert (got.text, got.code, got.failed) == ("Hello world", "llm_length", False)
    assert await asyncio.to_thread(raw.requests[-1].done.wait, 5)


async def test_reasoning_for_ever_is_cut(brief: LiteLlmGateway, raw: ScriptedVendor):
    got = await ask(brief, raw, head(CLOSE), sse(chunk(reasoning="Hm")), "stay")
    assert (got.text, got.code, got.failed) == ("", "llm_only_reasoning", True)


@pytest.mark.parametrize("bomb", [b": x\n", b"x", b"\n", sse(chunk(reasoning="Hm"))])
@pytest.mark.slow
async def test_a_body_without_an_end_is_cut(
    gateway: Gateway, raw: ScriptedVendor, monkeypatch: pytest.MonkeyPatch, bomb: bytes
):
    monkeypatch.setattr(body, "MAX_BYTES", 2**20)
    packed = gzip.compress(HELLO + b"\n" + bomb * (2**24 // len(bomb)))
    got = await ask(gateway, raw, head(b"content-encoding: gzip", CLOSE), packed, "stay")
    assert (got.text, got.code, got.failed) == ("Hello", "llm_length", False)


@pytest.mark.slow
async def test_the_loop_goes_on_while_a_flood_is_read(gateway: Gateway, raw: ScriptedVendor):
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(turn())
    flood = sse(*[chunk("x")] * 10_000)
    got = await ask(gateway, raw, head(CLOSE) + flood + DONE)
    other.cancel()
    assert got.text == "x" * 10_000
    assert turns > len(flood) / body.READ_BYTES
