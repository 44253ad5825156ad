"""Tools that models call while they answer: each a folded line in the answer, and some wait for a person."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Locator, expect

from chat_app.core.access.permissions import Role
from tests.browser.conftest import factory_of
from tests.browser.looks import SPEAK, boxes
from tests.browser.test_connection import LOST
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.axe import violations
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import ROOT, Site
from tests.vendor.server import ScriptedVendor

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TOOLS = ["builtin/calculator"]
SEND = '@ai Please [[call calculate {"expression": "6*7", "send": true}]] [[say It is {results}.]]'
"""Calculator of this server waits for approval where it is to send something."""


@pytest.fixture(scope="module")
def shared_site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ScriptedVendor(models=("tooled",)) as vendor:
        model = {"COMPATIBLE_BASE_URL": f"{vendor.url}/v1"}
        path = f"{ROOT / 'tests' / 'support' / 'tooled'}:{ROOT}"
        site = Site(databases.create(), tmp_path_factory.mktemp("site"), **model, PYTHONPATH=path)
        site.start()
        yield site
        site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        await factory.user()
        yield factory


def line(person: Visitor, words: str | re.Pattern[str]) -> Locator:
    """Return the line of a call."""
    return person.answers.get_by_role("button", name=words)


def more(person: Visitor) -> Locator:
    return person.answers.locator(".tool-call-more")


async def test_one_approves_and_the_other_who_came_midway_sees_it_live_by_name(gather: Meet) -> None:
    room, aiko, ben = await gather("Aiko", "Ben", ai_tools=TOOLS)
    await aiko.enter(room)
    assert (await ben.api.post(f"/rooms/{room.id}/messages", json={"text": SEND})).is_success
    await expect(line(aiko, "Calculator waits for approval 6*7")).to_be_visible()
    await ben.enter(room)
    await expect(line(ben, "Calculator waits for approval 6*7")).to_be_visible()
    await expect(ben.answers.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    await expect(line(ben, "Calculator waits for approval 6*7 Aiko can approve it")).to_be_visible()
    await expect(aiko.answers.get_by_text("can approve it")).to_have_count(0)
    await expect(aiko.page.get_by_role("status").filter(has_text="Calculator waits for approval 6*7")).to_have_count(1)
    await expect(more(ben)).to_be_hidden()
    await expect(more(aiko).get_by_role("group", name="Sent to the tool")).to_contain_text('"send": true')
    assert await violations(aiko.page) == []
    approve = aiko.answers.get_by_role("button", name="Approve")
    await approve.focus()
    await aiko.page.keyboard.press("Enter")
    for person in (aiko, ben):
        await expect(line(person, "Calculated 6*7 approved by Aiko")).to_be_visible()
        await expect(person.answer_text).to_have_text("It is 42.")
        await expect(more(person)).to_be_hidden()
    await expect(line(aiko, re.compile("^Calculated"))).to_be_focused()
    await line(ben, re.compile("^Calculated")).press("Enter")
    await expect(more(ben).get_by_role("group", name="Result")).to_have_text("42")
    assert await violations(ben.page) == []
    await ben.page.reload()
    await expect(line(ben, "Calculated 6*7 approved by Aiko")).to_be_visible()


async def test_a_refused_call_says_by_whom(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"], ai_tools=TOOLS)
    await ben.say(SEND.replace("It is {results}.", "Then not."))
    await aiko.answers.get_by_role("button", name="Refuse").click()
    await expect(line(aiko, re.compile("^Calculator: refused by Aiko"))).to_be_visible()
    await expect(aiko.answer_text).to_have_text("Then not.")


async def test_after_the_server_was_killed_a_call_that_waited_has_ended_in_words_and_the_next_one_is_approved(
    meet: Meet, site: Site
) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", ai_tools=TOOLS)
    for person in (aiko, ben):
        person.expects(*LOST)
    await ben.say(SEND)
    await expect(aiko.answers.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    await asyncio.to_thread(site.stop, signal.SIGKILL)
    await expect(aiko.page.get_by_text("Connection lost.")).to_be_visible()
    await asyncio.to_thread(site.start)
    for person in (aiko, ben):
        await expect(person.page.get_by_text("Connection lost.")).to_have_count(0)
        await expect(line(person, "Calculator was stopped")).to_be_visible(timeout=60_000)
        await expect(person.answers).to_contain_text("The answer was cut off.")
        await expect(person.answers.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    await ben.act(ben.answers, "Regenerate")
    await aiko.answers.get_by_role("button", name="Approve", exact=True).click()
    for person in (aiko, ben):
        await expect(person.answer_text).to_have_text("It is 42.")


async def test_many_who_may_approve_are_told_by_their_role_on_a_japanese_phone(
    meet: Meet, arrive: Arrive, make: Factory
) -> None:
    room, aiko = await meet("Aiko", apart=["Aiko"], ai_tools=TOOLS)
    for _ in range(3):
        await make.join(room, await make.actor(), Role.ADMIN)
    ben = await arrive("Ben", color_scheme="dark", locale="ja-JP", **PHONE)
    await make.join(room, ben.actor)
    await ben.enter(room)
    await aiko.say(SEND)
    await expect(line(ben, re.compile("承認待ち.*このルームの管理者が承認できます"))).to_be_visible()
    assert await violations(ben.page) == []


async def test_a_call_in_a_room_that_is_archived_meanwhile_ends_at_once(meet: Meet, make: Factory) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"], ai_tools=TOOLS)
    await ben.say(SEND.replace("It is {results}.", "Then not."))
    await expect(line(aiko, re.compile("^Calculator waits"))).to_be_visible()
    await make.archive(room)
    await expect(line(aiko, "Calculator: not used, because this conversation was archived or closed")).to_be_visible()
    await expect(aiko.answer_text).to_have_text("Then not.")


async def test_a_tool_that_fails_is_told_to_the_model_and_the_people(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"], ai_tools=TOOLS)
    await ben.say('@ai Hm [[call calculate {"expression": "1/0"}]] [[say Sorry: {results}]]')
    await expect(line(aiko, "Calculator failed 1/0 division by zero")).to_be_visible()
    await expect(aiko.answer_text).to_have_text("Sorry: Division by zero.")
    await aiko.page.evaluate(SPEAK, "ja")
    await expect(line(aiko, "電卓：失敗 1/0 0で割ることはできません")).to_be_visible()


async def test_unfolding_a_call_leaves_its_line_where_it_is(meet: Meet) -> None:
    _, aiko = await meet("Aiko", ai_tools=TOOLS)
    await aiko.say('@ai Hm [[call calculate {"expression": "2**3000"}]] [[tokens 600 rate 0]]')
    await expect(aiko.answers).to_contain_text("600 tokens")
    calculated = line(aiko, re.compile("^Calculated"))
    await calculated.scroll_into_view_if_needed()
    before = await boxes(calculated)
    await calculated.click()
    await expect(more(aiko).get_by_role("group", name="Result")).to_contain_text("1230")
    assert await boxes(calculated) == before


async def test_on_a_japanese_phone_in_the_dark(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko", color_scheme="dark", locale="ja-JP", **PHONE)
    room = await make.room({Role.MASTER: aiko.actor}, ai_tools=TOOLS)
    await aiko.enter(room)
    await aiko.composer.fill(SEND)
    await aiko.page.get_by_role("button", name="送信").tap()
    await expect(aiko.answers.get_by_role("button", name="承認する")).to_be_visible()
    for button in await aiko.answers.locator(".tool-calls button").all():
        box = await button.bounding_box()
        assert box
        assert box["height"] >= 44
    assert await violations(aiko.page) == []
