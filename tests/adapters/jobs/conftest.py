"""A queue on a database that other tests use too, and what does its jobs."""

from collections.abc import Callable

import pytest

from chat_app.adapters.jobs.runner import JobRunner
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.work.jobs import Handler, JobKind
from tests.support.clock import Clock

NewRunner = Callable[[JobKind, Handler], JobRunner]


@pytest.fixture
def runner(worker_database: str, work: UnitOfWork, clock: Clock) -> NewRunner:
    """Makes the runner of a process that knows one kind of job."""
    return lambda kind, handler: JobRunner(worker_database, {kind: handler}, clock)
