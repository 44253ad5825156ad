"""Connections, servers and sessions end; conversations do not."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from chat_app.core.messages.tables import Message
from tests.browser.remote import CallIn, Remote
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.factory import Factory
from tests.support.gate import Gate
from tests.support.site import Site
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

LOST = ("WebSocket connection", "ERR_")
"""Parts of the errors that a browser logs for a cut connection; Chromium has a dozen names for it."""
LONG = " ".join(f"word{n}" for n in range(30))
BEGUN = "word0 word1 word2 word3 word4"
PATIENCE = 10_000  # ms of silence, after which a page makes another connection: `assets/live/patience.js`
ASK = f"@ai [[hold 5]] [[say {LONG}]]"


@pytest.fixture
async def gate(site: Site) -> AsyncIterator[Gate]:
    """Yield the proxy between Aiko and the server."""
    async with Gate(site.port) as gate:
        yield gate


@pytest.fixture
async def pair(arrive: Arrive, call_in: CallIn, make: Factory, gate: Gate) -> tuple[Visitor, Remote]:
    """Aiko behind the gate, and Ben, in one room."""
    aiko, ben = await arrive("Aiko", base_url=gate.url), await call_in("Ben")
    aiko.expects(*LOST)
    room = await make.room()
    for person in (aiko, ben):
        await make.join(room, person.actor)
        await person.enter(room)
    return aiko, ben


async def test_tab_catches_up_with_answer(pair: tuple[Visitor, Remote], gate: Gate, vendor: ScriptedVendor) -> None:
    aiko, ben = pair
    await aiko.say(ASK)
    await expect(aiko.answer_text).to_have_text(BEGUN)
    gate.stall()
    vendor.release()
    await ben.reads(ASK, LONG)
    await ben.say("Did you see that?")
    gate.cut()
    await expect(aiko.page.get_by_text("Connection lost.")).to_be_visible()
    await expect(aiko.answer_text).to_have_text(BEGUN)
    gate.mend()
    await expect(aiko.answer_text).to_have_text(LONG)
    await expect(aiko.message("Did you see that?")).to_be_visible()
    await expect(aiko.page.get_by_text("Connection lost.")).to_have_count(0)


async def test_a_lost_connection_is_told_while_the_server_accepts_and_says_nothing(
    pair: tuple[Visitor, Remote], gate: Gate
) -> None:
    aiko, ben = pair
    gate.stall()
    gate.cut(accepting=True)
    lost = aiko.page.get_by_text("Connection lost.")
    await expect(lost).to_be_visible(timeout=10_000)  # an attempt to connect ends after 20 s
    await aiko.say("On its way")
    gate.cut()
    gate.mend()
    await ben.reads("On its way")
    await expect(lost).to_have_count(0)


async def test_a_page_that_is_never_connected_says_so(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    page = await aiko.new_page()
    await page.route_web_socket(re.compile("/_event/"), lambda _: None)  # which opens, and says nothing
    await page.goto("/")
    await expect(page.get_by_text("The site can’t be reached.")).to_be_visible(timeout=15_000)
    await expect(page.get_by_placeholder("Message", exact=True)).to_be_visible()  # no model is known that it could name


async def test_returning_tab_gets_only_changes(pair: tuple[Visitor, Remote], gate: Gate) -> None:
    aiko, ben = pair
    await ben.say("Before the gap")
    await expect(aiko.message("Before the gap")).to_be_visible()
    frames: list[str] = []
    aiko.page.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(str(data))))
    gate.cut()
    await expect(aiko.page.get_by_text("Connection lost.")).to_be_visible()
    await ben.say("Within the gap")
    await ben.reads("Before the gap", "Within the gap")
    gate.mend()
    await expect(aiko.message("Within the gap")).to_be_visible()
    await expect(aiko.message("Before the gap")).to_be_visible()
    told = "".join(frames)
    assert '"t":"sync"' in told
    assert '"t":"entered"' not in told
    assert "Before the gap" not in told


async def test_a_live_answer_goes_on_after_a_gap(
    meet: Meet, arrive: Arrive, make: Factory, gate: Gate, vendor: ScriptedVendor
) -> None:
    room, ben = await meet("Ben")
    aiko = await arrive("Aiko", base_url=gate.url)
    aiko.expects(*LOST)
    await make.join(room, aiko.actor)
    await aiko.enter(room)
    gate.stall(down=True, up=False)
    await ben.say(ASK)
    await expect(ben.answer_text).to_have_text(BEGUN)
    gate.cut()
    gate.mend()
    await expect(aiko.answer_text).to_have_text(BEGUN)
    vendor.release()
    await expect(aiko.answer_text).to_have_text(LONG)


async def test_a_message_that_was_lost_or_whose_echo_was_is_posted_once(
    pair: tuple[Visitor, Remote], gate: Gate
) -> None:
    aiko, ben = pair
    gate.stall()
    await aiko.say("Into the void")
    await expect(aiko.message("Into the void")).to_have_class("message head sending")
    gate.cut()
    gate.mend()
    await ben.reads("Into the void")
    await expect(aiko.message("Into the void")).to_have_class("message head")
    gate.stall(up=False)
    await aiko.say("Just once")
    await ben.reads("Into the void", "Just once")
    gate.cut()
    gate.mend()
    await expect(aiko.message("Just once")).to_have_class("message")
    await aiko.say("The end")
    await ben.reads("Into the void", "Just once", "The end")
    await expect(aiko.page.locator(".message")).to_have_count(3)


async def test_a_message_goes_by_another_connection_where_the_first_is_dead_without_a_sign(
    pair: tuple[Visitor, Remote], gate: Gate
) -> None:
    aiko, ben = pair
    await aiko.page.clock.install()
    gate.strand()
    await aiko.say("Is anybody there?")
    await aiko.page.clock.fast_forward(PATIENCE)
    await ben.reads("Is anybody there?")
    await expect(aiko.message("Is anybody there?")).to_have_class("message head")


async def test_an_edit_and_a_delete_that_were_lost_are_done_after_all(pair: tuple[Visitor, Remote], gate: Gate) -> None:
    aiko, ben = pair
    for text in ("Teh plan", "A mistake"):
        await aiko.say(text)
    await ben.reads("Teh plan", "A mistake")
    gate.stall()
    await aiko.act(aiko.message("Teh plan"), "Edit")
    await aiko.say("The plan")
    await expect(aiko.message("The plan")).to_have_class("message head changing edit")
    await aiko.act(aiko.message("A mistake"), "Delete")
    await aiko.page.locator("#delete-message").get_by_role("button", name="Delete").click()
    await expect(aiko.message("A mistake")).to_have_class("message changing delete")
    gate.cut()
    gate.mend()
    await ben.reads("The plan", "")
    await expect(aiko.message("The plan")).to_have_class("message head")
    await expect(aiko.page.locator(".tombstone")).to_have_count(1)
    await expect(aiko.page.locator(".message")).to_have_count(2)


async def test_a_stop_that_was_lost_stops_all_the_same(pair: tuple[Visitor, Remote], gate: Gate) -> None:
    aiko, ben = pair
    await aiko.say(ASK)
    await expect(aiko.answer_text).to_have_text(BEGUN)
    gate.stall()
    await aiko.answers.get_by_role("button", name="Stop").click()
    await expect(aiko.answers.get_by_role("button", name="Stop")).to_be_disabled()
    gate.cut()
    gate.mend()
    await expect(aiko.answers.locator(".message-state")).to_contain_text("Stopped")
    await ben.reads(ASK, BEGUN)


async def test_an_answer_is_written_anew_once(pair: tuple[Visitor, Remote], gate: Gate) -> None:
    aiko, ben = pair
    heard: list[str] = []
    for arrives in (False, True):
        works = f"It works, {arrives}"  # what fails once does so for each wording
        heard += [f"@ai [[fail 402 once]] [[say {works}]]", works]
        await aiko.say(heard[-2])
        await expect(aiko.answers.last.get_by_role("button", name="Try again")).to_be_visible()
        gate.stall(up=not arrives)
        await aiko.answers.last.get_by_role("button", name="Try again").click()
        await expect(aiko.answers.last).to_contain_text("Thinking…")
        if arrives:
            await ben.reads(*heard)
        gate.cut()
        gate.mend()
        await expect(aiko.answer_text.last).to_have_text(works)
    await aiko.say("The end")
    await ben.reads(*heard, "The end")
    await expect(aiko.answer_text).to_have_text(heard[1::2])


async def test_a_lost_first_message_makes_its_room_all_the_same(arrive: Arrive, gate: Gate) -> None:
    aiko = await arrive("Aiko", base_url=gate.url)
    aiko.expects(*LOST)
    await aiko.page.goto("/")
    await expect(aiko.page.get_by_text("What’s on your mind, Aiko?")).to_be_visible()
    gate.stall()
    await aiko.say("Hello?")
    await expect(aiko.page.get_by_role("button", name="Send")).to_be_disabled()
    gate.cut()
    gate.mend()
    await aiko.page.wait_for_url("**/r/*")
    # The model may have given it a name by now.
    await expect(aiko.page.locator(".room-link")).to_have_count(1)


async def test_a_killed_server_leaves_the_part_of_the_answer_and_everybody_comes_back(
    meet: Meet, make: Factory, site: Site
) -> None:
    _, aiko, ben = await meet("Aiko", "Ben")
    for person in (aiko, ben):
        person.expects(*LOST)
    await aiko.say(ASK)
    await expect(ben.answer_text).to_have_text(BEGUN)
    answer_id = await aiko.answers.get_attribute("data-message")

    async def saved() -> bool:
        async with make.work.begin() as ctx:
            return (await ctx.db.get_one(Message, answer_id)).text.startswith(BEGUN)

    await until(saved)
    site.stop(signal.SIGKILL)
    await expect(aiko.page.get_by_text("Connection lost.")).to_be_visible()
    await aiko.composer.fill("Are you there?")
    await asyncio.to_thread(site.start)
    for person in (aiko, ben):
        await expect(person.answer_text).to_have_text(BEGUN)
        await expect(person.answers).to_contain_text("The answer was cut off.", timeout=60_000)
        await expect(person.page.get_by_text("Connection lost.")).to_have_count(0)
    await aiko.composer.press("Enter")
    await expect(ben.message("Are you there?")).to_be_visible()


async def test_a_session_that_is_revoked_elsewhere_ends_here(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    assert (await aiko.api.post("/auth/logout-all")).status_code == 204
    await aiko.page.wait_for_url("**/sign-in*")
