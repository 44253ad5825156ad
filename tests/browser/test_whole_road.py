"""The whole road, as two people walk it who have never been here."""

from playwright.async_api import expect

from tests.browser.visitor import Arrive, Visitor
from tests.vendor.server import ScriptedVendor

STORY = " ".join(f"word{n}" for n in range(30))
BEGUN = "word0 word1 word2 word3 word4"


async def sign_up(visitor: Visitor, username: str, name: str) -> None:
    page = visitor.page
    await page.get_by_label("Email", exact=True).fill(f"{username}@example.com")
    await page.get_by_label("Username").fill(username)
    await page.get_by_label("Display name").fill(name)
    await page.get_by_role("textbox", name="Password").fill("three unrelated teapots")
    await page.get_by_role("button", name="Create account").click()


async def test_two_people_and_an_ai_meet(arrive: Arrive, vendor: ScriptedVendor) -> None:
    aiko, ben = await arrive(), await arrive()
    await aiko.page.goto("/")
    await aiko.page.wait_for_url("**/sign-in")
    await aiko.page.get_by_role("link", name="Create account").click()
    await sign_up(aiko, "road-aiko", "Aiko")
    await expect(aiko.page.get_by_text("What’s on your mind, Aiko?")).to_be_visible()

    await aiko.page.get_by_role("button", name="New room").click()
    await aiko.page.locator("#new-room").get_by_label("Name").fill("Stories")
    await aiko.page.locator("#new-room").get_by_role("button", name="Create room").click()
    await aiko.page.get_by_role("button", name="Invite people").first.click()
    await aiko.page.locator("#invite").get_by_role("button", name="Create link").click()
    link = await aiko.page.locator("#invite li input").input_value()
    await aiko.page.keyboard.press("Escape")

    await ben.page.goto(link)
    await expect(ben.page.get_by_role("heading", name="Stories")).to_be_visible()
    await ben.page.get_by_role("button", name="Create account").click()
    await sign_up(ben, "road-ben", "Ben")
    await expect(ben.page.locator(".room-title h1")).to_have_text("Stories")
    await expect(aiko.page.locator(".room-title")).to_contain_text("2 people")

    await aiko.say("Hello Ben")
    await expect(ben.message("Hello Ben")).to_be_visible()
    await ben.say("Hello Aiko")
    await expect(aiko.message("Hello Aiko")).to_be_visible()

    await ben.say(f"@ai tell us a story [[hold 5]] [[say {STORY}]]")
    for person in (aiko, ben):
        await expect(person.answer_text).to_have_text(BEGUN)
    await ben.page.reload()
    await expect(ben.answer_text).to_have_text(BEGUN)
    await expect(ben.answer_text).to_have_class("message-text live")
    await ben.answers.get_by_role("button", name="Stop").click()
    for person in (aiko, ben):
        await expect(person.answers).to_contain_text("Stopped")
        await expect(person.answer_text).to_have_text(BEGUN)
    vendor.release()
    await ben.act(ben.answers, "Regenerate")
    for person in (aiko, ben):
        await expect(person.answer_text).to_have_text(STORY)

    await ben.say("@ai and now? [[fail 402 once]] [[say The end]]")
    for person in (aiko, ben):
        await expect(person.answers.last).to_contain_text("This site has no credit left")
    await ben.answers.last.get_by_role("button", name="Try again").click()
    for person in (aiko, ben):
        await expect(person.answer_text.last).to_have_text("The end")
        await expect(person.page.locator(".message")).to_have_count(6)
