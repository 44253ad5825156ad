"""HTTP by uvicorn, with limits of heads, pipelining and waiting."""

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chat_app.launch.connections.admission import ConnectionAdmission
from chat_app.traffic.breaking_off import EXTENSION

HEAD_MAX: Final = 32 * 1024
"""Bytes of a request's line and headers, and of anything else that is no body."""

PIPELINE_MAX: Final = 32
"""Requests that one connection may send before the first is answered. No browser sends a second."""

SLICE: Final = 4096


class Requests(HttpToolsProtocol):
    """The requests of one connection.

    ``begun`` is the start of the present wait: for a head, or for a body, of which ``received`` bytes have come since.
    ``drained`` counts how often the client has read enough for the answer to continue.
    """

    admission: ConnectionAdmission
    _announced = _rest = 0  # the length of a body by its head, and the bytes that have not come

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection, or close it."""
        super().connection_made(transport)
        self.drained = 0
        self._begin()
        self._waits = self.admission.admits(transport.get_extra_info("socket").fileno(), self.client)
        if not self._waits:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting the connection."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read received bytes, up to the maximum size of a request."""
        start = 0
        while start < len(data):
            if self.transport.is_closing() or self.transport.get_protocol() is not self:
                return
            # What is known to be a body is read at once: an upload of 5 MB would be 1,200 slices.
            piece = data[start : start + max(SLICE, self._rest)]
            start += len(piece)
            self._unread += len(piece)
            super().data_received(piece)
            if self._unread > HEAD_MAX:
                self._end()

    def on_message_begin(self) -> None:
        """Begin to count the head."""
        if len(self.pipeline) >= PIPELINE_MAX:
            self._end()
            raise ValueError("too many requests at once")  # the parser reads no more
        super().on_message_begin()
        self.scope["extensions"] = {EXTENSION: self.transport.abort}  # type: ignore[dict-item]
        self._head = self._announced = self._rest = 0
        self._waits = self._waits or self.admission.waits(self.client)
        if not self._waits:
            self.transport.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Accept a header, up to the maximum number."""
        self._head += len(name) + len(value)
        if self._head > HEAD_MAX:
            raise ValueError("head too long")
        if name.lower() == b"content-length" and value.isdigit():
            self._announced = int(value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to wait for the body."""
        self._begin()
        self._rest = self._announced
        super().on_headers_complete()

    def handle_websocket_upgrade(self) -> None:
        """Pass the connection to the websocket protocol, after the whole handshake."""
        self._wait_no_more()
        super().handle_websocket_upgrade()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._unread = 0
        self.received += len(body)
        self._rest = max(self._rest - len(body), 0)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Begin to wait for the next head, or for the answer."""
        self._rest = 0
        self._wait_no_more()
        self._begin()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Begin to wait for the next head, or for the rest of a body that is not needed any more."""
        self._begin()
        super().on_response_complete()

    def resume_writing(self) -> None:
        """Resume a response."""
        self.drained += 1
        super().resume_writing()

    @property
    def awaits(self) -> str:
        """Return what the client must send next: the ``head``, the ``body``, the ``rest`` of it, or nothing."""
        if self.cycle is None or (self.cycle.response_complete and not self.cycle.more_body):
            return "head"
        if not self.cycle.more_body or self.flow.read_paused:
            return ""
        return "rest" if self.cycle.response_complete else "body"

    def _end(self) -> None:
        self.admission.charge(self.client)
        self.transport.abort()

    def _begin(self) -> None:
        self.begun, self.received, self._unread = self.loop.time(), 0, 0

    def _wait_no_more(self) -> None:
        if self._waits:
            self._waits = False
            self.admission.leave(self.client)


def requests_behind(admission: ConnectionAdmission) -> type[Requests]:
    """Return the protocol of the connections that ``admission`` limits."""
    return type("Requests", (Requests,), {"admission": admission})
