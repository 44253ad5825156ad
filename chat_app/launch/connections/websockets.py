"""A websocket by uvicorn, with a limit of unsent bytes. Closing does not wait for the client."""

from collections.abc import Callable
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from chat_app.traffic.meter import BucketRate, Meter
from chat_app.traffic.tally import tally
from chat_app.traffic.wire import EXTENSION

SENT: Final = BucketRate(per_second=40, burst=1500)
"""Units of one socket. Typing, reading and scrolling stay far below; so does an outbox after a day offline."""

BYTES_OF_A_UNIT: Final = 4096
"""The bytes of one unit: a frame costs one unit, and one more for each so many bytes."""

PONG: Final = b"3"
"""A packet of Engine.IO, by which a page answers its ping."""

SLICE: Final = 4096
"""Bytes that are parsed before the frames in them are counted."""


class WebSocket(WebSocketsSansIOProtocol):
    """A :class:`~chat_app.traffic.wire.Wire`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._meter = Meter(SENT)
        self.charge: Callable[[float], bool] | None = None
        self.on_writable: Callable[[], None] | None = None
        self.on_pong: Callable[[], None] | None = None
        self.drained = 0
        """The number of times that the other end has read enough for more to be written."""

    async def run_asgi(self) -> None:
        """Run the app with this connection in its scope, and remove it at the end, because it refers to the scope."""
        self.scope["extensions"][EXTENSION] = self  # type: ignore[assignment]
        try:
            await super().run_asgi()
        finally:
            del self.scope["extensions"][EXTENSION]

    def data_received(self, data: bytes) -> None:
        """Read what came, as far as it may."""
        for start in range(0, len(data), SLICE):
            piece = data[start : start + SLICE]
            if self.transport.is_closing() or not self._takes(len(piece) / BYTES_OF_A_UNIT):
                return
            super().data_received(piece)

    def handle_events(self) -> None:
        """Count the frames, of any kind, before anything is done for them."""
        if not self.conn.events or self._takes(len(self.conn.events)):
            super().handle_events()

    def handle_text(self, event: Frame) -> None:
        """Pass a pong of Engine.IO on at once: most of what idle tabs send is that."""
        if self.on_pong and event.data == PONG and event.fin:
            self.on_pong()
        else:
            super().handle_text(event)

    def handle_ping(self) -> None:
        """Answer a ping, unless its sender does not read: the answers to many would fill the memory."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def keepalive_timeout(self) -> None:
        """End the connection of who does not answer: what waits to be sent to them would keep it open."""
        super().keepalive_timeout()
        self.abort()

    def write(self, frame: bytes) -> None:
        """Write a whole frame, unless the connection is closing."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(frame)

    def resume_writing(self) -> None:
        """Note that the write buffer is below its limit again."""
        super().resume_writing()
        self.drained += 1
        if self.on_writable:
            self.on_writable()

    def abort(self) -> None:
        """Close the connection now, even if the client does not read; received data is dropped."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.transport.abort()

    def _takes(self, units: float) -> bool:
        if self._meter.take(units) and (not self.charge or self.charge(units)):
            return True
        tally.add("socket_flooded")
        self.abort()
        return False
