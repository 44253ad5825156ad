"""The site's settings in the browser: sign-up rules, waiting accounts, invitations, and announcements."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.ids import new_id
from chat_app.core.site.settings import SETTINGS
from tests.browser.forger import Forger
from tests.browser.looks import Look, take_on
from tests.browser.test_safety import an_admin
from tests.browser.visitor import Arrive, Visitor
from tests.core.pictures.test_branding import drawn
from tests.support.factory import Factory

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


async def set_to(admin: Visitor, **values: Any) -> None:
    answer = await admin.api.patch("/admin/settings", json={"values": values})
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def admin(arrive: Arrive, make: Factory) -> AsyncIterator[Visitor]:
    """An admin; the site has its defaults again afterwards."""
    grace = await an_admin(arrive, make)
    yield grace
    await set_to(grace, **dict.fromkeys(SETTINGS))


async def sign_up(visitor: Visitor, name: str) -> None:
    page = visitor.page
    await page.get_by_label("Email", exact=True).fill(f"{name}@example.com")
    await page.get_by_label("Username").fill(name)
    await page.locator("input[type=password]").fill("correct-horse-battery")
    await page.get_by_role("button", name="Create account").click()


async def test_a_new_account_waits_until_an_admin_approves_it(arrive: Arrive, admin: Visitor) -> None:
    page = admin.page
    await page.goto("/admin/settings")
    approval = page.get_by_role("checkbox", name="Approve new accounts")
    await approval.check()
    await page.locator("form", has=approval).get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    newcomer = await arrive()
    await newcomer.page.goto("/sign-up")
    name = f"hanako{new_id().hex[-8:]}"
    await sign_up(newcomer, name)
    await expect(newcomer.page.get_by_role("status").get_by_text("waiting for an administrator")).to_be_visible()
    await expect(page.locator(".admin-sections .badge", has_text="for approval")).to_contain_text("1")  # at once
    await page.locator(".admin-sections").get_by_role("link", name="People").click()
    row = page.locator(".admin-waiting", has_text=name)
    await expect(row).to_contain_text(f"{name}@example.com")
    await row.get_by_role("button", name="Approve").click()
    await expect(row).to_have_count(0)
    await newcomer.page.get_by_role("link", name="Sign in").click()
    await newcomer.page.get_by_label("Email or username").fill(name)
    await newcomer.page.locator("input[type=password]").fill("correct-horse-battery")
    await newcomer.page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(newcomer.page.get_by_text(f"@{name}")).to_be_visible()


async def test_an_invitation_opens_a_closed_site(arrive: Arrive, admin: Visitor) -> None:
    await set_to(admin, sign_up="closed")
    page = admin.page
    await page.goto("/admin/people")
    await page.get_by_role("button", name="Invite", exact=True).click()
    dialog = page.get_by_role("dialog", name="Invite to this site")
    await dialog.get_by_role("button", name="Create invitation").click()
    link = dialog.get_by_label("Invitation link")
    await expect(link).to_have_value(re.compile("/join/site-"))
    newcomer = await arrive()
    path = "/join/" + (await link.input_value()).partition("/join/")[2]
    await newcomer.page.goto(path)
    await newcomer.page.get_by_role("button", name="Create account").click()
    name = f"haruka{new_id().hex[-8:]}"
    await sign_up(newcomer, name)
    await expect(newcomer.page.get_by_text(f"@{name}")).to_be_visible()


async def test_error_is_beside_its_field(admin: Visitor) -> None:
    page = admin.page
    await page.goto("/admin/settings")
    await expect(page.get_by_role("combobox", name="New accounts")).to_be_visible()  # not named as its section is
    await page.get_by_label("Allowed email domains").fill("example.org, localhost")
    await (
        page.locator("form", has=page.get_by_label("Allowed email domains")).get_by_role("button", name="Save").click()
    )
    await expect(page.locator("#site-sign_up_domains-error")).to_contain_text("“localhost” isn’t a domain")


async def test_an_announcement_is_shown_at_once_and_dismissed_for_good(arrive: Arrive, admin: Visitor) -> None:
    chloe = await arrive("Chloe")
    await chloe.page.goto("/")
    other = await chloe.new_page()
    await other.goto("/people")
    said = {"en": "<img src=x onerror=alert(1)> Back at six", "ja": "<b>六時に再開します</b>"}
    await set_to(admin, announcement_en=said["en"], announcement_ja=said["ja"], announcement_level="warning")
    for page in (chloe.page, other):
        await expect(page.locator(".announcement p")).to_have_text(said["en"])
    await take_on(chloe, Look((390, 844), "ja", "dark"))
    await expect(chloe.page.locator(".announcement p")).to_have_text(said["ja"])
    assert await chloe.page.evaluate("document.documentElement.scrollWidth") == 390
    await chloe.page.locator(".announcement button").click()
    for page in (chloe.page, other):
        await expect(page.locator(".announcement")).to_have_count(0)
    await chloe.page.reload()
    await expect(chloe.page.locator(".sidebar .brand")).to_be_attached()
    await set_to(admin, announcement_level="urgent")  # another one
    await expect(chloe.page.locator(".announcement.urgent p")).to_have_text(said["en"])
    await set_to(admin, announcement_until="2020-01-01T00:00")
    await expect(chloe.page.locator(".announcement")).to_have_count(0)


async def test_the_settings_on_a_phone(arrive: Arrive, make: Factory) -> None:
    grace = await arrive("Grace", locale="ja-JP", color_scheme="dark", **PHONE)
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, grace.actor.user_id)).site_roles = ["auditor"]
    await grace.api.patch("/me", json={"locale": "ja"})
    page = grace.page
    await page.goto("/admin/settings")
    await expect(page.locator(".notice")).to_contain_text("変更は管理者が行います")
    await expect(page.locator(".site-settings input:enabled:not([type=hidden])")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_the_name_and_the_colour_are_there_from_the_first_byte(arrive: Arrive, admin: Visitor) -> None:
    await set_to(admin, brand_name="Tea <room>", brand_accent="#7a3e78", brand_text="Ask <b>Grace</b> for an account.")
    stranger = await arrive(color_scheme="dark")
    await stranger.page.goto("/sign-in")
    await expect(stranger.page.get_by_role("heading", name="Sign in to Tea <room>")).to_be_visible()
    await expect(stranger.page.get_by_text("Ask <b>Grace</b> for an account.")).to_be_visible()
    page = await (await stranger.page.request.get("/sign-in", headers={"accept": "text/html"})).text()
    assert "<title>Tea &lt;room&gt;</title>" in page
    assert ":root{--accent:#7a3e78;" in page
    await admin.page.goto("/")
    await expect(admin.page.locator(".sidebar .brand")).to_have_text("Tea <room>")
    await expect(admin.page).to_have_title("Tea <room>")
    html = admin.page.locator("html")
    await expect(html).to_have_css("--accent", "#7a3e78")
    await set_to(admin, brand_name="Coffee", brand_accent="#7a3e10")  # which open tabs show at once
    await expect(admin.page.locator(".sidebar .brand")).to_have_text("Coffee")
    await expect(admin.page).to_have_title("Coffee")
    await expect(html).to_have_css("--accent", "#7a3e10")
    await set_to(admin, brand_name=None, brand_accent=None)
    await expect(admin.page.locator(".sidebar .brand")).to_have_text("Parley")
    await expect(html).not_to_have_css("--accent", re.compile("#7a3e"))


async def test_switched_off_feature_is_hidden_at_once(arrive: Arrive, admin: Visitor, make: Factory) -> None:
    chloe = await arrive("Chloe")
    room = await make.room({Role.MASTER: chloe.actor})
    await chloe.enter(room)
    page = chloe.page
    await expect(page.get_by_role("button", name="Attach files")).to_be_visible()
    await expect(page.locator(".ai-choice").first).to_be_visible()
    await set_to(admin, allow_uploads=False, allow_voice=False, allow_ai=False, allow_rooms=False, retention_days=90)
    await expect(page.get_by_role("button", name="Attach files")).to_have_count(0)
    await expect(page.locator(".ai-choice")).to_have_count(0)
    await expect(page.locator(".microphone")).to_have_count(0)
    await expect(page.get_by_role("button", name="New room")).to_have_count(0)
    await page.locator("[popovertarget=drawer]").first.click()
    await expect(page.locator("#drawer")).to_contain_text("Messages here are deleted after 90 days.")
    await chloe.say("Hello @ai")
    await expect(chloe.feed).to_contain_text("Hello @ai")
    refused = await chloe.api.post("/rooms", json={"name": "Tea"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "feature_off_rooms")
    await page.get_by_role("link", name="New chat").first.click()
    await expect(chloe.composer).to_have_attribute("placeholder", "Message")
    await expect(page.locator(".ideas, .ai-choice, .connect-card")).to_have_count(0)


async def test_the_logo_and_the_icon_are_shown_everywhere_and_move_nothing(arrive: Arrive, admin: Visitor) -> None:
    page = admin.page
    await page.goto("/admin/settings")
    logo = page.get_by_role("group", name="Logo", exact=True)
    for name, file in (("Logo", drawn(size=(640, 160))), ("Icon", drawn(size=(512, 512)))):
        group = page.get_by_role("group", name=name, exact=True)
        await group.locator("input").set_input_files([{"name": "a.png", "mimeType": "image/png", "buffer": file}])
        await expect(group.get_by_role("img", name=name)).to_be_visible()
    svg = {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}
    admin.expects("422")
    await logo.locator("input").set_input_files([svg])
    await expect(logo.get_by_role("alert")).to_contain_text("SVG is not accepted")
    logo_of_site = re.compile(r"/site/pictures/logo\?v=")
    await expect(page.locator(".sidebar .mark")).to_have_css("background-image", logo_of_site)  # without a reload
    stranger = await arrive()
    await stranger.page.goto("/sign-in")
    mark = stranger.page.locator(".auth .mark")
    await expect(mark).to_have_css("background-image", logo_of_site)
    assert await mark.evaluate("({ clientWidth, clientHeight }) => [clientWidth, clientHeight]") == [144, 36]
    icons = "[...document.querySelectorAll('link[rel~=icon], link[rel=apple-touch-icon]')].map((link) => link.href)"
    for each in (stranger.page, page):
        found = await each.evaluate(icons)
        assert len(found) == 2, found
        assert all("/site/pictures/icon?v=" in each for each in found)
    for name in ("Logo", "Icon"):
        await page.get_by_role("group", name=name, exact=True).get_by_role("button", name="Remove").click()
        await expect(page.get_by_role("group", name=name, exact=True).get_by_text("None")).to_be_visible()
    await expect(page.locator(".sidebar .mark")).to_have_css("background-image", "none")
    assert "/site/pictures/" not in await (await stranger.page.request.get("/sign-in")).text()


async def test_a_tab_too_many_says_so_and_connects_when_another_is_closed(arrive: Arrive, admin: Visitor) -> None:
    await set_to(admin, tabs_person=5)
    chloe = await arrive("Chloe")
    chloe.expects("429", "WebSocket")
    tabs = [Forger(chloe.site, chloe.token) for _ in range(5)]
    for tab in tabs:
        await tab.connect()
        await tab.arrive("/people")
    page = chloe.page
    await page.goto("/people")
    said = page.get_by_role("status").get_by_text("Too many tabs of this site are open")
    await expect(said).to_be_visible()
    await tabs[0].leave()
    await expect(page.get_by_role("button", name="Account")).to_be_visible(timeout=30_000)
    await expect(said).to_have_count(0)
    for tab in tabs[1:]:
        await tab.leave()


async def test_an_owner_is_asked_before_old_messages_are_deleted(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben", locale="ja-JP", color_scheme="dark", **PHONE)
    await ben.api.patch("/me", json={"locale": "ja"})
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben.actor}, name="Tea")
    await make.message(room, aiko.actor, "Old words", created_at=make.work.clock() - timedelta(days=9))
    await make.message(room, aiko.actor, "New words")
    for visitor in (aiko, ben):
        await visitor.page.goto(f"/r/{room.id}")
        await expect(visitor.page.get_by_text("Old words")).to_be_visible()
    page = aiko.page
    await page.get_by_role("button", name="Room details").click()
    await page.get_by_role("button", name="Room settings").click()
    dialog = page.get_by_role("dialog", name="Room settings")
    await expect(dialog).to_have_js_property("scrollTop", 0)
    choice = dialog.get_by_role("combobox", name="Delete messages")
    await choice.select_option("7")
    asked = dialog.get_by_role("alert")
    await expect(asked).to_contain_text("1 message is older")
    await asked.get_by_role("button", name="Cancel").click()
    await expect(choice).to_have_value("0")
    await choice.select_option("7")
    await asked.get_by_role("button", name="Delete older messages").click()
    await expect(choice).to_have_value("7")
    await expect(ben.page.get_by_text("Old words")).to_have_count(0, timeout=30_000)
    await expect(ben.page.locator(".room-line")).to_contain_text("自動削除を7日後に変更")
    await expect(ben.page.get_by_text("New words")).to_be_visible()
    await ben.page.get_by_role("button", name="ルームの詳細").click()
    await expect(ben.page.get_by_text("ここのメッセージは7日後に削除されます。")).to_be_visible()
