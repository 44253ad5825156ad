"""Voice messages: recorded by a click or by holding, listened to before they are sent, and played by all.

The microphone is Chromium's own: it beeps.
"""

import asyncio
import re

from playwright.async_api import Page, expect

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from tests.browser.looks import seen
from tests.browser.test_phone import PHONE
from tests.browser.visitor import Arrive
from tests.support.axe import violations
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor

REFUSE = """(name) => {
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", name); };
}"""


async def heard(page: Page, seconds: int = 1) -> None:
    """Wait until so much is recorded, or more."""
    at_least = re.compile(rf"0:(0[{seconds}-9]|[1-5]\d)")
    await expect(page.get_by_role("timer")).to_contain_text(at_least, timeout=15_000)


async def test_recording_plays_before_and_after_sending(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben")
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben.actor}, ai_rule="never")
    for person in (aiko, ben):
        await person.enter(room)
    page = aiko.page
    await page.get_by_role("button", name="Record a voice message").click()
    await heard(page)
    await seen(aiko)
    await page.get_by_role("button", name="Pause recording").click()
    await expect(page.get_by_role("status").filter(has_text="Recording paused")).to_have_count(1)
    await page.get_by_role("button", name="Continue recording").click()
    await heard(page, 2)
    await page.get_by_role("button", name="Finish recording").click()
    await page.evaluate(PLAYED)
    chosen = page.get_by_role("list", name="Files of this message")
    await chosen.get_by_role("button", name="Play Voice message").click()
    await expect(chosen.get_by_role("button", name="Pause Voice message")).to_be_visible()
    await aiko.composer.fill("Listen")
    await aiko.composer.press("Enter")
    for person in (ben, aiko):
        player = person.message("Listen").get_by_role("group", name="Voice message")
        place = player.get_by_role("slider")
        # What was played to its end stands at its beginning again, on a busy machine before one looks a second time.
        moved = asyncio.create_task(
            person.page.wait_for_function("(place) => place.value !== '0'", arg=await place.element_handle())
        )
        await player.get_by_role("button", name="Play Voice message").click()
        await moved
        await place.press("Home")
        await place.press("ArrowRight")
        assert await person.page.evaluate("([...document.querySelectorAll('audio')]).length") == 0
    for speed in ("1", "1.25", "1.5"):
        await player.get_by_role("button", name=f"Speed {speed}×", exact=True).click()
    await expect(player.get_by_role("button", name="Speed 2×")).to_be_visible()
    await player.get_by_role("button", name=re.compile("(Play|Pause) Voice message")).click()
    assert await page.evaluate("played.at(-1).playbackRate") == 2
    bars = await player.locator(".voice-bars > div > span").evaluate_all("all => all.map((each) => each.style.height)")
    assert len(bars) > 20
    assert len({*bars}) > 1
    await seen(aiko)


PLAYED = """() => {
  window.played = [];
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function () {
    played.push(this);
    return play.call(this);
  };
}"""
"""Notes what is played: the player is no part of the page."""


async def test_held_recording_ends_on_release_and_escape_discards(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    page, chosen = aiko.page, aiko.page.locator(".chosen-file")
    microphone = page.locator(".microphone")
    await microphone.click()
    await heard(page)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("timer")).to_have_count(0)
    await microphone.hover()
    await page.mouse.down()
    await heard(page)
    await page.mouse.up()
    await expect(chosen.get_by_role("button", name="Play Voice message")).to_be_visible()
    await expect(chosen).to_have_count(1)
    await microphone.focus()
    await page.keyboard.press("Enter")
    await heard(page)
    await page.get_by_role("button", name="Send").click()  # which ends it, too
    await expect(aiko.feed.get_by_role("group", name="Voice message")).to_have_count(2)
    await expect(page.get_by_role("timer")).to_have_count(0)


async def test_obstacle_to_recording_is_shown(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    for name, words in (("NotAllowedError", "may not use the microphone"), ("NotFoundError", "No microphone")):
        refuse = (
            "(name) => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name); }; }"
        )
        await aiko.page.evaluate(refuse, name)
        await aiko.page.get_by_role("button", name="Record a voice message").click()
        await expect(aiko.page.get_by_text(words)).to_be_visible()


async def test_a_phone_in_japanese_records_at_home(arrive: Arrive) -> None:
    aiko = await arrive("愛子", **PHONE, locale="ja-JP")
    await aiko.page.goto("/")
    await aiko.page.get_by_role("button", name="ボイスメッセージを録音").tap()
    await heard(aiko.page)
    strip = aiko.page.get_by_role("group", name="ボイスメッセージ")
    for button in await strip.get_by_role("button").all():
        box = await button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
    assert await violations(aiko.page) == []
    await aiko.page.get_by_role("button", name="録音を終了").tap()
    await expect(aiko.page.locator(".chosen-file")).to_have_count(1)
    await aiko.page.get_by_role("button", name="送信").tap()
    await expect(aiko.feed.get_by_role("group", name="ボイスメッセージ")).to_be_visible()
    assert await violations(aiko.page) == []


async def test_transcript_is_shown_under_player(arrive: Arrive, make: Factory, vendor: ScriptedVendor) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, ben.actor.user_id)).site_roles = ["admin"]
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben.actor})
    await ben.page.goto("/admin/models")
    field = ben.page.get_by_label("Transcription", exact=True)
    await field.fill("nowhere/whisper-1")
    await field.press("Enter")
    await expect(ben.page.get_by_text("Write it as connection/model")).to_be_visible()
    await field.fill("compatible/whisper-1")
    await field.press("Enter")
    await expect(ben.page.get_by_text("Saved", exact=True)).to_be_visible()
    assert await violations(ben.page) == []
    await aiko.enter(room)
    await ben.room_link(room.name).click()
    vendor.transcript = 500
    await aiko.page.get_by_role("button", name="Record a voice message").click()
    await heard(aiko.page)
    await aiko.page.get_by_role("button", name="Send").click()
    for person in (aiko, ben):
        await expect(person.feed.get_by_text("This couldn’t be transcribed.")).to_be_visible()
    vendor.transcript = "We meet at the lighthouse"
    await ben.feed.get_by_role("button", name="Try again").click()
    for person in (aiko, ben):
        await expect(person.feed.get_by_text("We meet at the lighthouse")).to_be_visible()
    await seen(ben)
    await ben.page.go_back()
    await expect(field).to_have_value("compatible/whisper-1")
    await field.fill("")
    await field.press("Enter")
    await expect(ben.page.get_by_text("Saved", exact=True)).to_be_visible()


async def test_a_browser_without_webm_records_what_safari_does(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room = await make.room({Role.MASTER: aiko.actor}, ai_rule="never")
    await aiko.page.add_init_script(WITHOUT_WEBM)
    await aiko.enter(room)
    await aiko.page.get_by_role("button", name="Record a voice message").click()
    await heard(aiko.page)
    await aiko.page.get_by_role("button", name="Finish recording").click()
    await aiko.say("Listen")
    player = aiko.message("Listen").get_by_role("group", name="Voice message")
    await player.get_by_role("button", name="Play Voice message").click()
    await expect(player.get_by_role("slider")).not_to_have_js_property("value", "0")
    [file] = (await aiko.api.get(f"/rooms/{room.id}/attachments")).json()["items"]
    assert (file["mime_type"], file["kind"], file["name"][-4:]) == ("audio/mp4", "audio", ".m4a")
    assert file["seconds"] >= 1
    assert len(file["peaks"]) > 10


WITHOUT_WEBM = """(() => {
  const known = MediaRecorder.isTypeSupported;
  MediaRecorder.isTypeSupported = (type) => !type.includes("webm") && known(type);
})()"""
"""Chromium puts Opus into the MP4 file, where Safari puts AAC; the file is examined by the same rules."""
