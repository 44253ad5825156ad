"""A queue on a database that other tests use too, and workers on it."""

from collections.abc import AsyncIterator, Callable

import pytest

from chat_app.adapters.jobs.runner import JobRunner
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.jobs import Handler, Handlers, Kind
from tests.support.clock import Clock

NewRunner = Callable[..., JobRunner]


@pytest.fixture
async def runner(worker_database: str, work: UnitOfWork, clock: Clock) -> AsyncIterator[NewRunner]:
    """Makes the runner of a process, which is stopped after the test."""
    made: list[JobRunner] = []

    def make(handlers: Handlers | tuple[Kind, Handler], url: str = worker_database) -> JobRunner:
        made.append(JobRunner(url, dict([handlers]) if isinstance(handlers, tuple) else handlers, clock))
        return made[-1]

    yield make
    for each in made:
        await each.stop()
