"""Run work that waits for a disk or a network in separate threads, so that it blocks no other work."""

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
        """Run a function in a thread.

        A cancelled task ends only after the function, so that the function can clean up.
        """
        work = asyncio.get_running_loop().run_in_executor(self._pool, partial(function, *args, **kwargs))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.gather(work, return_exceptions=True)
            raise

    def close(self) -> None:
        """End the threads, each after its present work."""
        self._pool.shutdown(wait=False, cancel_futures=True)
