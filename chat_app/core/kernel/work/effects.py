"""Effects after a commit, each guarded so that none can disturb another."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog

Effect = Callable[[], Awaitable[object]]
Listener = Callable[[object], Awaitable[None]]

PENDING_MAX: Final = 10_000
"""The number of events that may wait for a slow listener, so that a hanging one cannot fill the memory."""

STOP_SECONDS: Final = 2.0

failures: Counter[str] = Counter()
"""The number of failed effects of this process, by name."""

log = structlog.get_logger()


async def guarded(effect: Callable[..., Awaitable[object]], *args: object) -> None:
    """Call an effect; log and count a failure instead of raising it, since the transaction has committed."""
    try:
        await effect(*args)
    except Exception:
        name = _name(effect)
        failures[name] += 1
        log.exception("effect_failed", effect=name, about=[type(arg).__name__ for arg in args], failures=failures[name])


class Background:
    """Calls a slow listener off the request: in the order of the events, one at a time.

    Pending events are lost when the process is killed: use it only for what is repaired otherwise, or is not missed.
    """

    def __init__(self, listener: Listener, *kinds: type) -> None:
        self._listener, self._kinds = listener, kinds
        self._pending: deque[object] = deque()
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, event: object) -> None:
        """Queue an event, if it is of the listener's kinds; return at once."""
        if not isinstance(event, self._kinds):
            return
        if len(self._pending) >= PENDING_MAX:
            log.error("event_dropped", listener=_name(self._listener), about=type(event).__name__)
            return
        self._pending.append(event)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Deliver the pending events at once, but do not wait for long."""
        if self._task is None:
            return
        rest = [asyncio.create_task(guarded(self._listener, event)) for event in self._pending]
        self._pending.clear()
        _, late = await asyncio.wait([self._task, *rest], timeout=STOP_SECONDS)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=STOP_SECONDS)

    async def _work(self) -> None:
        while self._pending:
            await guarded(self._listener, self._pending.popleft())


def _name(effect: Any) -> str:
    effect = getattr(effect, "func", effect)  # of a partial
    return str(getattr(effect, "__qualname__", type(effect).__qualname__))
