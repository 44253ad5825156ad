"""axe finds nothing seriously wrong on any page, in either theme and language, nor on a phone."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.groups.commands import add_to_group, create_group
from chat_app.core.invitations.group import invite_group
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.invitations.personal import invite
from chat_app.core.safety.commands import report_message, report_user
from chat_app.core.safety.moderation import suspend_reported_user
from chat_app.core.safety.tables import Report
from chat_app.core.support.targets import note_attempt
from tests.browser.looks import Walk
from tests.browser.visitor import BLANK, Arrive
from tests.support.axe import violations
from tests.support.factory import Factory

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LOOKS = {"light": {}, "dark on a phone": {"color_scheme": "dark", "locale": "ja-JP", **PHONE}}
TEXT = """## Keyset

1. one
2. two `code`

| a | b |
|---|---|
| 1 | 2 |

```python
def page(): return "a string"  # why
```

- [x] done

> quoted, with [a link](https://example.org) and $x^2$

![a picture](https://example.org/x.png)"""


GO = "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }"


async def visit(page: Page, path: str) -> None:
    """Load a page."""
    await page.goto(path)
    await settled(page)


async def go(page: Page, path: str) -> None:
    """Go to another page as Back does, without loading it; load the first one, and the same one with another query."""
    if urlsplit(page.url).path in {urlsplit(path).path, "blank", BLANK}:
        return await visit(page, path)
    await page.locator("main").evaluate_all("(all) => all.forEach((each) => each.dataset.left = '')")
    await page.evaluate(GO, path)
    await expect(page.locator("main:not([data-left])").first).to_be_visible()
    await settled(page)


async def settled(page: Page) -> None:
    """Wait until no placeholder of loading content is left."""
    await expect(page.locator("h1").first).to_be_visible()
    await expect(page.locator(".skeleton:visible")).to_have_count(0)


async def test_pages_of_strangers(arrive: Arrive) -> None:
    visitor = await arrive()
    visitor.expects("404")
    walk = Walk(visitor)
    for path in (
        "/no/such/page",  # first, since it is a load that answers 404
        "/sign-in",
        "/sign-up",
        "/forgot-password",
        "/reset-password",
        "/verify-email",
        "/join/no-such-token",
    ):
        await go(visitor.page, path)
        await walk.look(path)
    assert walk.found() == {}


async def test_pages_of_members(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    room = await make.room({Role.MASTER: aiko.actor})
    await make.message(room, aiko.actor, TEXT)
    await make.message(room, None, TEXT, status="complete", model="scripted", asked_by_id=aiko.actor.user_id)
    walk = Walk(aiko)
    for path in ("/", "/settings", "/settings/security", f"/r/{room.id}"):
        await go(aiko.page, path)
        if path.startswith("/r/"):
            await expect(aiko.page.locator(".katex")).to_have_count(2)
            await expect(aiko.page.locator(".hljs-keyword").first).to_be_visible()
        await walk.look(path)
        for dialog in ("delete-account", "sign-out-everywhere") if path == "/settings" else ():
            await aiko.page.locator(f"[data-opens={dialog}]").click()
            await walk.look(dialog)
            await aiko.page.keyboard.press("Escape")
    assert walk.found() == {}


async def test_pages_about_people(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await make.actor(name="Benjamin Axelrod")
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben}, join_approval=True)
    async with make.work.begin(ben) as ctx:
        said = await post_message(ctx, room.id, "A **needle** in the hay")
        await report_user(ctx, aiko.actor.user_id, "other", "Please look")
    elsewhere = await make.room({Role.MASTER: ben})
    async with make.work.begin(ben) as ctx:
        link = await create_invite_link(ctx, elsewhere.id)
    async with make.work.begin(aiko.actor) as ctx:
        await report_message(ctx, said.id, "spam")
        await report_user(ctx, ben.user_id, "hate")
        (await ctx.db.get_one(User, aiko.actor.user_id)).site_roles = ["admin"]
        note_attempt(ctx, ("sms", "+819012345678"), test=True, attempt=1, problem="status 404")
        await ctx.db.flush()
        report = await ctx.db.scalar(select(Report.id).where(Report.user_id == ben.user_id, Report.reason == "hate"))
    async with make.work.begin(await make.actor(is_admin=True)) as ctx:
        await suspend_reported_user(ctx, report)
    await aiko.api.post("/prompts", json={"name": "summary", "text": "Sum up {{topic}}", "description": "In short"})
    await aiko.api.post(f"/rooms/{room.id}/invitations", json={"to": "axe@example.com"})
    await aiko.api.post("/groups", json={"name": "Friends"})
    page, walk = aiko.page, Walk(aiko)
    pages = {
        # None stands beside the same one with another query, which would be a load.
        "/search": ".search-hint",
        "/people": "main h2",
        "/search?q=needle": ".result mark",
        f"/u/{ben.person.username}": ".person-card",
        "/prompts": ".prompt-list li",
        "/admin/outbox": ".mail-text",
        "/prompts?prompt=new": "main form",
        "/groups": "main form",
        f"/join/{link.token}": "button.primary",
        "/admin": ".admin-charts figure",
        "/admin/people": ".admin-list > li",
        "/admin/rooms": ".list-table tbody tr",
        f"/admin/people?person={ben.user_id}": ".admin-facts",
        f"/admin/rooms?room={room.id}": ".admin-facts",
        "/admin/groups": ".list-table tbody tr",
        "/admin/invitations": ".list-table tbody tr",
        "/admin/usage": "main .admin .empty",
        "/admin/storage": ".admin-facts",
        "/admin/audit": ".report-list > li",
        "/admin/jobs": "main .admin",
        "/admin/webhooks": ".list-table tbody tr",
        "/admin/models": ".models section",
        "/admin/reports": ".report-list > li",
    }
    for path, shown in pages.items():
        await go(page, path)
        await expect(page.locator(shown).first).to_be_visible()
        await settled(page)
        await walk.look(path)
    for tab in await page.locator(".moderation .segments label").all():
        await tab.click()
        await settled(page)
        await walk.look(f"moderation {await tab.inner_text()}")
    await go(page, "/people")
    await page.get_by_role("searchbox").fill("axelrod")
    await page.locator(".member-list li .icon-button").last.click()
    await expect(page.locator(".chip")).to_be_visible()
    await walk.look("people chosen")
    assert walk.found() == {}


@pytest.mark.parametrize("look", LOOKS)
async def test_what_opens_over_a_page(arrive: Arrive, make: Factory, look: str) -> None:
    aiko, ben = await arrive("Aiko", **LOOKS[look]), await make.actor()
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben})
    await make.message(room, ben, "Hello")
    page, found = aiko.page, {}
    await visit(page, f"/r/{room.id}")
    row = page.locator(".message")
    buttons = row.locator(".message-actions button")

    async def open_menu(button: Locator) -> None:
        await (row.tap() if "phone" in look else row.hover())
        await button.click()

    await open_menu(buttons.last)
    found["menu"] = await violations(page)
    await page.locator("#message-menu [role=menuitem]").last.click()
    await expect(page.locator("#report")).to_be_visible()
    found["report"] = await violations(page)
    await page.keyboard.press("Escape")
    await open_menu(buttons.first)
    await expect(page.locator("#reactions")).to_be_visible()
    found["reactions"] = await violations(page)
    await page.locator("#reactions [role=menuitem]").last.click()
    await expect(page.locator("#all-emoji .emoji-choice[aria-label]").first).to_be_visible()
    found["emoji"] = await violations(page)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await aiko.api.post("/prompts", json={"name": "summary", "text": "Sum up {{topic}}", "description": "In short"})
    await page.locator("#composer-input").press_sequentially("/sum")
    await expect(page.locator("#completions li").first).to_be_visible()
    found["prompts"] = await violations(page)
    await page.locator("#completions li").first.click()
    await expect(page.locator("#fill-prompt")).to_be_visible()
    found["prompt"] = await violations(page)
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("look", LOOKS)
async def test_what_is_about_members(arrive: Arrive, make: Factory, look: str) -> None:
    aiko, ben, chloe = await arrive("Aiko", **LOOKS[look]), await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben}, join_approval=True, slow_seconds=30)
    await make.waiting(room, chloe)
    await make.message(room, ben, text="Hello")
    await visit(aiko.page, f"/r/{room.id}")
    drawer, found = aiko.page.locator("#drawer"), {}
    for name, opener in {
        "settings": "[data-opens=room-settings]",
        "card": ".member >> nth=1",
        "leave-room": "[data-opens=leave-room]",
        "context": "[data-opens=ai-context]",
        "instructions": "[data-opens=ai-instructions]",
    }.items():
        if not await drawer.is_visible():
            await aiko.page.locator(".room-header [popovertarget=drawer]").click()
        found[f"drawer {name}"] = await violations(aiko.page)
        await drawer.locator(opener).click()
        await expect(aiko.page.locator("dialog[open]")).to_be_visible()
        found[name] = await violations(aiko.page)
        await aiko.page.keyboard.press("Escape")
    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.parametrize("look", LOOKS)
async def test_what_is_about_invitations(arrive: Arrive, make: Factory, look: str) -> None:
    aiko, ben, zoe = await arrive("Aiko", **LOOKS[look]), await make.actor(), await make.actor(name="Zoë Axelrod")
    room, own = await make.room({Role.MASTER: ben}), await make.room({Role.MASTER: aiko.actor})
    async with make.work.begin(ben) as ctx:
        await invite(ctx, room.id, str(aiko.actor.user_id))
    async with make.work.begin(aiko.actor) as ctx:
        group = await create_group(ctx, "Friends")
        await add_to_group(ctx, group.id, str(zoe.user_id))
        await invite_group(ctx, own.id, group.id)
        await create_invite_link(ctx, own.id)
    page, found = aiko.page, {}
    await visit(page, "/groups")
    await expect(page.locator(".settings .member-list li")).to_have_count(1)
    found["groups"] = await violations(page)
    await go(page, f"/r/{own.id}")
    await page.locator(".room-header [data-opens=invite]").click()
    await expect(page.locator("#invite .member-list li")).to_have_count(1)
    await page.locator("#invite-to").press_sequentially("axelrod")
    await expect(page.get_by_role("option", name="Axelrod").first).to_be_visible()
    found["invite"] = await violations(page)
    await page.locator("#invite [popovertarget^=qr]").click()
    await expect(page.locator(".qr img")).to_be_visible()
    found["code"] = await violations(page)
    await go(page, "/")  # away from an open dialog
    if "phone" in look:
        await page.locator("[popovertarget=sidebar]").first.click()
    await page.locator("[data-opens=inbox]").click()
    await expect(page.locator("#inbox li")).to_have_count(1)
    found["inbox"] = await violations(page)
    assert {name: each for name, each in found.items() if each} == {}
