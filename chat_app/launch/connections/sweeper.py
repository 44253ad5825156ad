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
    """Until a request's line and headers are whole, from the connection or the last answer on."""
    body: float = 20
    """For a body, beyond what it may take at the slowest speed."""
    slowest: float = 1024
    """Bytes a second of a body that still comes, and of what is still read: less than any phone's."""
    reading: float = 60
    """Until what is sent must have been read on, at the slowest speed. A kernel takes much at once."""
    closing: float = 10
    """For the other end of a websocket to agree that it is closed."""


class Sweeper:
    """Looks through all connections now and then; what it notes is only of those that are behind."""

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
