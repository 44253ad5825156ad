"""A page whose state the server has dropped, because it was idle for long."""

from collections.abc import AsyncIterator, Iterator

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from playwright.async_api import WebSocket, expect
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.core.kernel.context import Policy, UnitOfWork
from tests.browser.visitor import Meet
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site

HYDRATED = '"is_hydrated_rx_state_":'


@pytest.fixture(scope="module")
def shared_site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server on which a state lives for a second: quarters of an hour are over soon."""
    site = Site(databases.create(), tmp_path_factory.mktemp("site"), REFLEX_REDIS_TOKEN_EXPIRATION="1")
    site.start()
    yield site
    site.stop()


@pytest.fixture
async def make(site: Site) -> AsyncIterator[Factory]:
    """Makes what was there before, on that server."""
    engine = create_async_engine(site.database_url, pool_size=2)
    limiter = MovingWindowRateLimiter(MemoryStorage())
    yield Factory(
        UnitOfWork(async_sessionmaker(engine, expire_on_commit=False), Policy(), limiter, jobs=ProcrastinateQueue())
    )
    await engine.dispose()


async def test_a_page_that_was_idle_goes_on(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    told: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: told.append(str(frame)))

    aiko.page.on("websocket", listen)
    await aiko.page.reload()
    await aiko.say("Before")
    await expect(ben.message("Before")).to_be_visible()
    # Ben's typing is forgotten after six seconds, of which her page knows alone: it says nothing meanwhile.
    await ben.composer.press_sequentially("Hm")
    await expect(aiko.page.get_by_text("Ben is typing")).to_be_visible()
    await expect(aiko.page.get_by_text("Ben is typing")).to_have_count(0)
    before = len(told)
    await aiko.say("After")
    await expect(ben.message("After")).to_be_visible()
    await expect(aiko.message("After")).to_have_class("message")
    assert any(HYDRATED in frame for frame in told[before:]), "the state was lost"
    await ben.say("I see")
    await expect(aiko.message("I see")).to_be_visible()
    await expect(aiko.page.locator(".message")).to_have_count(3)
    await expect(aiko.page.get_by_text("Connection lost.")).to_have_count(0)
