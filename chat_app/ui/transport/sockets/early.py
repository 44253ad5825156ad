"""Answers to what a tab has asked for before it has arrived."""

from collections.abc import Callable, Sequence
from typing import Final

from chat_app.core.live.ports import Op

MOST: Final = 8
"""Answers that are kept for one socket."""


class Early:
    """Keeps the answers for sockets that are subscribed to nothing yet; ``is_open`` says which are still there."""

    def __init__(self, is_open: Callable[[str], bool]) -> None:
        self._is_open = is_open
        self._kept: dict[str, list[Sequence[Op]]] = {}

    def keep(self, sid: str, ops: Sequence[Op]) -> None:
        """Keep an answer until the socket has arrived; forget those for sockets that have closed."""
        kept = [*self._kept.get(sid, ()), ops][-MOST:]
        self._kept = {each: answers for each, answers in self._kept.items() if self._is_open(each)} | {sid: kept}

    def take(self, sid: str) -> list[Sequence[Op]]:
        """Return the answers that were kept for a socket, and forget them."""
        return self._kept.pop(sid, [])
