"""The focus stays on the page when its button disappears with its row or form."""

import re

from playwright.async_api import Locator, Page, expect

from chat_app.core.accounts.tables import User
from chat_app.core.auth.sessions.commands import begin_session
from chat_app.core.auth.tokens.api_tokens import Scope, make_api_token
from chat_app.core.groups.commands import add_to_group, create_group
from chat_app.core.kernel.actor import Actor
from tests.browser.test_security import security
from tests.browser.test_settings import PIXEL
from tests.browser.visitor import Arrive, Visitor
from tests.support.factory import PASSWORD, Factory


async def test_the_focus_goes_on_to_what_is_nearest(arrive: Arrive, make: Factory) -> None:
    aiko, ben, chloe = await arrive("Aiko"), await make.actor(name="Ben"), await make.actor(name="Chloé")
    await choosing_people(aiko.page, ben, chloe)
    await in_a_group(aiko, make, ben, chloe)
    await blocking(aiko.page, ben)
    await removing_the_picture(aiko.page)
    await ending_sessions_and_tokens(aiko, make)
    await in_a_dialog(aiko.page)


async def press(button: Locator) -> None:
    """Press a button by the keyboard."""
    await button.focus()
    await button.press("Enter")


async def choosing_people(page: Page, *others: Actor) -> None:
    await page.goto("/people")
    for other in others:
        await page.get_by_role("searchbox").fill(other.person.username)
        row = page.locator(".member-list li")
        await expect(row).to_have_text([re.compile(f"@{other.person.username}")])  # whoever was listed before is gone
        await press(row.get_by_role("button", name="Add to group chat"))
        await expect(row.get_by_role("button", name="Remove")).to_be_focused()
    await press(page.get_by_role("button", name="Remove Ben"))
    await expect(page.get_by_role("button", name="Remove Chloé")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(row.get_by_role("button", name="Add to group chat")).to_be_focused()


async def in_a_group(aiko: Visitor, make: Factory, *others: Actor) -> None:
    async with make.work.begin(aiko.actor) as ctx:
        group = await create_group(ctx, "Friends")
        for other in others:
            await add_to_group(ctx, group.id, str(other.user_id))
    await aiko.page.goto("/groups")
    removes = aiko.page.locator(".settings .member-list").get_by_role("button", name="Remove")
    await expect(removes).to_have_count(2)
    await press(removes.first)
    await expect(removes).to_have_count(1)
    await expect(removes).to_be_focused()
    await aiko.page.keyboard.press("Enter")
    await expect(aiko.page.get_by_role("button", name="Add", exact=True)).to_be_focused()


async def blocking(page: Page, other: Actor) -> None:
    await page.goto(f"/u/{other.person.username}")
    await press(page.get_by_role("button", name="Block"))
    await press(page.get_by_role("alertdialog").get_by_role("button", name="Block"))
    await expect(page.get_by_role("button", name="Unblock")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Block", exact=True)).to_be_focused()


async def removing_the_picture(page: Page) -> None:
    await page.goto("/settings")
    picture = page.locator("input[type=file]")
    await picture.set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": PIXEL})
    await press(page.get_by_role("button", name="Remove picture"))
    await expect(picture).to_be_focused()


async def ending_sessions_and_tokens(aiko: Visitor, make: Factory) -> None:
    browser = await aiko.page.evaluate("navigator.userAgent")
    async with make.work.begin(aiko.actor) as ctx:
        user = await ctx.db.get_one(User, aiko.actor.user_id)
        begin_session(ctx, user, address="127.0.0.1", user_agent=browser)
        for name in ("Bot", "Robot"):
            await make_api_token(ctx, name=name, scopes=[Scope.READ], password=PASSWORD)
    page = await security(aiko)
    await press(page.get_by_role("button", name=re.compile("Sign out Chrome")))
    await expect(page.get_by_role("button", name=re.compile("Sign out Chrome"))).to_have_count(0)
    await expect(page.locator("main :focus")).to_have_count(1)
    revokes = page.get_by_role("button", name=re.compile("^Revoke"))
    await press(revokes.first)
    await expect(revokes).to_have_count(1)
    await expect(revokes).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="New token")).to_be_focused()


async def in_a_dialog(page: Page) -> None:
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("Weather bot")
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await press(dialog.get_by_role("button", name="Create token"))
    await expect(dialog.locator("pre.secret")).to_be_focused()
