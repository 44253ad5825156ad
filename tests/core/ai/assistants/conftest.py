"""A second person, for the tests of assistants."""

import pytest

from chat_app.core.kernel.actor import Actor
from tests.support.factory import Factory


@pytest.fixture
async def ben(make: Factory) -> Actor:
    return await make.actor(username="ben")
