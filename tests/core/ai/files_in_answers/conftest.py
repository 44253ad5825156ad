"""A vendor that sees pictures, a storage with files, and a person who sends them."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from chat_app.core.kernel.context import UnitOfWork
from tests.core.ai.conftest import Ai, gateway_to
from tests.core.ai.files_in_answers.sending import Album, Sender
from tests.vendor.server import ScriptedVendor


@pytest.fixture
def album() -> Album:
    return Album()


@pytest.fixture(scope="module")
def seeing_vendor() -> Iterator[ScriptedVendor]:
    with ScriptedVendor(models=("seeing", "blind")) as vendor:
        yield vendor


@pytest.fixture
def vendor(seeing_vendor: ScriptedVendor) -> ScriptedVendor:
    seeing_vendor.requests.clear()
    return seeing_vendor


@pytest.fixture
async def ai(new_ai: Callable[..., Ai], vendor: ScriptedVendor, album: Album) -> AsyncIterator[Ai]:
    """The AI of a process whose default model sees."""
    gateway = gateway_to(vendor)
    ai = new_ai(gateway, images=album)
    await ai.start()
    yield ai
    await ai.stop()
    await gateway.aclose()


@pytest.fixture
def sender(work: UnitOfWork, ai: Ai) -> Sender:
    return Sender(work, ai)
