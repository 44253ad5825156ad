"""Replies, and their quotes."""

from playwright.async_api import expect

from tests.browser.visitor import Meet
from tests.support.factory import Factory


async def test_one_can_reply_and_copy(meet: Meet) -> None:
    _, aiko, ben = await meet("Aiko", "Ben", apart=["Aiko"])
    await aiko.say("Shall we ship on Friday?")
    await ben.act(ben.message("Shall we ship"), "Reply")
    await expect(ben.page.locator(".composer-banner")).to_contain_text("Replying to Aiko")
    await ben.say("Yes")
    await aiko.hears("Yes")
    quote = ben.message("Yes").locator(".quote")
    await expect(quote).to_contain_text("Aiko")
    await expect(quote).to_contain_text("Shall we ship on Friday?")
    await ben.act(ben.message("Shall we ship").first, "Copy text")
    await expect(ben.page.get_by_text("Copied")).to_be_visible()
    assert await ben.page.evaluate("navigator.clipboard.readText()") == "Shall we ship on Friday?"


async def test_an_answer_is_quoted_under_its_models_name(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.say("@ai Hello")
    await expect(aiko.answers.get_by_text("tokens")).to_be_visible()
    model = await aiko.answers.locator(".message-head b").inner_text()
    await aiko.act(aiko.answers, "Reply")
    await expect(aiko.page.locator(".composer-banner b")).to_have_text(f"Replying to {model}")
    await aiko.say("Thank you")
    await expect(aiko.message("Thank you")).to_have_class("message head")
    await expect(aiko.message("Thank you").locator(".quote b")).to_have_text(model)


async def test_quote_is_shown_without_markdown(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.say("## A **plan**\n- see [the page](https://example.org)\n- run `make`")
    await expect(aiko.message("A plan").locator("code")).to_have_text("make")
    await aiko.act(aiko.message("A plan"), "Reply")
    await expect(aiko.page.locator(".composer-banner .truncate")).to_have_text(
        "Replying to Aiko A plan see the page run make"
    )
    await aiko.say("Yes")
    await expect(aiko.message("Yes")).to_have_class("message head")
    await expect(aiko.message("Yes").locator(".quote > span")).to_have_text("A plan see the page run make")


async def test_a_deleted_reply_quotes_nothing(gather: Meet, make: Factory) -> None:
    room, aiko = await gather("Aiko")
    question = await make.message(room, aiko.actor, "Friday?")
    await make.message(room, aiko.actor, "Yes", reply_to_id=question.id)
    await aiko.enter(room)
    await expect(aiko.page.locator(".quote")).to_contain_text("Friday?")
    await aiko.act(aiko.message("Yes"), "Delete")
    await aiko.page.locator("#delete-message").get_by_role("button", name="Delete").click()
    await expect(aiko.page.locator(".tombstone")).to_be_visible()
    await expect(aiko.page.locator(".quote")).to_have_count(0)
