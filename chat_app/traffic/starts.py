"""Begin requests that come in one instant one after another, so that what else is under way goes on between them."""

import asyncio
from collections import deque


class Starts:
    """Lets one request begin in each turn of the event loop.

    Until it first waits for something, a request takes two milliseconds. Twenty in a row would hold up a message twice
    that long at each of its own steps.
    """

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._taken = False

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
