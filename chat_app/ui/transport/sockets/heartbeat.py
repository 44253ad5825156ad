"""Receive a socket's packets, and detect a dead connection, without Engine.IO's tasks.

Engine.IO uses four tasks for each ping and its pong, and keeps three of them while a tab is open, which is most of an
idle server's work. Here a ping is a timer and a prepared frame, and a pong is a call.
"""

import asyncio
from typing import Any, Final

from engineio.async_drivers.asgi import WebSocket
from engineio.async_socket import AsyncSocket
from engineio.exceptions import SocketIsClosedError
from engineio.packet import PING, Packet

from chat_app.traffic.wire import Wire
from chat_app.ui.transport.sockets.backlog import frame_of

_PING: Final = frame_of(Packet(PING))


class Heartbeat:
    """Pings a socket, and aborts its connection if no pong arrives in time."""

    __slots__ = ("_awaited", "_socket", "_timer", "_wire")

    def __init__(self, socket: AsyncSocket, wire: Wire) -> None:
        self._socket, self._wire = socket, wire
        wire.on_pong = self._note
        self._rest()

    def stop(self) -> None:
        """Ping no more."""
        self._timer.cancel()
        self._wire.on_pong = None  # otherwise a reference cycle

    def _rest(self) -> None:
        self._awaited = False
        self._timer = asyncio.get_running_loop().call_later(self._socket.server.ping_interval, self._ping)

    def _ping(self) -> None:
        if self._socket.closing or self._socket.closed:  # by the server: its other end has had time to leave
            self._wire.abort()
            return
        self._wire.write(_PING)
        self._awaited = True
        self._timer = asyncio.get_running_loop().call_later(self._socket.server.ping_timeout, self._wire.abort)

    def _note(self) -> None:
        if self._awaited:
            self._timer.cancel()
            self._rest()


async def serve(socket: AsyncSocket, wire: Wire, websocket: WebSocket) -> None:
    """Handle a websocket's packets until its end, in place of Engine.IO's handler."""
    socket.connected = socket.upgraded = True
    socket.queue.open(wire)
    heartbeat = Heartbeat(socket, wire)
    try:
        await _receive(socket, websocket)
    finally:
        heartbeat.stop()
        socket.queue.close()
        socket._websocket_handler = None  # this closure, which refers to the socket
        await websocket.close()
        await socket.close(wait=False, abort=True, reason=socket.server.reason.TRANSPORT_CLOSE)


async def _receive(socket: AsyncSocket, websocket: WebSocket) -> None:
    while (data := await _next(websocket)) is not None and len(data) <= socket.server.max_http_buffer_size:
        try:
            await socket.receive(Packet(encoded_packet=data))
        except SocketIsClosedError:
            return


async def _next(websocket: WebSocket) -> Any:
    """Return the next packet, ``None`` at the end."""
    try:
        return await websocket.wait()
    except OSError:
        return None
