"""Connections that send too little, too much, or read nothing, on a server as `make run` has it but less patient."""

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from weakref import ref

import pytest
from starlette.types import Receive, Scope, Send

from chat_app.api.pieces import PiecesResponse
from chat_app.core.files.errors import StorageAway
from chat_app.launch.connections.admission import WAITING_MAX
from chat_app.launch.connections.requests import HEAD_MAX, PIPELINE_MAX
from chat_app.launch.connections.sweeper import ConnectionTimeouts
from chat_app.launch.connections.websockets import SENT, WebSocket
from chat_app.launch.server import Server, configuration
from tests.support.waiting import until

HURRY = ConnectionTimeouts(head=1, body=1, slowest=2000, reading=1, closing=1)


HOST = b"Host: parley.test\r\n"


BIG = bytes(32 * 1024 * 1024)


HANDSHAKE = (
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads all of a body and answers how long it was; `/big` has a large answer, `/early` one before the body, and
    `/broken` one that cannot be sent whole.
    """
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
        return
    if scope["type"] == "websocket":
        await websocket(scope, receive, send)
        return
    if scope["path"] == "/broken":
        await PiecesResponse(broken(), "text/plain")(scope, receive, send)
        return
    length, more = 0, scope["path"] != "/early"
    while more:
        message = await receive()
        length, more = length + len(message.get("body", b"")), message.get("more_body", False)
    body = BIG if scope["path"] == "/big" else str(length).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def broken() -> AsyncGenerator[bytes, None]:
    yield b"first"
    raise StorageAway()


async def lifespan(receive: Receive, send: Send) -> None:
    for kind in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{kind}.complete"})


async def websocket(scope: Scope, receive: Receive, send: Send) -> None:
    """Says what has come; `/full` and `/stalled` fill the connection, and the first closes it."""
    await receive()
    await send({"type": "websocket.accept"})
    if scope["path"] in {"/full", "/stalled"}:
        await send({"type": "websocket.send", "text": "x" * len(BIG)})
    if scope["path"] == "/full":
        scope["extensions"]["parley.wire"].transport.close()
        return
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message.get("text") or ""})


class Place:
    """A server and the way to it."""

    def __init__(self, ping_seconds: float = 20) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        config = configuration(app)
        config.ws_ping_interval = config.ws_ping_timeout = ping_seconds
        self._server = Server(config, "", HURRY)

    @property
    def connections(self) -> int:
        """How many the server has."""
        return len(self._server.server_state.connections)

    @property
    def open(self) -> list[object]:
        """Those that it has."""
        return list(self._server.server_state.connections)

    async def __aenter__(self) -> "Place":
        self._task = asyncio.create_task(self._server._serve([self._listener]))
        await until(lambda: self._server.started)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = self._server.force_exit = True
        await self._task

    async def connect(self, begin: bytes = b"") -> Connection:
        """A new connection, on which something has been sent."""
        reader, writer = await asyncio.open_connection(*self._listener.getsockname())
        writer.write(begin)
        return reader, writer

    async def websocket(self, path: bytes = b"/") -> Connection:
        """A new websocket."""
        reader, writer = await self.connect(b"GET " + path + b" HTTP/1.1\r\n" + HOST + HANDSHAKE)
        await reader.readuntil(b"\r\n\r\n")
        return reader, writer


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with Place() as place:
        yield place


async def ended(reader: asyncio.StreamReader) -> bytes:
    """Return what arrives until the server closes the connection."""
    received = b""
    with suppress(ConnectionError):
        async with asyncio.timeout(20):
            while piece := await reader.read(1 << 16):
                received += piece
    return received


async def trickle(writer: asyncio.StreamWriter, piece: bytes, times: int, every: float = 0.05) -> None:
    """Send slowly, until the server closes the connection."""
    with suppress(ConnectionError):
        for _ in range(times):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(every)


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


async def test_client_that_does_not_read_is_disconnected_even_if_it_sends(place: Place):
    _, writer = await place.websocket(b"/stalled")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    await trickle(writer, frame(9, b"x" * 100), 300)
    assert not place.connections


async def test_answer_that_is_broken_off_is_incomplete_and_no_bug(caplog: pytest.LogCaptureFixture):
    async with Place() as place:
        reader, writer = await place.connect(b"GET /broken HTTP/1.1\r\n" + HOST + b"\r\n")
        answer = await ended(reader)
        await until(lambda: place.connections == 0)
        writer.close()
    assert b"first" in answer
    assert not answer.endswith(b"0\r\n\r\n"), "the end of a whole body"
    assert [line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR] == []


async def test_ping_that_is_not_read_ends_the_websocket():
    async with Place(ping_seconds=0.5) as place:
        _, writer = await place.websocket(b"/stalled")
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await until(lambda: not place.connections)
        writer.transport.abort()


async def test_slow_reader_gets_all(place: Place):
    reader, _ = await place.connect(b"GET /big HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    received = 0
    while piece := await reader.read(256 * 1024):
        received += len(piece)
        await asyncio.sleep(0.01)
    assert received > len(BIG)


def frame(opcode: int, data: bytes = b"", *, final: bool = True) -> bytes:
    """A short frame as a client sends it, masked with nothing."""
    return bytes([final << 7 | opcode, 0x80 | len(data)]) + bytes(4) + data


FLOODS = {
    "texts": frame(1, b"42"),
    "binaries": frame(2, b"42"),
    "pings": frame(9, b"ping"),
    "pongs": frame(10, b"pong"),
    "empty fragments": frame(0, final=False),
}


@pytest.mark.parametrize("kind", FLOODS)
async def test_flood_of_frames_ends_the_websocket(place: Place, kind: str):
    reader, writer = await place.websocket()
    begin = frame(1, b"42", final=False) if "fragments" in kind else b""
    writer.write(begin + FLOODS[kind] * int(SENT.burst * 1.2))
    answered = await ended(reader)
    assert answered.count(b"42") < SENT.burst


async def test_closed_websocket_needs_no_garbage_collector(place: Place):
    _, writer = await place.websocket()
    [connection] = [each for each in place.open if isinstance(each, WebSocket)]
    gone = ref(connection)
    gc.collect()
    gc.disable()
    try:
        del connection
        writer.close()
        await until(lambda: gone() is None)
    finally:
        gc.enable()


async def test_flood_of_bytes_ends_the_websocket(place: Place):
    reader, writer = await place.websocket()
    large = 2**20 - 100
    writer.write((b"\x81\xff" + large.to_bytes(8) + bytes(4) + b"x" * large) * 10)
    assert len(await ended(reader)) < 10 * large


async def test_busy_tab_keeps_its_websocket(place: Place):
    reader, writer = await place.websocket()
    for number in range(int(SENT.burst * 0.6)):
        writer.write(frame(1, b"%06d" % number))
    assert (await reader.readuntil(b"%06d" % number)).endswith(b"%06d" % number)
    assert place.connections == 1


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
