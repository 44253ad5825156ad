"""The loops that the process runs."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from chat_app.core.kernel.tasks import Endless

Work = Callable[[], Awaitable[None]]


class Supervisor:
    """Start every loop of the process, start a loop anew when it dies, and stop them all in order."""

    def __init__(self) -> None:
        self._loops: list[Endless] = []

    def add(self, name: str, work: Work) -> None:
        """Register a loop that runs as long as the process serves. Its name is in the log when it dies."""
        self._loops.append(Endless(work, name))

    def add_finite(self, name: str, work: Work) -> None:
        """Register work that comes to an end. It is started anew only when it dies before its end."""

        async def run() -> None:
            await work()
            loop.let_end()

        loop = Endless(run, name)
        self._loops.append(loop)

    def start(self, stops: AsyncExitStack) -> None:
        """Start all loops, in the order of registration; ``stops`` stops the last one first."""
        for loop in self._loops:
            loop.start()
            stops.push_async_callback(loop.stop)
