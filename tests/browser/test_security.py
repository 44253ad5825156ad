"""Signing in and its security, as people see it: mailed links, the second factor, sessions, API tokens."""

import asyncio
import re
import time

import httpx
import pyotp
from playwright.async_api import Page, WebSocketRoute, expect

from chat_app.core.mail.tables import MailKind
from tests.browser.visitor import Arrive, Visitor
from tests.support.factory import PASSWORD, Factory
from tests.support.post import link_token
from tests.support.site import Site
from tests.support.waiting import until

NEW_PASSWORD = "seven quiet herons"


async def security(visitor: Visitor) -> Page:
    await visitor.page.goto("/settings/security")
    await expect(visitor.page.get_by_role("heading", name="API tokens")).to_be_visible()
    return visitor.page


async def hold_state(page: Page) -> asyncio.Event:
    """Hold back what the server sends to the pages that load from now on, until the event that is returned."""
    released = asyncio.Event()

    def hold(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        async def pass_on(message: str | bytes) -> None:
            await released.wait()
            socket.send(message)

        server.on_message(pass_on)

    await page.route_web_socket(re.compile("/_event"), hold)
    return released


async def sign_in(page: Page, login: str, password: str) -> None:
    await page.goto("/sign-in")
    await fill_in(page, login, password)


async def fill_in(page: Page, login: str, password: str) -> None:
    """Sign in by the page that is open."""
    await page.get_by_label("Email or username").fill(login)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in").click()


async def test_a_forgotten_password_is_replaced_and_other_browsers_are_signed_out(arrive: Arrive, make: Factory):
    aiko, elsewhere = await arrive("Aiko"), await arrive()
    elsewhere.expects("404", "422")
    await security(aiko)
    email = f"{aiko.actor.person.username}@example.com"
    page = elsewhere.page
    await page.goto("/sign-in")
    await page.get_by_role("link", name="Forgot password?").click()
    await page.get_by_label("Email", exact=True).fill(email)
    await page.get_by_role("button", name="Send link").click()
    await expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    link = f"/reset-password#{await link_token(make.work, email, MailKind.RESET_PASSWORD)}"

    state = await hold_state(page)  # a form may be sent before the state has come, in which one was answered before
    await page.goto(link)
    await page.get_by_label("New password").fill("short")
    await page.get_by_role("button", name="Set password").click()
    state.set()
    await expect(page.get_by_text("Use at least 10 characters.")).to_be_visible()
    await page.get_by_label("New password").fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Set password").click()
    await expect(page.get_by_role("heading", name="Your new password is set")).to_be_visible()
    await expect(aiko.page).to_have_url(re.compile("/sign-in"))

    await page.get_by_role("link", name="Sign in").click()
    await fill_in(page, email, NEW_PASSWORD)
    await expect(page.locator("#sidebar")).to_be_visible()
    await page.goto(link)
    await page.get_by_label("New password").fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Set password").click()
    await expect(page.get_by_role("heading", name="This link doesn’t work")).to_be_visible()


async def test_an_address_is_confirmed_and_changed(arrive: Arrive, make: Factory):
    aiko = await arrive("Aiko")
    page = await security(aiko)
    email = f"{aiko.actor.person.username}@example.com"
    await page.get_by_role("button", name="Resend confirmation email").click()
    await expect(page.get_by_text("Confirmation email sent.")).to_be_visible()
    await page.goto(f"/verify-email#{await link_token(make.work, email, MailKind.VERIFY_EMAIL)}")
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.get_by_role("heading", name="Your email address is confirmed")).to_be_visible()

    await security(aiko)
    await expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Change email").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("New email").fill(f"new-{email}")
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Send link").click()
    await expect(dialog).to_be_hidden()
    await page.goto(f"/verify-email#{await link_token(make.work, f'new-{email}', MailKind.CHANGE_EMAIL)}")
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.get_by_role("heading", name="Your email address is confirmed")).to_be_visible()
    me = (await aiko.api.get("/me")).json()
    assert (me["email"], me["email_verified"]) == (f"new-{email}", True)


async def test_two_step_sign_in_from_turning_it_on_to_turning_it_off(arrive: Arrive):
    aiko, phone = await arrive("Aiko"), await arrive()
    aiko.expects("422")
    phone.expects("422")
    page = await security(aiko)
    await page.get_by_role("button", name="Turn on").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Current password", exact=True).fill("guess-guess-guess")
    await dialog.get_by_role("button", name="Continue").click()
    await expect(dialog.get_by_text("Incorrect password.")).to_be_visible()
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Continue").click()
    await expect(dialog.get_by_role("img")).to_be_visible()
    totp = pyotp.TOTP(((await dialog.locator("code.secret").text_content()) or "").replace(" ", ""))
    await dialog.get_by_label("Code from the app").fill(totp.at(time.time()))
    await dialog.get_by_role("button", name="Confirm").click()
    codes = ((await dialog.locator("pre.secret").text_content()) or "").split()
    assert len(codes) == 10
    await dialog.get_by_role("button", name="Done").click()
    await expect(page.get_by_text("10 recovery codes left")).to_be_visible()

    await sign_in(phone.page, aiko.actor.person.username, PASSWORD)
    code = phone.page.get_by_label("Code")
    await expect(code).to_be_focused()
    await code.fill("000000")
    await phone.page.get_by_role("button", name="Sign in").click()
    await expect(phone.page.get_by_text("Incorrect code.")).to_be_visible()
    await code.fill(codes[0])
    await phone.page.get_by_role("button", name="Sign in").click()
    await expect(phone.page.locator("#sidebar")).to_be_visible()

    await page.get_by_role("button", name="Turn off").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await dialog.get_by_label("Code from your authenticator app").fill(codes[1])
    await dialog.get_by_role("button", name="Turn off").click()
    await expect(page.get_by_role("button", name="Turn on")).to_be_visible()


async def test_a_session_elsewhere_is_seen_and_ended(arrive: Arrive, make: Factory):
    aiko, lost = await arrive("Aiko"), await arrive()
    await sign_in(lost.page, aiko.actor.person.username, PASSWORD)
    await expect(lost.page.locator("#sidebar")).to_be_visible()
    page = await security(aiko)
    rows = page.locator(".rows").first.get_by_role("listitem")
    await expect(rows).to_have_count(2)
    await rows.get_by_role("button", name=re.compile("Sign out Chrome")).click()
    await expect(rows).to_have_count(1)
    await expect(lost.page).to_have_url(re.compile("/sign-in"))
    await expect(page.get_by_text("This device")).to_be_visible()


async def test_a_changed_password_ends_other_sessions_but_not_this(arrive: Arrive):
    aiko, other = await arrive("Aiko"), await arrive()
    await sign_in(other.page, aiko.actor.person.username, PASSWORD)
    await expect(other.page.locator("#sidebar")).to_be_visible()
    page = await security(aiko)
    await page.get_by_role("button", name="Change password").click()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="Change password").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Change password").click()
    await expect(page.get_by_text("Password changed.")).to_be_visible()
    await expect(other.page).to_have_url(re.compile("/sign-in"))
    assert (await aiko.api.get("/me")).is_success


async def test_an_api_token_is_made_shown_once_used_and_revoked(arrive: Arrive, site: Site):
    aiko = await arrive("Aiko")
    page = await security(aiko)
    await page.get_by_role("button", name="New token").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("Weather bot")
    await dialog.get_by_label("Current password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Create token").click()
    token = (await dialog.locator("pre.secret").text_content()) or ""
    await dialog.get_by_role("button", name="Done").click()
    await expect(page.get_by_text("Weather bot")).to_be_visible()

    async def forgotten() -> bool:
        return token not in await page.content()

    await until(forgotten)
    async with httpx.AsyncClient(verify=False, base_url=site.url, headers={"Authorization": f"Bearer {token}"}) as bot:
        assert (await bot.get("/api/v1/me")).json()["name"] == "Aiko"
        await page.get_by_role("button", name="Revoke Weather bot").click()
        await expect(page.get_by_text("No tokens yet.")).to_be_visible()
        assert (await bot.get("/api/v1/me")).status_code == 401
