"""A page whose state the server has dropped, because it was idle for long."""

import asyncio
import itertools
import signal
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import WebSocket, expect

from tests.browser.conftest import factory_of
from tests.browser.remote import CallIn
from tests.browser.visitor import Arrive, Meet
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site
from tests.support.waiting import until

HYDRATED = '"is_hydrated_rx_state_":'
LIFE = 1  # seconds of a state that nobody uses
PINGS = {"2", "3"}


@pytest.fixture(scope="module")
def shared_site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server on which a state lives for a second, and a ping follows its pong soon."""
    soon = {"REFLEX_REDIS_TOKEN_EXPIRATION": str(LIFE), "REFLEX_SOCKET_INTERVAL": "300ms"}
    site = Site(databases.create(), tmp_path_factory.mktemp("site"), **soon)
    site.start()
    yield site
    site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        yield factory


async def test_a_page_that_was_idle_goes_on(gather: Meet) -> None:
    room, aiko, ben = await gather("Aiko", "Ben", apart=["Ben"])
    await ben.enter(room)
    told: list[tuple[float, str]] = []

    def note(frame: str | bytes) -> None:
        if frame not in PINGS:
            told.append((time.monotonic(), str(frame)))

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", note)
        socket.on("framesent", note)

    aiko.page.on("websocket", listen)
    await aiko.enter(room)
    await aiko.say("Before")
    await ben.hears("Before")
    await until(lambda: time.monotonic() - told[-1][0] > 1.5 * LIFE, 30)
    before = len(told)
    await aiko.say("After")
    await ben.hears("After")
    await expect(aiko.message("After")).to_have_class("message")
    assert any(HYDRATED in frame for _, frame in told[before:]), "the state was lost"
    await ben.say("I see")
    await expect(aiko.message("I see")).to_be_visible()
    await expect(aiko.page.locator(".message")).to_have_count(3)
    await expect(aiko.page.get_by_text("Connection lost.")).to_have_count(0)


async def test_page_that_answers_pings_keeps_its_connection(gather: Meet) -> None:
    room, aiko, ben = await gather("Aiko", "Ben", apart=["Ben"])
    opened: list[WebSocket] = []
    answered = asyncio.Event()
    answers = itertools.count(1)

    def listen(socket: WebSocket) -> None:
        opened.append(socket)
        socket.on("framesent", lambda frame: answered.set() if frame == "3" and next(answers) > 5 else None)

    aiko.page.on("websocket", listen)
    await aiko.enter(room)
    await ben.enter(room)
    await asyncio.wait_for(answered.wait(), 60)
    before = len(opened)  # a page may close a first one before it is open
    await ben.say("Are you there?")
    await expect(aiko.message("Are you there?")).to_be_visible()
    assert len(opened) == before
    assert not opened[-1].is_closed()


WATCH_LOADING = """
window.loading = 0;
new MutationObserver(() => { window.loading += document.querySelectorAll("[aria-busy=true]").length; })
  .observe(document.body, { subtree: true, childList: true });
"""


async def test_a_page_shows_no_loading_when_the_server_comes_back(arrive: Arrive, call_in: CallIn, site: Site) -> None:
    """Which would take the place of what is being typed."""
    aiko, ben = await arrive("Aiko"), await call_in("Ben")
    aiko.expects("WebSocket", "ERR_")
    page, other, profile = aiko.page, await aiko.new_page(), await aiko.new_page()
    groups = [(await aiko.api.post("/groups", json={"name": name})).json()["id"] for name in ("Friends", "Tea")]
    await page.goto("/people")
    await expect(page.get_by_role("heading", name="People on this site")).to_be_visible()
    await other.goto(f"/groups?group={groups[1]}")
    await other.get_by_label("Group name").fill("Green tea")
    await profile.goto(f"/u/{ben.actor.person.username}")
    await profile.get_by_role("button", name="Report").click()
    await profile.get_by_label("Details (optional)").fill("Something odd")
    for each in (page, other, profile):
        await each.evaluate(WATCH_LOADING)
    await asyncio.to_thread(site.stop, signal.SIGKILL)
    await expect(page.get_by_text("Connection lost.")).to_be_visible()
    await asyncio.to_thread(site.start)
    await expect(page.get_by_text("Connection lost.")).to_have_count(0)
    await page.get_by_role("searchbox").fill(ben.actor.person.username)
    await expect(page.get_by_text(f"@{ben.actor.person.username}")).to_be_visible()
    for each in (other, profile):
        await expect(each.get_by_text("Connection lost.")).to_have_count(0)
    await expect(other.get_by_label("Group name")).to_have_value("Green tea")
    await expect(profile.get_by_label("Details (optional)")).to_have_value("Something odd")
    assert [await each.evaluate("window.loading") for each in (page, other, profile)] == [0, 0, 0]
    await other.get_by_role("button", name="Rename").click()
    await expect(other.get_by_role("heading", name="Green tea")).to_be_visible()
    await profile.get_by_role("button", name="Send report").click()
    await expect(profile.get_by_text("Thank you.")).to_be_visible()
