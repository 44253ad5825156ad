"""Handle requests step by step, one in each turn of the event loop, so that other work continues between the steps."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from contextvars import ContextVar
from typing import Any, Final, TypeVar

APART_SECONDS: Final = 0.025
QUEUED_SECONDS: Final = 0.2
"""The longest pause between two steps, in seconds, while other work takes precedence.

It is shorter if many requests wait, so that each waits no longer in total.
"""

_AGAIN_SECONDS: Final = 0.002

T = TypeVar("T")
_spread: ContextVar[bool] = ContextVar("spread", default=False)


def goes_in_steps() -> bool:
    """Return whether the present task runs in steps, and may be delayed at any wait.

    Its waits should not wake the loop.
    """
    return _spread.get()


class Steps:
    """Lets one request continue in each turn of the event loop, and none while ``others`` take precedence.

    From one wait to the next, a request may take two milliseconds. Twenty requests in a row would delay a message by
    forty milliseconds at each of its own steps.
    """

    def __init__(self, others: Callable[[], bool] = lambda: False) -> None:
        self._others = others
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._taken, self._passed = False, 0.0

    async def spread(self, work: Coroutine[Any, Any, T]) -> T:
        """Do work and return its result.

        The work waits for a turn each time before it continues; a single request waits for none.
        """
        _spread.set(True)
        result: T = await _Spread(work, self)
        return result

    async def take(self) -> None:
        """Wait for a turn, which a lone request has at once."""
        loop = asyncio.get_running_loop()
        if self._taken or self._others():
            turn = loop.create_future()
            self._waiting.append(turn)
            self._begin_passing(loop)
            await turn
        else:
            self._begin_passing(loop)

    def _begin_passing(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._taken:
            self._taken = True
            loop.call_soon(self._pass_on)

    def _pass_on(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            if self._waiting[0].done():  # its request was cancelled
                self._waiting.popleft()
                continue
            if self._others() and loop.time() - self._passed < self._apart():
                loop.call_later(_AGAIN_SECONDS, self._pass_on)
                return
            self._passed = loop.time()
            self._waiting.popleft().set_result(None)
            loop.call_soon(self._pass_on)
            return
        self._taken = False

    def _apart(self) -> float:
        return min(APART_SECONDS, QUEUED_SECONDS / len(self._waiting))


class _Spread:
    """Awaits what work waits for, in the task that awaits this, and then a turn."""

    def __init__(self, work: Coroutine[Any, Any, Any], steps: Steps) -> None:
        self._work, self._steps = work, steps

    def __await__(self) -> Generator[Any, None, Any]:
        work, error = self._work, None
        try:
            yield from self._steps.take().__await__()
        except BaseException:
            work.close()  # it never began
            raise
        while True:
            try:
                awaited = work.throw(error) if error else work.send(None)
            except StopIteration as end:
                return end.value
            error = None
            try:
                yield awaited
                yield from self._steps.take().__await__()
            except BaseException as raised:  # a cancellation is for the work to handle
                error = raised
