"""A person's own settings."""

import re

from playwright.async_api import expect

from tests.browser.forms import press, sign_in
from tests.browser.visitor import Arrive
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc0f01f0005000201a5f645400000000049454e44ae426082"
)


async def test_the_language_and_the_theme_change_at_once_everywhere_and_stay(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    page, other = aiko.page, await aiko.new_page()
    await other.goto("/")
    await page.goto("/settings")
    for each in (page, other):
        await expect(each.locator("html")).to_have_class(re.compile("light"))
    await page.get_by_label("Dark", exact=True).check()
    for each in (page, other):
        await expect(each.locator("html")).to_have_class(re.compile("dark"))
    await expect(page.get_by_label("Dark", exact=True)).to_be_checked()
    await page.get_by_label("日本語").check()
    await expect(page.get_by_role("heading", name="設定")).to_be_visible()
    for each in (page, other):
        await expect(each.locator("html")).to_have_attribute("lang", "ja")
    await page.reload()
    await expect(page.get_by_role("heading", name="設定")).to_be_visible()
    await expect(page.locator("html")).to_have_class(re.compile("dark"))
    me = (await aiko.api.get("/me")).json()
    assert (me["locale"], me["theme"]) == ("ja", "dark")


async def test_ones_choices_come_along_to_another_device(arrive: Arrive, make: Factory) -> None:
    user = await make.user(locale="ja", theme="dark")
    visitor = await arrive()
    await visitor.page.goto("/sign-in?next=/settings")
    await sign_in(visitor, user.username)
    await expect(visitor.page.get_by_role("heading", name="設定")).to_be_visible()
    await expect(visitor.page.locator("html")).to_have_class(re.compile("dark"))


async def test_a_form_says_that_the_database_is_away_and_keeps_what_was_typed(
    arrive: Arrive, site: Site, databases: Databases
) -> None:
    aiko = await arrive("Aiko")
    page = aiko.page
    await page.goto("/settings")
    await page.locator("#profile-name").fill("Aiko Tanaka")
    with databases.away(site.database_url):
        await press(page, "Save")
        await expect(page.get_by_role("alert").get_by_text("The site is busy or restarting.")).to_be_visible()
    await expect(page.locator("#profile-name")).to_have_value("Aiko Tanaka")
    await press(page, "Save")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()


async def test_person_changes_name_colour_and_picture(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    aiko.expects("422")
    page = aiko.page
    await page.goto("/settings")
    await page.locator("#profile-name").fill("Aiko T.")
    await press(page, "Save")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    await page.get_by_label("Plum").check()
    await expect(page.locator(".settings .avatar")).to_have_class(re.compile("tint-plum"))
    await page.locator("input[type=file]").set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": PIXEL})
    await expect(page.get_by_role("button", name="Remove picture")).to_be_visible()
    await expect(page.locator(".settings .avatar img")).to_have_js_property("naturalWidth", 192)
    me = (await aiko.api.get("/me")).json()
    assert (me["name"], me["color"], me["avatar"] is not None) == ("Aiko T.", "plum", True)
    broken = {"name": "me.png", "mimeType": "image/png", "buffer": b"not a picture"}
    await page.locator("input[type=file]").set_input_files(broken)
    await expect(page.locator(".settings .picture .error")).to_have_text("This file isn’t a supported picture.")
    await press(page, "Remove picture")
    await expect(page.locator(".settings .picture .error")).to_have_text("")
    await expect(page.locator(".settings .avatar img")).to_have_count(0)


async def test_refused_setting_is_reverted(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    aiko.expects("ERR_", "WebSocket")
    await aiko.page.goto("/settings")
    await expect(aiko.page.get_by_label("Teal")).to_be_checked()
    await aiko.context.set_offline(True)
    await aiko.page.get_by_label("Plum").click()
    await expect(aiko.page.get_by_text("Can’t reach the site.")).to_be_visible()
    await expect(aiko.page.get_by_label("Teal")).to_be_checked()
