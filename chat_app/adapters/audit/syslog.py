"""Send the log to a syslog server (RFC 5424) from a separate thread, so that no request waits for the server."""

import asyncio
import json
import logging
import os
import queue
import socket
import ssl
from logging.handlers import DatagramHandler, QueueHandler, QueueListener, SocketHandler
from typing import Any, Final
from urllib.parse import urlsplit

import structlog

from chat_app.core.audit.events import Audited

PENDING_MAX: Final = 10_000
"""The number of entries that may wait for the server; the database has them all."""

SECONDS: Final = 5.0
"""The longest that connecting or sending takes."""

_NOTICE_OF_AUDIT: Final = 13 * 8 + 5
_PORTS: Final = {"udp": 514, "tcp": 514, "tls": 6514}

log = structlog.get_logger()


class SyslogAudit:
    """Listens to commits, and sends what the staff did to the server at an address such as ``tls://logs.example:6514``.

    An entry that the server does not take is dropped, with a line in Parley's own log.
    """

    def __init__(self, address: str) -> None:
        self._pending: queue.Queue[Any] = queue.Queue(PENDING_MAX)
        self._queueing = QueueHandler(self._pending)
        self._thread = QueueListener(self._pending, _handler(address))
        self._begun = False

    async def __call__(self, event: object) -> None:
        """Queue an entry of the log; return at once."""
        if not isinstance(event, Audited):
            return
        if not self._begun:
            self._thread.start()
            self._begun = True
        record = logging.makeLogRecord({"msg": message_of(event)})
        try:
            self._queueing.enqueue(record)
        except queue.Full:
            log.error("audit_not_sent", entry=str(event.id))

    async def stop(self) -> None:
        """Send what waits, and end the thread."""
        if self._begun:
            await asyncio.to_thread(self._thread.stop)


def message_of(event: Audited) -> str:
    """Return an entry as a message of RFC 5424, whose text is ASCII and JSON."""
    ids = {name: getattr(event, name) for name in ("user_id", "room_id", "message_id", "report_id")}
    entry = {
        "id": str(event.id),
        **({"actor": event.actor.username, "actor_id": str(event.actor.id)} if event.actor else {}),
        "action": str(event.action),
        **{name: str(value) for name, value in ids.items() if value},
        "details": dict(event.details),
    }
    at = event.at.isoformat(timespec="milliseconds")
    head = f"<{_NOTICE_OF_AUDIT}>1 {at} {socket.gethostname()} parley {os.getpid()} {event.action} -"
    return f"{head} {json.dumps(entry, default=str)}"


def _handler(address: str) -> SocketHandler:
    parts = urlsplit(address)
    handlers = {"udp": _Datagrams, "tcp": _Stream, "tls": _Tls}
    return handlers[parts.scheme](parts.hostname or "localhost", parts.port or _PORTS[parts.scheme])


class _Reports:
    """Reports in Parley's own log the entries that a server did not accept."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, the name is logging's
        log.error("audit_not_sent", error="the syslog server is away")


class _Datagrams(_Reports, DatagramHandler):
    """Sends a message a packet."""

    def makePickle(self, record: logging.LogRecord) -> bytes:  # noqa: N802
        return record.getMessage().encode()


class _Stream(_Reports, SocketHandler):
    """Sends messages with their lengths before them (RFC 6587)."""

    def makeSocket(self, timeout: float = SECONDS) -> socket.socket:  # noqa: N802
        return super().makeSocket(timeout)

    def makePickle(self, record: logging.LogRecord) -> bytes:  # noqa: N802
        message = record.getMessage().encode()
        return b"%d %s" % (len(message), message)

    def send(self, s: Any) -> None:
        """Send a message. Connects if there is no connection, and once more if the connection has been closed."""
        for _ in range(2):
            if self.sock is None:
                self.createSocket()
            if self.sock is None:
                break
            try:
                self.sock.sendall(s)
                return
            except OSError:
                self.sock.close()
                self.sock = None
        self.handleError(logging.makeLogRecord({}))


class _Tls(_Stream):
    """Sends messages with their lengths before them through TLS (RFC 5425)."""

    def makeSocket(self, timeout: float = SECONDS) -> socket.socket:  # noqa: N802
        plain = super().makeSocket(timeout)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
