"""Ends connections that have sent nothing for too long, or that do not read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chat_app.launch.connections.requests import Requests
from chat_app.launch.connections.websockets import WebSocket
from chat_app.traffic.tally import tally


@dataclass(frozen=True, slots=True)
class ConnectionTimeouts:
    """The longest waits for a connection, in seconds."""

    head: float = 15
    """Seconds until the head of a request must be complete, from the connection or the last answer on."""
    body: float = 20
    """Seconds for a body, in addition to its time at the lowest speed."""
    slowest: float = 1024
    """The lowest speed of sending and receiving in bytes per second: below any phone's."""
    reading: float = 60
    """Seconds until a client must have read what was sent, at the lowest speed. A kernel buffers much at once."""
    closing: float = 10
    """Seconds for a client to confirm the closing of a websocket."""


class Sweeper:
    """Checks all connections at intervals; only connections that are late have notes."""

    def __init__(self, patience: ConnectionTimeouts) -> None:
        self._patience = patience
        self._closing: dict[WebSocket, float] = {}
        self._unread: dict[Requests | WebSocket, tuple[float, int, int]] = {}

    def sweep(self, connections: Iterable[Any], now: float) -> None:
        """End the connections that have had their time."""
        closing, self._closing = self._closing, {}
        unread, self._unread = self._unread, {}
        for connection in list(connections):
            if isinstance(connection, WebSocket):
                late = connection.transport.is_closing() and self._lingers(connection, closing, now)
            else:
                late = self._keeps_waiting(connection, now)
            if late or self._does_not_read(connection, unread, now):
                tally.add("connection_given_up")
                connection.transport.abort()

    def _lingers(self, connection: WebSocket, noted: Mapping[WebSocket, float], now: float) -> bool:
        since = self._closing[connection] = noted.get(connection, now)
        return now - since > self._patience.closing

    def _keeps_waiting(self, connection: Requests, now: float) -> bool:
        match connection.awaits:
            case "head" if connection.transport.get_write_buffer_size():
                return False  # it still reads its answer
            case "head":
                most = self._patience.head
            case "body":
                most = self._patience.body + connection.received / self._patience.slowest
            case "rest":
                most = self._patience.body
            case _:
                return False
        return now - connection.begun > most

    def _does_not_read(
        self,
        connection: Requests | WebSocket,
        noted: Mapping[Requests | WebSocket, tuple[float, int, int]],
        now: float,
    ) -> bool:
        """Return whether what waits to be sent has not become less for too long."""
        waiting, drained = connection.transport.get_write_buffer_size(), connection.drained
        if not waiting:
            return False
        since, then, before = noted.get(connection, (now, waiting, drained))
        if drained != before or then - waiting > self._patience.reading * self._patience.slowest or waiting > then:
            since, then = now, waiting
        self._unread[connection] = since, then, drained
        return now - since > self._patience.reading
