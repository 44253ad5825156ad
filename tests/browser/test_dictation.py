"""Dictation: what one says is written where the caret is, by a model, and nothing of it is kept or sent.

The microphone is Chromium's own: it beeps.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, Route, expect

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from tests.browser.looks import seen
from tests.browser.remote import CallIn, Remote
from tests.browser.test_phone import PHONE, small_targets
from tests.browser.test_voice import heard
from tests.browser.visitor import Arrive
from tests.support.axe import violations
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor


async def admin_of(call_in: CallIn, make: Factory) -> Remote:
    admin = await call_in("Root")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, admin.actor.user_id)).site_roles = ["admin"]
    return admin


async def choose_model(admin: Remote, model: str) -> None:
    """Name the model that transcribes."""
    answer = await admin.api.put("/admin/transcriber", json={"model": model})
    assert answer.status_code == 204, answer.text


@pytest.fixture
async def _writes_down(call_in: CallIn, make: Factory, vendor: ScriptedVendor) -> AsyncIterator[None]:
    admin = await admin_of(call_in, make)
    await choose_model(admin, "compatible/whisper-1")
    vendor.transcript = "meet me at the lighthouse"
    yield
    await choose_model(admin, "")


async def speak(page: Page) -> None:
    await page.get_by_role("button", name="Record a voice message or dictate").click()
    await heard(page)


@pytest.mark.usefixtures("_writes_down")
async def test_dictated_text_is_inserted_at_caret(arrive: Arrive, make: Factory, vendor: ScriptedVendor) -> None:
    aiko = await arrive("Aiko")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}))
    page, composer = aiko.page, aiko.composer
    await composer.fill("Please tomorrow")
    await composer.evaluate("(each) => each.setSelectionRange(6, 6)")
    await speak(page)
    await seen(aiko)
    await page.get_by_role("button", name="Write as text").press("Enter")
    await expect(composer).to_have_value("Please meet me at the lighthouse tomorrow")
    await expect(composer).to_be_focused()
    assert await composer.evaluate("(each) => each.selectionStart") == len("Please meet me at the lighthouse")
    await page.keyboard.type(" now")
    await expect(page.locator(".chosen-file")).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(aiko.message("Please meet me at the lighthouse now tomorrow")).to_be_visible()
    await expect(aiko.feed.get_by_role("group", name="Voice message")).to_have_count(0)


@pytest.mark.usefixtures("_writes_down")
async def test_failed_dictation_is_retried_and_typed_text_stays(
    arrive: Arrive, make: Factory, vendor: ScriptedVendor
) -> None:
    aiko = await arrive("Aiko")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}))
    aiko.expects("50[0-9]", "ERR_")
    page, composer = aiko.page, aiko.composer
    await composer.fill("Typed before.")
    vendor.transcript = 500
    await speak(page)
    await page.get_by_role("button", name="Write as text").click()
    strip = page.get_by_role("group", name="Dictation")
    await expect(strip.get_by_role("alert")).to_be_visible()
    await seen(aiko)
    await composer.press("End")
    await composer.press_sequentially(" Typed meanwhile.")
    vendor.transcript = ""
    await strip.get_by_role("button", name="Try again").click()
    await expect(strip.get_by_role("alert")).to_have_text("Nothing was heard.")
    await strip.get_by_role("button", name="Discard recording").click()
    await expect(strip).to_have_count(0)
    await expect(composer).to_have_value("Typed before. Typed meanwhile.")


@pytest.mark.usefixtures("_writes_down")
async def test_escape_stops_a_dictation_and_another_room_gets_its_own(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    first, second = [await make.room({Role.MASTER: aiko.actor}, name=name) for name in ("First", "Second")]
    await aiko.enter(first)
    page, came, may = aiko.page, asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        came.set()
        await may.wait()
        await route.continue_()

    await page.route("**/dictation", hold)
    await speak(page)
    await page.get_by_role("button", name="Write as text").click()
    await came.wait()
    await expect(page.get_by_role("group", name="Dictation")).to_contain_text("Transcribing what you said…")
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("group", name="Dictation")).to_have_count(0)
    aiko.expects("ERR_")
    may.set()
    came.clear()
    may.clear()
    await speak(page)
    await page.get_by_role("button", name="Write as text").click()
    await came.wait()
    await page.get_by_role("link", name="Second").click()
    await page.wait_for_url(f"**/r/{second.id}")
    may.set()
    await expect(page.get_by_role("group", name="Dictation")).to_have_count(0)
    await expect(aiko.composer).to_have_value("")
    await page.get_by_role("link", name="First").click()
    await expect(aiko.composer).to_have_value("meet me at the lighthouse")


@pytest.mark.usefixtures("_writes_down")
async def test_a_phone_in_japanese_dictates_at_home(arrive: Arrive, vendor: ScriptedVendor) -> None:
    aiko = await arrive("愛子", **PHONE, locale="ja-JP", color_scheme="dark")
    vendor.transcript = "灯台で会いましょう"
    await aiko.page.goto("/")
    await aiko.composer.fill("明日、")
    await aiko.page.get_by_role("button", name="ボイスメッセージを録音・音声入力").tap()
    await heard(aiko.page)
    assert await small_targets(aiko) == []
    assert await violations(aiko.page) == []
    await aiko.page.get_by_role("button", name="文字にする").tap()
    await expect(aiko.composer).to_have_value("明日、灯台で会いましょう")


async def test_without_a_model_or_with_ai_off_there_is_no_dictation(
    arrive: Arrive, call_in: CallIn, make: Factory
) -> None:
    aiko, admin = await arrive("Aiko"), await admin_of(call_in, make)
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}))
    page, dictates = aiko.page, aiko.page.get_by_role("button", name="Record a voice message or dictate")
    await expect(page.get_by_role("button", name="Record a voice message")).to_be_visible()
    await expect(dictates).to_have_count(0)
    await choose_model(admin, "compatible/whisper-1")
    await expect(dictates).to_be_visible()  # in tabs that are open
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    await expect(page.get_by_role("button", name="Record a voice message")).to_be_visible()
    await expect(dictates).to_have_count(0)
    await choose_model(admin, "")
