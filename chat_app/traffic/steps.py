"""Do requests step by step, one in each turn of the event loop, so that what else is under way goes on between them."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")


class Steps:
    """Lets one request go on in each turn of the event loop.

    From one wait to the next, a request may take two milliseconds. Twenty in a row would hold up a message twice that
    long at each of its own steps.
    """

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._taken = False

    async def spread(self, work: Coroutine[Any, Any, T]) -> T:
        """Do work and return its result. A turn is waited for whenever it goes on; a lone request has it at once."""
        result: T = await _Spread(work, self)
        return result

    async def take(self) -> None:
        """Wait for a turn, which a lone request has at once."""
        loop = asyncio.get_running_loop()
        if self._taken:
            turn = loop.create_future()
            self._waiting.append(turn)
            await turn
        else:
            self._taken = True
            loop.call_soon(self._pass_on)

    def _pass_on(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # its request was cancelled
                turn.set_result(None)
                asyncio.get_running_loop().call_soon(self._pass_on)
                return
        self._taken = False


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
