"""Connections that send too little, too much, or read nothing."""

import asyncio
import logging

import pytest

from chat_app.launch.connections.admission import WAITING_MAX
from chat_app.launch.connections.requests import HEAD_MAX, PIPELINE_MAX
from tests.launch.served import BIG, HANDSHAKE, HOST, Place, ended, trickle
from tests.support.waiting import until

POST = b"POST / HTTP/1.1\r\n" + HOST


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


TOO_SLOW = {
    "nothing": (b"", b""),
    "half a line": (b"GET /", b""),
    "half a head": (b"GET / HTTP/1.1\r\n" + HOST, b""),
    "a head for ever": (b"GET / HTTP/1.1\r\n" + HOST, b"a: b\r\n"),
    "empty lines": (b"", b"\r\n"),
    "empty lines after an answer": (b"GET / HTTP/1.1\r\n" + HOST + b"\r\n", b"\r\n"),
    "half a handshake": (b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n", b"a: b\r\n"),
    "no body": (POST + b"Content-Length: 10\r\n\r\n", b""),
    "a body for ever": (POST + b"Content-Length: 9000\r\n\r\n", b"x"),
    "chunks for ever": (POST + CHUNKED, b"1\r\nx\r\n"),
    "half a chunk": (POST + CHUNKED + b"5;", b"x"),
    "a body after its answer": (b"POST /early HTTP/1.1\r\n" + HOST + CHUNKED, b"ff\r\n" + b"x" * 255 + b"\r\n"),
}


async def test_slow_sender_is_disconnected(place: Place):
    async def cut_off(begin: bytes, then: bytes) -> None:
        reader, writer = await place.connect(begin)
        sending = asyncio.create_task(trickle(writer, then, 400))
        await ended(reader)
        sending.cancel()

    await asyncio.gather(*(cut_off(*case) for case in TOO_SLOW.values()))


async def test_slow_upload_passes(place: Place):
    reader, writer = await place.connect(POST + b"Content-Length: 12000\r\n\r\n")
    await trickle(writer, b"x" * 300, 40, 0.06)
    assert b"12000" in await reader.readuntil(b"12000")


async def test_client_that_does_not_read_is_disconnected(place: Place):
    asked = {b"/big": b"\r\n", b"/full": HANDSHAKE, b"/stalled": HANDSHAKE}
    writers = [(await place.connect())[1] for _ in asked]
    for writer, (path, rest) in zip(writers, asked.items(), strict=True):
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(b"GET " + path + b" HTTP/1.1\r\n" + HOST + rest)
    await until(lambda: place.connections == len(asked))
    await until(lambda: not place.connections, 20)
    for writer in writers:
        writer.transport.abort()


async def test_answer_that_is_broken_off_is_incomplete_and_no_bug(caplog: pytest.LogCaptureFixture):
    async with Place() as place:
        reader, writer = await place.connect(b"GET /broken HTTP/1.1\r\n" + HOST + b"\r\n")
        answer = await ended(reader)
        await until(lambda: place.connections == 0)
        writer.close()
    assert b"first" in answer
    assert not answer.endswith(b"0\r\n\r\n"), "the end of a whole body"
    assert [line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR] == []


async def test_slow_reader_gets_all(place: Place):
    reader, _ = await place.connect(b"GET /big HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    received = 0
    while piece := await reader.read(256 * 1024):
        received += len(piece)
        await asyncio.sleep(0.01)
    assert received > len(BIG)


TOO_MUCH = {
    "line": b"GET /" + b"x" * HEAD_MAX * 2,
    "header": b"GET / HTTP/1.1\r\na: " + b"x" * HEAD_MAX * 2,
    "headers": b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * HEAD_MAX + b"\r\n",
    "requests": (b"GET / HTTP/1.1\r\n" + HOST + b"\r\n") * PIPELINE_MAX * 40,
    "trailers": POST + CHUNKED + b"0\r\n" + b"a: b\r\n" * HEAD_MAX,
    "trailer": POST + CHUNKED + b"0\r\na: " + b"x" * HEAD_MAX * 2,
}


@pytest.mark.parametrize("kind", TOO_MUCH)
async def test_too_much_of_what_is_no_body_ends_the_connection(place: Place, kind: str):
    reader, _ = await place.connect(TOO_MUCH[kind])
    assert (await ended(reader)).count(b" 200 ") <= (PIPELINE_MAX if kind == "requests" else 0)
    assert await answers(place)


async def answers(place: Place) -> bool:
    """Return whether another client gets an answer."""
    reader, _ = await place.connect(b"GET / HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    return b" 200 " in await ended(reader)


@pytest.mark.parametrize("begun", [b"GET /", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"])
async def test_one_address_has_so_many_connections_that_wait(place: Place, begun: bytes):
    waiting = [await place.connect(begun) for _ in range(WAITING_MAX)]
    await until(lambda: place.connections == WAITING_MAX)
    assert not await answers(place)
    waiting[0][1].close()
    await until(lambda: answers(place))
    for _, writer in waiting:
        writer.close()
