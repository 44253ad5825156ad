"""A site whose people pay."""

from dataclasses import replace

import pytest

from chat_app.core.kernel.context import UnitOfWork


@pytest.fixture(autouse=True)
def paid(work: UnitOfWork) -> None:
    work.policy = replace(work.policy, billing="on")
