"""A server as `make run` has it, but with short time limits, and its clients."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import suppress

from starlette.types import Receive, Scope, Send

from chat_app.api.pieces import PiecesResponse
from chat_app.core.files.errors import StorageAway
from chat_app.launch.connections.sweeper import ConnectionTimeouts
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
        """Return the number of connections that the server has."""
        return len(self._server.server_state.connections)

    @property
    def open(self) -> list[object]:
        """Return the connections that the server has."""
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
