"""Messages read aloud, by fake voices that log their texts, because the voices of a machine are not known."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from tests.adapters.media import made
from tests.browser.looks import DARK, DESKTOP, NARROW, take_on
from tests.browser.remote import CallIn
from tests.browser.test_dictation import admin_of
from tests.browser.test_phone import PHONE, small_targets
from tests.browser.visitor import Arrive, Visitor
from tests.support.axe import violations
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor

VOICES = """
window.said = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
const voices = [
  { lang: "en-US", localService: false },
  { lang: "en-GB", localService: true },
  { lang: "ja-JP", localService: true },
];
const speech = Object.assign(new EventTarget(), {
  getVoices: () => voices,
  speak: (each) => { said.push([each.voice.lang, each.text]); window.last = each; },
  cancel: () => said.push("cancel"),
});
Object.defineProperty(window, "speechSynthesis", { value: speech });
"""


async def choose(person: Visitor, text: str, action: str) -> None:
    """Choose an action of a message's menu."""
    await person.act(person.message(text), "More")
    await person.page.get_by_role("menuitem", name=action).click()


async def said_last(person: Visitor, sounds: list[Any]) -> None:
    """Wait until this is what the voice was told last."""
    said = "(sounds) => JSON.stringify(said.slice(-sounds.length)) === JSON.stringify(sounds)"
    await person.page.wait_for_function(said, arg=sounds)


async def test_a_message_is_read_by_a_voice_of_the_machine_and_stopped(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room = await make.room({Role.MASTER: aiko.actor}, ai_rule="never")
    await make.messages(room, aiko.actor, ["**Tea** is ready. Come!", "お茶です。どうぞ。"])
    await aiko.page.add_init_script(VOICES)
    await aiko.enter(room)
    await choose(aiko, "Tea", "Read aloud")
    await said_last(aiko, ["cancel", ["en-GB", "Tea is ready."], ["en-GB", "Come!"]])
    await take_on(aiko, DARK)
    await aiko.act(aiko.message("Tea"), "その他")
    await expect(aiko.page.get_by_role("menuitem", name="読み上げを止める")).to_be_visible()
    assert await violations(aiko.page) == []
    await aiko.page.keyboard.press("Escape")
    await take_on(aiko, NARROW)
    await choose(aiko, "Tea", "Stop reading")
    await take_on(aiko, DESKTOP)
    await choose(aiko, "お茶", "Read aloud")
    await said_last(aiko, ["cancel", ["ja-JP", "お茶です。"], ["ja-JP", "どうぞ。"]])
    await aiko.page.evaluate("last.onend()")
    await choose(aiko, "お茶", "Read aloud")  # it has come to its end, so it begins again


HEARD = """
window.heard = [];
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  for (const kind of ["playing", "ended", "pause", "error"]) this.addEventListener(kind, () => heard.push(kind));
  return play.call(this);
};
"""


ENDS = "new Promise((done) => setInterval(() => heard.includes('ended') && done(), 50))"


@pytest.fixture
async def _reads_aloud(call_in: CallIn, make: Factory, vendor: ScriptedVendor) -> AsyncIterator[None]:
    admin = await admin_of(call_in, make)
    answer = await admin.api.put("/admin/speaker", json={"model": "compatible/tts-1", "voice": "coral"})
    assert answer.status_code == 204, answer.text
    vendor.speech = made.mp3(60)
    yield
    await admin.api.put("/admin/speaker", json={"model": ""})


@pytest.mark.usefixtures("_reads_aloud")
async def test_an_answer_is_read_by_the_sites_model_and_what_people_write_by_no_voice_of_elsewhere(
    arrive: Arrive, make: Factory, vendor: ScriptedVendor
) -> None:
    aiko = await arrive("Aiko")
    room = await make.room({Role.MASTER: aiko.actor})
    await make.message(room, aiko.actor, "How is the coffee?")
    await make.message(room, None, "**Tea** is ready", model="compatible/scripted", status="complete")
    await aiko.page.add_init_script(VOICES.replace("localService: true", "localService: false") + HEARD)
    await aiko.enter(room)
    page = aiko.page
    await aiko.act(aiko.message("coffee"), "More")
    await expect(page.get_by_role("menuitem", name="Copy link")).to_be_visible()
    await expect(page.get_by_role("menuitem", name="Read aloud")).to_have_count(0)
    await page.keyboard.press("Escape")
    before = len(vendor.requests)
    await choose(aiko, "Tea", "Read aloud")
    await page.evaluate(ENDS)
    [said] = [each for each in vendor.requests[before:] if each.vendor == "speech"]
    assert (said.body["input"], said.body["voice"]) == ("Tea is ready", "coral")
    assert "error" not in await page.evaluate("heard")
    await aiko.act(aiko.message("Tea"), "More")
    await expect(page.get_by_role("menuitem", name="Read aloud")).to_be_visible()  # it has come to its end
    await page.keyboard.press("Escape")
    aiko.expects("502")
    vendor.speech = 429
    await choose(aiko, "Tea", "Read aloud")
    await expect(page.get_by_text("Too many requests to the model")).to_be_visible()


async def test_an_admin_chooses_the_voice_on_a_dark_phone_in_japanese(
    arrive: Arrive, make: Factory, vendor: ScriptedVendor
) -> None:
    admin = await arrive("管理者", **PHONE, color_scheme="dark", locale="ja-JP")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, admin.actor.user_id)).site_roles = ["admin"]
    page = admin.page
    await page.goto("/admin/models")
    model, voice = page.get_by_label("読み上げ", exact=True), page.get_by_label("読み上げの声", exact=True)
    await model.fill("compatible/tts-1")
    await voice.fill("")
    await voice.press("Enter")
    await expect(page.get_by_text("モデルの音声名を指定してください")).to_be_visible()
    await voice.fill("coral")
    await voice.press("Enter")
    await expect(page.get_by_text("保存しました", exact=True)).to_be_visible()
    await expect(model).to_have_value("compatible/tts-1")
    assert await small_targets(admin) == []
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await model.fill("")
    await voice.press("Enter")
    await expect(model).to_have_value("")
