"""Messages read aloud, by voices that note what they say: which ones a machine has is not known."""

from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from tests.browser.visitor import Arrive, Visitor
from tests.support.factory import Factory

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


async def test_a_message_is_read_by_a_voice_of_the_machine_and_stopped(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room = await make.room({Role.MASTER: aiko.actor}, ai_rule="never")
    await make.messages(room, aiko.actor, ["**Tea** is ready. Come!", "お茶です。どうぞ。"])
    await aiko.page.add_init_script(VOICES)
    await aiko.enter(room)
    await choose(aiko, "Tea", "Read aloud")
    assert await aiko.page.evaluate("said") == ["cancel", ["en-GB", "Tea is ready."], ["en-GB", "Come!"]]
    await choose(aiko, "Tea", "Stop reading")
    await choose(aiko, "お茶", "Read aloud")
    assert (await aiko.page.evaluate("said"))[-3:] == ["cancel", ["ja-JP", "お茶です。"], ["ja-JP", "どうぞ。"]]
    await aiko.page.evaluate("last.onend()")
    await choose(aiko, "お茶", "Read aloud")  # it has come to its end, so it begins again


async def test_no_voice_of_elsewhere_is_offered(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.add_init_script(VOICES.replace("localService: true", "localService: false"))
    room = await make.room({Role.MASTER: aiko.actor}, ai_rule="never")
    await make.messages(room, aiko.actor, ["Tea is ready"])
    await aiko.enter(room)
    await aiko.act(aiko.message("Tea"), "More")
    await expect(aiko.page.get_by_role("menuitem", name="Copy link")).to_be_visible()
    await expect(aiko.page.get_by_role("menuitem", name="Read aloud")).to_have_count(0)
