"""Write the pieces of answers still shorter, in the order in which a channel's sockets get them.

A piece that follows one of the same run does not name it: ``[120, " more words"]``. So a channel's sockets must have
the previous piece: after a socket joins a channel or misses packets, the next piece must name its run.
"""

from collections.abc import Sequence
from typing import Any, Final

from chat_app.core.kernel.texts.cleaning import utf16_length
from chat_app.ui.transport.sockets.short_ops import Short

_CHANNELS_MAX: Final = 5_000


class Pieces:
    """The runs that pieces named last, by channel."""

    def __init__(self) -> None:
        self._named: dict[str, str] = {}

    def shorten(self, channel: str, ops: Sequence[Short]) -> list[Short]:
        """Return the ops of a channel's next packet, in which pieces that follow each other are one."""
        short: list[Short] = []
        last: list[Any] | None = None  # the piece that the packet ends with
        for op in ops:
            if isinstance(op, list) and last and _follows(op, last):
                last[2:] = [last[2] + op[2], *op[3:]]
                continue
            last = list(op) if isinstance(op, list) else None
            short.append(last or op)
        return [self._unnamed(channel, op) if isinstance(op, list) else op for op in short]

    def name_again(self, channel: str | None = None) -> None:
        """Include the run in the next piece: in a channel that has a new socket, or in all channels."""
        if channel is None:
            self._named.clear()
        else:
            self._named.pop(channel, None)

    def _unnamed(self, channel: str, piece: list[Any]) -> Short:
        run, *rest = piece
        if self._named.get(channel) == run:
            return rest
        if len(self._named) >= _CHANNELS_MAX:
            self._named.clear()
        self._named[channel] = run
        return piece


def _follows(piece: list[Any], before: list[Any]) -> bool:
    """Return whether a piece continues the previous one."""
    is_same = (piece[0], len(piece)) == (before[0], len(before))
    return bool(is_same and before[1] + utf16_length(before[2]) == piece[1])
