"""Pace the packets of a channel: the more sockets listen, the more ops share one packet."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from chat_app.ui.transport.sockets.short_ops import Short

REST_PER_SOCKET: Final = 0.00025
"""Seconds for which a channel rests after a packet, for each socket that got it.

A packet costs about a fifth of that, so a room takes at most a fifth of the processor for its deliveries, however many
messages it has. The first message after a pause is sent at once: a room of two rests for half a millisecond, one of two
hundred for a twentieth of a second.
"""


class Pace:
    """Passes ops on to ``emit``, which sends them to a channel's sockets and returns how many there are."""

    def __init__(self, emit: Callable[[str, Sequence[Short]], int]) -> None:
        self._emit = emit
        self._waiting: dict[str, list[Short]] = {}  # of every channel that rests

    def send(self, channel: str, ops: Sequence[Short]) -> None:
        """Send ops to a channel, with others once it has rested."""
        if channel in self._waiting:
            self._waiting[channel] += ops
            return
        self._waiting[channel] = []
        rest = self._emit(channel, ops) * REST_PER_SOCKET
        asyncio.get_running_loop().call_later(rest, self.flush, channel)

    def flush(self, channel: str) -> None:
        """End a channel's rest: send the ops that have been waiting for it."""
        if ops := self._waiting.pop(channel, None):
            self.send(channel, ops)
