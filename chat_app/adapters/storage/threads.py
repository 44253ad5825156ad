"""Run work that waits for a disk or a network in threads of its own, so that it holds up nothing else."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

THREADS: Final = 8

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """A few threads."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, "files")

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function. A task that is cancelled meanwhile ends after it, so that it can tidy up in peace."""
        work = asyncio.get_running_loop().run_in_executor(self._pool, partial(function, *args, **kwargs))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.gather(work, return_exceptions=True)
            raise

    def close(self) -> None:
        """End the threads, each after its present work."""
        self._pool.shutdown(wait=False, cancel_futures=True)
