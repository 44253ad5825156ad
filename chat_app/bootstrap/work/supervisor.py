"""Supervise the loops of the process."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from chat_app.core.kernel.work.tasks import Endless

Work = Callable[[], Awaitable[None]]


class Supervisor:
    """Starts every loop of the process, restarts a loop that dies, and stops them all in order."""

    def __init__(self) -> None:
        self._loops: list[Endless] = []

    def add(self, name: str, work: Work) -> None:
        """Register a loop that runs as long as the process serves. Its name is in the log when it dies."""
        self._loops.append(Endless(work, name))

    def add_finite(self, name: str, work: Work) -> None:
        """Register finite work. It is restarted only when it dies before its end."""

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
