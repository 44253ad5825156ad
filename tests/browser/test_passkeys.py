"""Passkeys as people meet them: Chromium's virtual authenticator keeps the keys."""

from typing import Any
from weakref import WeakKeyDictionary

import pyotp
from playwright.async_api import CDPSession, Page, Route, expect

from chat_app.core.accounts.tables import User
from tests.browser.looks import DARK, DESKTOP, Look, seen, take_on
from tests.browser.visitor import Arrive, Visitor
from tests.support.factory import PASSWORD

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

PHONE = Look((390, 844), "ja", "light")

_DEVICES: WeakKeyDictionary[Page, tuple[CDPSession, str]] = WeakKeyDictionary()


async def with_device(visitor: Visitor, **other: Any) -> Page:
    """Give the page a device that keeps passkeys. The site is on localhost: an address has none."""
    session = await visitor.context.new_cdp_session(visitor.page)
    await session.send("WebAuthn.enable")
    made = await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | other})
    _DEVICES[visitor.page] = (session, made["authenticatorId"])
    return visitor.page


async def touch(page: Page, *, on: bool) -> None:
    """Have somebody confirm what the device asks, or nobody: it takes an offer of the login's field by itself."""
    session, device = _DEVICES[page]
    await session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": device, "enabled": on})


async def touch_when_asked(page: Page) -> None:
    """Have somebody confirm from the next question on: a device goes by what it was told when the question came.

    The offer of the login's field has been ended by then, so the device does not answer it.
    """

    async def confirmed(route: Route) -> None:
        await touch(page, on=True)
        await route.continue_()

    await page.route("**/auth/passkey/options", confirmed)


def here(visitor: Visitor, path: str) -> str:
    return f"http://localhost:{visitor.site.port}{path}"


async def sign_in(page: Page, visitor: Visitor, login: str) -> None:
    await page.goto(here(visitor, "/sign-in?next=/settings/security"))
    await fill_in(page, login)


async def fill_in(page: Page, login: str) -> None:
    """Sign in by the page that is open, and wait for the next."""
    await page.locator("#field-login").fill(login)
    await page.locator("#field-password").fill(PASSWORD)
    await page.locator("#field-password").press("Enter")
    await expect(page.locator(".settings.security section").first).to_be_visible()


async def add_passkey(page: Page, name: str) -> None:
    await page.get_by_role("button", name="Add passkey").click()
    dialog = page.get_by_role("dialog", name="Add passkey")
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Continue").click()
    await dialog.get_by_label("Name").fill(name)
    await dialog.get_by_role("button", name="Create passkey").click()
    await expect(page.get_by_text("Passkey added.")).to_be_visible()
    await expect(dialog).to_be_hidden()


async def test_a_passkey_from_adding_it_to_removing_it(arrive: Arrive, make: Any) -> None:
    user = await make.user(name="Aiko")
    visitor = await arrive()
    visitor.expects("401", "422", "409")
    page = await with_device(visitor)
    await sign_in(page, visitor, user.username)
    await add_passkey(page, "My laptop")
    await expect(page.get_by_text("My laptop")).to_be_visible()
    await page.get_by_role("button", name="Add passkey").click()
    dialog = page.get_by_role("dialog", name="Add passkey")
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Continue").click()
    await dialog.get_by_role("button", name="Create passkey").click()
    await expect(page.get_by_text("This passkey has already been added.")).to_be_visible()
    await page.keyboard.press("Escape")

    await visitor.context.clear_cookies()
    async with page.expect_request(lambda request: request.url.endswith("/auth/passkey/options")):
        await page.goto(here(visitor, "/sign-in?next=/settings/security"))
    await expect(page.get_by_text("My laptop")).to_be_visible()  # the device takes the offer of the field
    await expect(page.get_by_text("Last used").first).to_be_visible()

    await page.get_by_role("button", name="Remove My laptop").click()
    dialog = page.get_by_role("dialog", name="Remove this passkey?")
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("No passkeys yet.")).to_be_visible()
    await visitor.context.clear_cookies()
    await page.goto(here(visitor, "/sign-in"))
    await expect(page.get_by_text("This passkey isn’t registered here any more.").first).to_be_visible()


async def test_a_passkey_is_renamed_chosen_by_the_button_and_stays_the_only_way_in(arrive: Arrive, make: Any) -> None:
    """A browser asks for one passkey at a time: the button ends the offer of the field, and asks by itself."""
    user = await make.user(name="Aiko")
    visitor = await arrive()
    visitor.expects("401", "409", "422")
    page = await with_device(visitor)
    await sign_in(page, visitor, user.username)
    await add_passkey(page, "My laptop")
    await page.get_by_role("button", name="Rename My laptop").click()
    await page.locator("#renamePasskey-name").fill("Work laptop")
    await page.locator("#renamePasskey-name").press("Enter")
    await expect(page.get_by_text("Work laptop")).to_be_visible()
    await seen(visitor, DESKTOP, PHONE)
    await visitor.context.clear_cookies()
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, user.id)).password_hash = None
    await touch(page, on=False)
    async with page.expect_response(lambda response: response.url.endswith("/auth/passkey/options")):
        await page.goto(here(visitor, "/sign-in?next=/settings/security"))
    await expect(page.locator("#field-login")).to_have_attribute("autocomplete", "username webauthn")
    await touch_when_asked(page)
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await page.get_by_role("button", name="Remove Work laptop").click()
    await expect(page.get_by_text("the only way into your account")).to_be_visible()
    await take_on(visitor, PHONE)
    await expect(page.get_by_text("このパスキーだけがサインインの方法です")).to_be_visible()


async def test_a_passkey_replaces_the_code(arrive: Arrive, make: Any) -> None:
    user = await make.user(name="Aiko")
    visitor = await arrive()
    visitor.expects("401", "422")
    page = await with_device(visitor)
    await sign_in(page, visitor, user.username)
    await add_passkey(page, "My laptop")
    begun = await page.request.post(
        here(visitor, "/api/v1/me/two-factor"), data={"password": PASSWORD}, headers={"Origin": here(visitor, "")}
    )
    totp = pyotp.TOTP((await begun.json())["secret"])
    await page.request.post(
        here(visitor, "/api/v1/me/two-factor/confirm"), data={"code": totp.now()}, headers={"Origin": here(visitor, "")}
    )
    await visitor.context.clear_cookies()
    await touch(page, on=False)
    await page.goto(here(visitor, "/sign-in?next=/settings/security"))
    await page.locator("#field-login").fill(user.username)
    await page.locator("#field-password").fill(PASSWORD)
    await page.locator("#field-password").press("Enter")
    await touch_when_asked(page)
    await page.get_by_role("button", name="Use a passkey instead").click()
    await expect(page.get_by_text("My laptop")).to_be_visible()


async def test_no_passkey_is_said_in_words_and_all_that_is_shown_is_in_order(arrive: Arrive, make: Any) -> None:
    user = await make.user(name="Aiko")
    visitor = await arrive()
    visitor.expects("401")
    page = await with_device(visitor)
    await page.goto(here(visitor, "/sign-in?next=/settings/security"))
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_text("No passkey was used.")).to_be_visible()
    await seen(visitor, DESKTOP, DARK, PHONE)
    await fill_in(page, user.username)
    await page.get_by_role("button", name="Add passkey").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("[name=password]").fill(PASSWORD)
    await dialog.locator("[name=password]").press("Enter")
    await expect(dialog.locator("#addPasskey-name")).to_be_visible()
    await seen(visitor, DESKTOP, DARK, PHONE)
