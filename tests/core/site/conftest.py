"""Fixtures that the tests of the site's settings share."""

import pytest

from chat_app.adapters.llm.factory import LlmConfig, build_gateway
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.kernel.context import UnitOfWork


@pytest.fixture
def posting(work: UnitOfWork) -> Posting:
    """Sending messages on a site with the demo model."""
    return Posting(work, build_gateway(LlmConfig()))
