"""Run jobs as long as the process serves, restarting after failures of the database."""

import asyncio
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

import structlog

from chat_app.core.kernel.context import Clock
from chat_app.core.kernel.work.jobs import Handler, Handlers, JobAttempt

AGAIN_SECONDS: Final = 0.5
STOP_SECONDS: Final = 3.0
"""The seconds that running jobs have to end at shutdown; then another process takes them."""

log = structlog.get_logger()


class JobRunner:
    """Runs the worker of a process. Each job is run by one process."""

    def __init__(self, url: str, handlers: Handlers, clock: Clock) -> None:
        self.url, self.clock = url, clock
        self.handlers = {kind: self._noted(handler) for kind, handler in handlers.items()}
        self._present: set[asyncio.Task[Any]] = set()

    async def run(self) -> None:
        """Run jobs until cancelled, restarting the worker; running jobs then have some seconds to end."""
        procrastinate = await asyncio.to_thread(import_module, "chat_app.adapters.jobs.procrastinate_worker")
        while True:
            worker = asyncio.create_task(self._work(procrastinate))
            try:
                await asyncio.shield(worker)
            except asyncio.CancelledError:
                ending = asyncio.create_task(self._end(worker))
                while not ending.done():
                    with suppress(asyncio.CancelledError):
                        await asyncio.shield(ending)
                raise
            await asyncio.sleep(AGAIN_SECONDS)

    async def _work(self, procrastinate: Any) -> None:
        try:
            async with procrastinate.opened(self.url, self.handlers, self.clock) as app:
                await procrastinate.run(app)
        except Exception as error:
            # The database may be away for a while; the jobs are still there when it is back.
            reason = getattr(error, "reason", "") or (type(error.__cause__).__name__ if error.__cause__ else "")
            log.warning("jobs_interrupted", error=type(error).__name__, **({"reason": reason} if reason else {}))

    async def _end(self, worker: asyncio.Task[None]) -> None:
        worker.cancel()
        await asyncio.wait({worker}, timeout=STOP_SECONDS)
        for each in self._present:
            each.cancel()
        await asyncio.wait({worker}, timeout=STOP_SECONDS)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)

    def _noted(self, handler: Handler) -> Handler:
        async def call(attempt: JobAttempt, **payload: str) -> None:
            present = asyncio.current_task()
            assert present, "a job runs in a task of its own"
            self._present.add(present)
            try:
                await handler(attempt, **payload)
            finally:
                self._present.discard(present)

        return call
