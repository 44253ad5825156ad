"""Write the pieces of answers shorter still, in the order in which a channel's sockets get them.

A piece that follows one of the same run names none: ``[120, " more words"]``. So a channel's sockets must have got the
piece before it: whoever comes to a channel, or has missed packets, is to be followed by a piece that names its run.
"""

from collections.abc import Sequence
from typing import Final

from chat_app.core.kernel.text import utf16_length
from chat_app.ui.transport.short_ops import Short

_CHANNELS_MAX: Final = 5_000


class Pieces:
    """The runs that pieces named last, by channel."""

    def __init__(self) -> None:
        self._named: dict[str, str] = {}

    def shorten(self, channel: str, ops: Sequence[Short]) -> list[Short]:
        """Return the ops of a channel's next packet, in which pieces that follow each other are one."""
        short: list[Short] = []
        for op in ops:
            if not isinstance(op, list):
                short.append(op)
            elif short and _follows(op, short[-1], self._named.get(channel)):
                short[-1][-len(op) + 2 :] = [short[-1][-len(op) + 2] + op[2], *op[3:]]
            else:
                short.append(self._unnamed(channel, op))
        return short

    def name_again(self, channel: str | None = None) -> None:
        """Have the next piece name its run: in a channel, to which somebody comes, or in all."""
        if channel is None:
            self._named.clear()
        else:
            self._named.pop(channel, None)

    def _unnamed(self, channel: str, op: list[object]) -> Short:
        run, *rest = op
        if self._named.get(channel) == run:
            return rest
        if len(self._named) >= _CHANNELS_MAX:
            self._named.clear()
        self._named[channel] = str(run)
        return list(op)


def _follows(op: list[object], before: Short, named: str | None) -> bool:
    """Return whether a piece continues the one before it, of the run that was ``named`` last."""
    if op[0] != named or not isinstance(before, list):
        return False
    rest = before[1:] if isinstance(before[0], str) else before
    return len(rest) == len(op) - 1 and rest[0] + utf16_length(rest[1]) == op[1]
