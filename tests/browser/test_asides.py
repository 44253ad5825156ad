"""Private questions to the AI about a room."""

from pathlib import Path

from PIL import Image
from playwright.async_api import expect

from tests.browser.visitor import Meet, Visitor

PRIVATE = "A very private pineapple"


def listen(person: Visitor) -> list[str]:
    """Return a list that gets every frame that the person's next page receives."""
    frames: list[str] = []
    person.page.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(str(data))))
    return frames


async def test_a_question_and_its_answer_are_seen_by_who_asks_until_they_are_published(gather: Meet) -> None:
    room, aiko, ben = await gather("Aiko", "Ben")
    frames = listen(ben)
    for person in (aiko, ben):
        await person.enter(room)
    await aiko.say("The budget is 500")
    await expect(ben.message("The budget is 500")).to_be_visible()
    await aiko.composer.fill(PRIVATE)
    await aiko.page.get_by_role("button", name="Ask privately").click()
    await expect(aiko.page.get_by_role("heading", level=1)).to_contain_text("Private")
    await expect(aiko.page.get_by_text("Only you see this")).to_be_visible()
    await expect(aiko.composer).to_have_value(PRIVATE)
    await expect(aiko.room_link(room.name)).to_have_attribute("aria-current", "page")
    await aiko.composer.press("Enter")
    await aiko.say("[[say It is five hundred]]")
    await expect(aiko.answer_text.last).to_have_text("It is five hundred")
    await ben.say("Anything new?")
    await aiko.page.get_by_role("link", name=room.name).first.click()
    await expect(aiko.message("Anything new?")).to_be_visible()
    await expect(aiko.message(PRIVATE)).to_have_count(0)
    await expect(aiko.composer).to_have_value("")
    assert not [frame for frame in frames if "pineapple" in frame or "five hundred" in frame]
    await aiko.page.go_back()
    await aiko.answers.last.get_by_role("button", name=f"Publish in {room.name}").click()
    await expect(aiko.page.get_by_text("Everyone in the room sees it now.")).to_be_visible()
    await expect(ben.answer_text).to_have_text("It is five hundred")
    await expect(ben.page.get_by_text(PRIVATE)).to_have_count(0)
    assert [frame for frame in frames if "five hundred" in frame]
    assert not [frame for frame in frames if "pineapple" in frame]


async def test_text_typed_while_aside_opens_is_not_sent_to_room(meet: Meet) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"])
    asks = aiko.page.get_by_role("button", name="Ask privately")
    await asks.evaluate("""(button) => {
      button.click();
      const input = document.getElementById("composer-input");
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(input, "Too early");
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    }""")
    await aiko.page.wait_for_function("id => !location.pathname.endsWith(id)", arg=str(room.id))
    await expect(aiko.composer).to_have_value("Too early")
    await expect(aiko.page.get_by_role("button", name="Send")).to_be_enabled()  # once the page of the aside stands
    await aiko.composer.press("Enter")
    await expect(aiko.message("Too early")).to_be_visible()
    await ben.say("The end")
    await ben.reads("The end")


async def test_one_asks_about_a_message_and_what_one_has_missed(meet: Meet) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"])
    await aiko.say("We meet on Friday")
    await aiko.act(aiko.message("We meet on Friday"), "More")
    await aiko.page.get_by_role("menuitem", name="Ask privately about this").click()
    await expect(aiko.composer).to_have_value("> We meet on Friday\n\n")
    for n in range(5):
        await ben.say(f"No, on Monday {n}")
    await expect(aiko.room_link(room.name).locator(".badge")).to_contain_text("5")
    await aiko.page.get_by_role("link", name=room.name).first.click()
    await expect(aiko.message("No, on Monday 4")).to_be_visible()
    await aiko.composer.fill("Half a thought for all")
    await aiko.page.get_by_role("button", name="Summarize", exact=True).click()
    await expect(aiko.page.get_by_text("Summarize what I have missed in this room since")).to_be_visible()
    await expect(aiko.answer_text).to_contain_text("quiet")
    await aiko.page.get_by_role("link", name=room.name).first.click()
    await expect(aiko.composer).to_have_value("Half a thought for all")


async def test_removed_member_no_longer_sees_aside(meet: Meet) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Aiko"])
    await ben.page.get_by_role("button", name="Ask privately").click()
    await expect(ben.page.get_by_role("heading", level=1)).to_contain_text("Private")
    await ben.say(PRIVATE)
    await expect(ben.answer_text).to_be_visible()
    await aiko.api.delete(f"rooms/{room.id}/members/{ben.actor.user_id}")
    await expect(ben.page.get_by_text(PRIVATE)).to_have_count(0)
    await ben.page.reload()
    await expect(ben.page.get_by_role("heading", level=1)).not_to_contain_text("Private")
    await expect(ben.page.get_by_text(PRIVATE)).to_have_count(0)


async def test_a_picture_is_published_with_its_message(meet: Meet, tmp_path: Path) -> None:
    room, aiko, ben = await meet("Aiko", "Ben")
    Image.new("RGB", (64, 48), "teal").save(tmp_path / "fox.png")
    await aiko.composer.fill("What is it? [[say A fox]]")
    await aiko.page.get_by_role("button", name="Ask privately").click()
    await expect(aiko.page.get_by_text("Only you see this")).to_be_visible()
    await aiko.page.locator("input[type=file]#file-picker").set_input_files(str(tmp_path / "fox.png"))
    await aiko.page.get_by_label("Caption of fox.png").fill("In the garden")
    await aiko.composer.press("Enter")
    await expect(aiko.answer_text).to_have_text("A fox")
    private = aiko.message("What is it?")
    await aiko.act(private, "More")
    await aiko.page.get_by_role("menuitem", name=f"Publish in {room.name}").click()
    await expect(aiko.page.get_by_text("Everyone in the room sees it now.")).to_be_visible()
    seen = ben.message("What is it?").get_by_role("button", name="View In the garden")
    await expect(seen.locator("img")).to_have_js_property("naturalWidth", 64)
    source = "(each) => new URL(each.currentSrc).pathname.split('/').at(-2)"
    assert await seen.locator("img").evaluate(source) != await private.locator("img").evaluate(source)
