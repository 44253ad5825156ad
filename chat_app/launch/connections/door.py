"""Which connections are let in: not so many that there is no descriptor left, nor all of them from one address."""

import resource
from collections import Counter
from typing import Final

from chat_app.traffic.meter import Allowance, Meters
from chat_app.traffic.network import network_of
from chat_app.traffic.tally import tally

NEW: Final = Allowance(per_second=100, burst=1000)
"""New connections of one address. A browser opens six for a page, and keeps them."""

MISUSE: Final = 4
"""The units that are added for a connection that has to be ended. It costs as much as ten that ask for something, but
people who share its address are to notice little of it.
"""

WAITING_MAX: Final = 256
"""Connections of one address that have not sent the whole of a request."""

SPARE: Final = 64
"""Descriptors that are kept for the database and for files; where there are few, an eighth of them."""

Peer = tuple[str, int] | None


class Door:
    """Counts the connections of each address, unless they all come through proxies, which then count them."""

    def __init__(self, *, proxied: bool) -> None:
        self._proxied = proxied
        self._new = Meters(NEW)
        self._waiting: Counter[str] = Counter()

    def admits(self, descriptor: int, peer: Peer) -> bool:
        """Let a connection in, which then :meth:`waits`; False where there is no room."""
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
        """Count a connection that has sent what nobody should: from its address, fewer are let in then."""
        self._new.of(_host(peer)).take(MISUSE)

    def leave(self, peer: Peer) -> None:
        """Count a connection no more: it has sent a whole request."""
        host = _host(peer)
        self._waiting[host] -= 1
        if not self._waiting[host]:
            del self._waiting[host]


def _host(peer: Peer) -> str:
    return network_of(peer[0]) if peer else ""


def descriptor_limit() -> int:
    """Return how many descriptors this process may have open."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
