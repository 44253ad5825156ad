"""Pings and pongs of a socket, and its received packets."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from engineio.packet import CLOSE, MESSAGE, Packet

from chat_app.ui.transport.sockets.heartbeat import serve
from tests.support.waiting import until

PING = b"\x81\x012"


class Wire:
    """A websocket, as the server and Engine.IO see it."""

    def __init__(self) -> None:
        self.writable = asyncio.Event()
        self.writable.set()
        self.on_writable = self.on_pong = None
        self.written: list[bytes] = []
        self.answers = True
        self.closed = False
        self._received: deque[str] = deque()
        self._arrived = asyncio.Event()

    def write(self, frame: bytes) -> None:
        """Keep a frame, and answer a ping."""
        self.written.append(frame)
        if frame == PING and self.answers:
            asyncio.get_running_loop().call_soon(lambda: self.on_pong and self.on_pong())

    def abort(self) -> None:
        """End."""
        self.receive("")

    def receive(self, packet: str) -> None:
        """Have a packet arrive, "" for the end."""
        self._received.append(packet)
        self._arrived.set()

    async def wait(self) -> str:
        """Return the next packet."""
        while not self._received:
            self._arrived.clear()
            await self._arrived.wait()
        if packet := self._received.popleft():
            return packet
        raise OSError

    async def close(self) -> None:
        """Note the end."""
        self.closed = True


class Socket:
    """An Engine.IO socket."""

    def __init__(self) -> None:
        self.server = SimpleNamespace(
            ping_interval=0.02,
            ping_timeout=0.1,
            max_http_buffer_size=100,
            reason=SimpleNamespace(TRANSPORT_CLOSE="transport close"),
        )
        self.queue = SimpleNamespace(open=lambda wire: None, close=lambda: None)
        self.closing = self.closed = False
        self.received: list[Packet] = []
        self.reason = ""
        self._websocket_handler: Any = serve

    async def receive(self, packet: Packet) -> None:
        """Keep a packet."""
        self.received.append(packet)

    async def close(self, *, wait: bool, abort: bool, reason: str) -> None:
        """Note why it ended."""
        self.reason = reason if abort and not wait else ""


@pytest.fixture
async def wire() -> Wire:
    return Wire()


@pytest.fixture
async def socket() -> Socket:
    return Socket()


@pytest.fixture
async def served(socket: Socket, wire: Wire) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(serve(socket, wire, wire))
    yield task
    task.cancel()


Task = Any


async def test_answering_socket_is_pinged_again(served: Task, wire: Wire):
    await until(lambda: wire.written.count(PING) > 5)
    assert not served.done()


async def test_silent_socket_is_aborted(served: Task, socket: Socket, wire: Wire):
    wire.answers = False
    await served
    assert wire.written == [PING]
    assert socket.reason == "transport close"
    assert wire.closed


async def test_pong_without_a_ping_postpones_nothing(served: Task, wire: Wire):
    await until(lambda: wire.on_pong)
    for _ in range(50):
        wire.on_pong()
        await asyncio.sleep(0)
    await until(lambda: PING in wire.written)


async def test_closed_socket_is_not_pinged(served: Task, wire: Wire):
    wire.receive("")
    await served
    assert wire.on_pong is None
    assert wire.written == []


async def test_socket_holds_no_handler_after_the_end(served: Task, socket: Socket, wire: Wire):
    """It would be held by it."""
    wire.receive("")
    await served
    assert socket._websocket_handler is None


async def test_socket_that_the_server_has_closed_ends_at_the_next_ping(served: Task, socket: Socket, wire: Wire):
    socket.closed = True
    await served
    assert wire.written == []


async def test_packets_are_handled_in_order(served: Task, socket: Socket, wire: Wire):
    for packet in ("4first", "4second", "1"):
        wire.receive(packet)
    await until(lambda: len(socket.received) == 3)
    assert [each.packet_type for each in socket.received] == [MESSAGE, MESSAGE, CLOSE]
    assert [each.data for each in socket.received[:2]] == ["first", "second"]


async def test_packet_that_is_too_long_ends_the_connection(served: Task, socket: Socket, wire: Wire):
    wire.receive("4" + "x" * 100)
    await served
    assert socket.received == []
