"""Sockets, and ops that reach no other process."""

import pytest

from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.live.audience import AudienceCheck
from chat_app.ui.transport.sockets.sending import sockets
from tests.support.use_cases import Do


@pytest.fixture
def silent(work: UnitOfWork) -> Do:
    """Call use cases without publishing: as in another process whose messages are all lost."""
    return Do(UnitOfWork(work.sessions, work.policy, work.limiter, jobs=work.jobs))


@pytest.fixture
def hearing() -> AudienceCheck:
    return AudienceCheck(sockets)
