"""What waits to be sent to a socket, and a bound on it: who does not read costs no more than that.

Beyond it what the feed says is dropped, and the tab is told to catch up as soon as it reads on. Where what remains, the
page's own state, is too much as well, the connection ends; so it does when its other end answers no ping.
"""

import asyncio
import sys
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from engineio.packet import Packet

from chat_app.traffic.tally import tally

BUDGET: Final = 512 * 1024
"""Bytes that may wait before one more packet does. One that many sockets wait for is held once, but counts for each."""


class FeedPacket(Packet):  # type: ignore[misc]
    """A packet of the feed, with which a tab can catch up."""


class Backlog(asyncio.Queue[Any]):
    """An Engine.IO socket's queue.

    Engine.IO takes all that is in it, and comes back when that has been sent. So what it has taken and cannot send is
    bounded too, by as much again.
    """

    _queue: deque[Any]

    def __init__(self, resync: Callable[[], Packet], give_up: Callable[["Backlog"], None]) -> None:
        super().__init__()
        self._resync = resync
        self._give_up = give_up
        self.waiting = 0
        self._behind = False

    def put_nowait(self, item: Packet | None) -> None:
        """Have a packet wait, if there is room for it."""
        if self.waiting > BUDGET or self._behind:
            self._make_room()
            if isinstance(item, FeedPacket):
                return
            if self.waiting > BUDGET:
                self._give_up(self)
        self.waiting += _size(item)
        super().put_nowait(item)

    async def get(self) -> Any:
        """Take the next; what was taken before has been sent."""
        if self._behind:
            self._behind = False
            super().put_nowait(self._resync())
        item = await super().get()
        self.waiting = 0  # Engine.IO takes the others at once
        return item

    def _make_room(self) -> None:
        """Drop what can be caught up with."""
        if self._behind:
            return
        self._behind = True
        tally.add("reader_behind")
        waiting = list(self._queue)
        self._queue.clear()
        self._queue.extend(item for item in waiting if not isinstance(item, FeedPacket))
        for _ in range(len(waiting) - len(self._queue)):
            self.task_done()
        self.waiting = sum(map(_size, self._queue))


def _size(item: Packet | None) -> int:
    return sys.getsizeof(item.data) if item else 0
