"""Coming in and going out."""

import pytest
from playwright.async_api import Request, expect

from chat_app.core.access.permissions import Role
from tests.browser.forms import SENT_TO_SIGN_IN, fill_sign_up, press, sign_in
from tests.browser.visitor import Arrive
from tests.support.factory import Factory


async def test_somebody_new_makes_one_account_by_a_double_click_and_is_in(arrive: Arrive) -> None:
    visitor = await arrive()
    asked: list[Request] = []
    visitor.page.on("request", lambda request: "register" in request.url and asked.append(request))
    await visitor.page.goto("/")
    await expect(visitor.page).to_have_url(SENT_TO_SIGN_IN)
    await visitor.page.get_by_role("link", name="Create account").click()
    filled = await fill_sign_up(visitor.page, name="Mio Sato")
    await visitor.page.get_by_role("button", name="Create account").dblclick()
    await expect(visitor.page.get_by_role("heading", name="on your mind, Mio?")).to_be_visible()
    assert len(asked) == 1
    assert filled["password"] not in await visitor.page.content()
    (cookie,) = [each for each in await visitor.context.cookies() if each["name"] == visitor.site.cookie]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert visitor.site.cookie not in await visitor.page.evaluate("document.cookie")


async def test_errors_are_beside_fields_and_typed_text_stays(arrive: Arrive, make: Factory) -> None:
    visitor, somebody = await arrive(), await make.user()
    visitor.expects("422", "409")
    page = visitor.page
    await page.goto("/sign-up")
    await press(page, "Create account")
    for field in ("email", "username", "password"):
        await expect(page.locator(f"#field-{field}-error")).to_have_text("Please fill this in.")
    await expect(page.locator("#field-email")).to_be_focused()
    typed = await fill_sign_up(page, email="not an address", password="short")
    await press(page, "Create account")
    await expect(page.locator("#field-email-error")).to_have_text("Enter a valid email address.")
    await expect(page.locator("#field-password-error")).to_have_text("Use at least 10 characters.")
    await expect(page.locator("#field-email")).to_be_focused()
    await page.locator("#field-email").fill(typed["email"] + "@example.org")
    await expect(page.locator("#field-email-error")).to_be_empty()
    await fill_sign_up(page, password="short")
    await press(page, "Create account")
    await expect(page.locator("#field-password-error")).to_have_text("Use at least 10 characters.")
    await expect(page.locator("#field-password")).to_be_focused()
    await expect(page.locator("#field-password")).to_have_attribute("aria-invalid", "true")
    typed = await fill_sign_up(page, username=somebody.username)
    await press(page, "Create account")
    await expect(page.locator("#field-username-error")).to_have_text("This username is taken.")
    for field, value in typed.items():
        await expect(page.locator(f"#field-{field}")).to_have_value(value)


async def test_the_sign_in_form_says_what_is_wrong_and_leads_to_the_page_that_one_wanted(
    arrive: Arrive, make: Factory
) -> None:
    visitor, user = await arrive(), await make.user()
    visitor.expects("401", "ERR_", "WebSocket")
    page, alert = visitor.page, visitor.page.locator("form").get_by_role("alert")
    await page.goto("/settings")
    await expect(page).to_have_url(SENT_TO_SIGN_IN)
    for login in (user.username, "nobody-at-all"):  # without saying which of the two is wrong
        await sign_in(visitor, login, "not the password")
        await expect(alert).to_have_text("Incorrect username, email or password.")
        await expect(page.locator("#field-login")).to_have_value(login)
        await page.locator("#field-login").fill("")
        await expect(alert).to_be_empty()
    await visitor.context.set_offline(True)
    await sign_in(visitor, user.email.upper())
    await expect(alert).to_contain_text("Can’t reach the site.")
    await visitor.context.set_offline(False)
    await press(page, "Sign in")  # what was typed is still there
    await expect(page).to_have_url(f"{visitor.site.url}/settings")
    await expect(page.get_by_role("heading", name="Settings")).to_be_visible()


async def test_a_password_can_be_looked_at(arrive: Arrive) -> None:
    visitor = await arrive()
    await visitor.page.goto("/sign-in")
    password = visitor.page.locator("#field-password")
    await password.fill("seven quiet chairs")
    await expect(password).to_have_attribute("type", "password")
    await visitor.page.get_by_role("button", name="Show password").press("Enter")
    await expect(password).to_have_attribute("type", "text")
    hides = visitor.page.get_by_role("button", name="Hide password")
    await expect(hides).to_be_focused()
    await hides.click()
    await expect(password).to_have_attribute("type", "password")
    await expect(password).to_have_value("seven quiet chairs")


async def test_nobody_is_sent_to_another_site(arrive: Arrive, make: Factory) -> None:
    visitor, user = await arrive(), await make.user()
    elsewhere: list[str] = []
    visitor.page.on("request", lambda request: visitor.site.url in request.url or elsewhere.append(request.url))
    await visitor.page.goto("/sign-in?next=https://evil.example/")
    await sign_in(visitor, user.username)
    await expect(visitor.page).to_have_url(f"{visitor.site.url}/")
    assert elsewhere == []


@pytest.mark.parametrize("button", ["Sign out", "Sign out everywhere"])
async def test_signing_out_in_one_tab_ends_the_others_and_leaves_no_draft(
    arrive: Arrive, make: Factory, button: str
) -> None:
    aiko = await arrive("Aiko")
    room = await make.room({Role.MASTER: aiko.actor})
    await aiko.page.goto("/settings")
    other = await aiko.new_page()
    await other.goto(f"/r/{room.id}")
    await other.locator("#composer-input").fill("Not for others")
    await expect(aiko.page.get_by_role("heading", name="Settings")).to_be_visible()
    await press(aiko.page, button)
    if button == "Sign out everywhere":
        await aiko.page.get_by_role("alertdialog").get_by_role("button", name=button).click()
    for page in (aiko.page, other):
        await expect(page).to_have_url(SENT_TO_SIGN_IN)
    assert "Not for others" not in await other.evaluate("JSON.stringify(localStorage)")
    assert (await aiko.api.get("/me")).status_code == 401
    if button == "Sign out":
        await other.goto(f"/r/{room.id}")
        await expect(other).to_have_url(f"{aiko.site.url}/sign-in?next=/r/{room.id}")


async def test_a_japanese_browser_reads_japanese_from_the_first_paint(arrive: Arrive) -> None:
    visitor = await arrive(locale="ja-JP")
    await visitor.page.goto("/sign-in")
    await expect(visitor.page.get_by_role("heading", name="Parleyにサインイン")).to_be_visible()
    await expect(visitor.page.locator("html")).to_have_attribute("lang", "ja")
    await visitor.page.get_by_label("English").check()
    await expect(visitor.page.get_by_role("heading", name="Sign in to Parley")).to_be_visible()
    await visitor.page.reload()
    await expect(visitor.page.get_by_role("heading", name="Sign in to Parley")).to_be_visible()
