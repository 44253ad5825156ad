"""The queue of packets of each socket: written to the websocket at once while that takes them, else bounded.

Beyond the bound the feed's packets are dropped, and the tab gets ``resync`` as soon as it reads again. Where the rest,
the page's own state, is too much as well, the connection ends; so it does when its other end answers no ping.
"""

import asyncio
import sys
from collections import deque
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

from engineio.packet import Packet
from websockets.frames import Frame, Opcode

from chat_app.traffic.tally import tally
from chat_app.traffic.wire import Wire

BUDGET: Final = 512 * 1024
"""Bytes that may wait before the last packet is accepted.

A packet for many sockets is stored once, but counts for each.
"""

HELD_MAX: Final = 1000
"""Packets that are kept of a tab that arrives. They are in the memory once for all sockets."""


class FeedPacket(Packet):  # type: ignore[misc]
    """A packet of the feed, with which a tab can catch up."""

    @cached_property
    def frame(self) -> bytes:
        """Return the websocket frame of the packet, which is made once for all sockets."""
        return _frame(self)


class Backlog(asyncio.Queue[Any]):
    """An Engine.IO socket's queue.

    From :meth:`open` on, every packet is written here, in the order in which it was put, and Engine.IO has no writer
    (see ``heartbeat.py``). With websockets that are not a :class:`Wire` (``make dev``), its writer works as usual.
    """

    _queue: deque[Any]

    def __init__(self, resync: Callable[[], Packet], give_up: Callable[["Backlog"], None]) -> None:
        super().__init__()
        self._resync = resync
        self._give_up = give_up
        self.waiting = 0
        """Bytes that wait."""
        self._behind = False
        self._wire: Wire | None = None
        self._later: list[FeedPacket] | None = None
        self._overflowed = False

    def open(self, wire: Wire) -> None:
        """Write to ``wire`` from now on."""
        self._wire, wire.on_writable = wire, self._flush
        self._flush()

    def close(self) -> None:
        """Note the end of the connection."""
        if self._wire:
            self._wire.on_writable = None  # otherwise a reference cycle

    def hold(self) -> None:
        """Keep the packets of channels from now on, until :meth:`release`."""
        self._later = self._later or []

    def release(self) -> None:
        """Send the packets that were kept."""
        later, self._later = self._later or [], None
        for packet in [self._resync()] if self._overflowed else later:
            self.put_nowait(packet)
        self._overflowed = False

    def put_from_channel(self, packet: FeedPacket) -> None:
        """Send a packet that is for all of a channel, or keep it."""
        if self._later is None:
            self.put_nowait(packet)
        elif len(self._later) < HELD_MAX:
            self._later.append(packet)
        else:
            self._overflowed = True

    def put_nowait(self, item: Packet | None) -> None:
        """Write a packet, or queue it if there is space. ``None`` is the end: the socket does not read any more."""
        if self._wire and item and not self._queue and self._wire.writable.is_set():
            self._wire.write(frame_of(item))
            return
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
        self._catch_up()
        item = await super().get()
        self.waiting = 0  # Engine.IO takes the others at once
        return item

    def _flush(self) -> None:
        """Write what waits, as far as the websocket takes it."""
        assert self._wire
        while self._wire.writable.is_set():
            if not self._queue:
                self.waiting = 0
                if not self._behind:
                    return
                self._catch_up()
            self._wire.write(frame_of(self._queue.popleft()))
            self.task_done()

    def _catch_up(self) -> None:
        """Put the word to catch up behind what waits, if anything was dropped."""
        if self._behind:
            self._behind = False
            super().put_nowait(self._resync())

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


def frame_of(packet: Packet) -> bytes:
    """Return the websocket frame of a packet."""
    return packet.frame if isinstance(packet, FeedPacket) else _frame(packet)


def _frame(packet: Packet) -> bytes:
    # A state may contain a page's data, also a lone surrogate, which cannot be encoded in UTF-8.
    return Frame(Opcode.TEXT, packet.encode().encode("utf-8", "replace")).serialize(mask=False)
