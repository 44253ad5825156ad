"""Keep the requests of tabs that have not arrived yet: until then their permissions are unknown."""

from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from chat_app.core.kernel.context import Context
from chat_app.core.live.ports import Op

Read = Callable[[Context], Awaitable[Op]]

MOST: Final = 8
"""Questions that are kept for one socket."""

FEW: Final = 100
"""Sockets whose questions are kept without a look at which have closed."""


class Early:
    """Keeps the requests of sockets that have not arrived; ``is_open`` says which sockets are still open."""

    def __init__(self, is_open: Callable[[str], bool]) -> None:
        self._is_open = is_open
        self._kept: dict[str, list[tuple[UUID, Read]]] = {}
        self._full = FEW

    def keep(self, sid: str, session_id: UUID, read: Read) -> None:
        """Keep a request until the socket has arrived.

        At intervals, delete requests of closed sockets: not each time, since thousands of requests arrive at once after
        a restart.
        """
        self._kept[sid] = [*self._kept.get(sid, ()), (session_id, read)][-MOST:]
        if len(self._kept) > self._full:
            self._kept = {each: reads for each, reads in self._kept.items() if self._is_open(each)}
            self._full = FEW + 2 * len(self._kept)

    def of(self, sid: str, session_id: UUID) -> list[Read]:
        """Return the questions that a socket has asked in a session, oldest first."""
        return [read for asker, read in self._kept.get(sid, ()) if asker == session_id]

    async def forget(self, sid: str) -> None:
        """Delete all requests of a socket that has arrived."""
        self._kept.pop(sid, None)
