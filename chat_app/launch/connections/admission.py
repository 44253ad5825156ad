"""Limit new connections: by the file descriptors that are left, and by address."""

import resource
from collections import Counter
from typing import Final

from chat_app.traffic.meter import BucketRate, Meters
from chat_app.traffic.network import network_of
from chat_app.traffic.tally import tally

NEW: Final = BucketRate(per_second=100, burst=1000)
"""New connections of one address. A browser opens six for a page, and keeps them."""

MISUSE: Final = 4
"""The units charged for a connection that has to be closed. It costs as much work as ten requests, but people who share
its address should notice little of it.
"""

WAITING_MAX: Final = 256
"""Connections of one address that have not yet sent a whole request."""

SPARE: Final = 64
"""Descriptors reserved for the database and files; an eighth of them where there are few."""

Peer = tuple[str, int] | None


class ConnectionAdmission:
    """Counts the connections of each address; not behind proxies, which count them themselves."""

    def __init__(self, *, proxied: bool) -> None:
        self._proxied = proxied
        self._new = Meters(NEW)
        self._waiting: Counter[str] = Counter()

    def admits(self, descriptor: int, peer: Peer) -> bool:
        """Accept a connection, which then :meth:`waits`; return False if it is over a limit."""
        limit = descriptor_limit()
        if descriptor >= limit - min(SPARE, limit // 8):
            tally.add("descriptors_used_up")
            return False
        if not self._proxied and not self._new.of(_host(peer)).take():
            tally.add("connections_refused")
            return False
        return self.waits(peer)

    def waits(self, peer: Peer) -> bool:
        """Count a connection until it has sent a whole request and :meth:`leave` is called; False if it is too many."""
        host = _host(peer)
        if not self._proxied and self._waiting[host] >= WAITING_MAX:
            tally.add("connections_refused")
            return False
        self._waiting[host] += 1
        return True

    def charge(self, peer: Peer) -> None:
        """Charge an address for a connection that broke the rules: fewer of its new ones are accepted."""
        self._new.of(_host(peer)).take(MISUSE)

    def leave(self, peer: Peer) -> None:
        """Stop counting a connection that has sent a whole request."""
        host = _host(peer)
        self._waiting[host] -= 1
        if not self._waiting[host]:
            del self._waiting[host]


def _host(peer: Peer) -> str:
    return network_of(peer[0]) if peer else ""


def descriptor_limit() -> int:
    """Return how many descriptors this process may have open."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
