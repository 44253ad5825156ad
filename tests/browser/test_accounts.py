"""Coming in, going out, and one's own settings."""

import re
from itertools import count

import pytest
from playwright.async_api import Page, Request, Response, expect

from chat_app.web_session import COOKIE
from tests.browser.visitor import Arrive, Visitor
from tests.support.factory import PASSWORD, Factory

NUMBERS = count(1)
SENT_TO_SIGN_IN = re.compile(r"/sign-in(\?|$)")
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc0f01f0005000201a5f645400000000049454e44ae426082"
)


async def fill_sign_up(page: Page, **changes: str) -> dict[str, str]:
    """Fill the form in; what is not given is fine and new."""
    username = f"newcomer{next(NUMBERS)}"
    values = {"email": f"{username}@example.org", "username": username, "name": "", "password": "seven quiet chairs"}
    for field, value in (values | changes).items():
        await page.locator(f"#field-{field}").fill(value)
    return values | changes


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


# --- signing up ------------------------------------------------------------------------------------------------------


async def test_somebody_new_makes_an_account_and_is_in(arrive: Arrive) -> None:
    visitor = await arrive()
    await visitor.page.goto("/")
    await expect(visitor.page).to_have_url(SENT_TO_SIGN_IN)
    await visitor.page.get_by_role("link", name="Create account").click()
    filled = await fill_sign_up(visitor.page, name="Mio Sato")
    await press(visitor.page, "Create account")
    await expect(visitor.page.get_by_role("heading", name="Mio Sato")).to_be_visible()
    assert filled["password"] not in await visitor.page.content()
    (cookie,) = [each for each in await visitor.context.cookies() if each["name"] == COOKIE]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert COOKIE not in await visitor.page.evaluate("document.cookie")


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(arrive: Arrive, make: Factory) -> None:
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
    await expect(page.locator("#field-email-error")).to_have_text("This is not an email address.")
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


async def test_a_double_click_makes_one_account(arrive: Arrive) -> None:
    visitor = await arrive()
    asked: list[Request] = []
    visitor.page.on("request", lambda request: "register" in request.url and asked.append(request))
    await visitor.page.goto("/sign-up")
    await fill_sign_up(visitor.page)
    await visitor.page.get_by_role("button", name="Create account").dblclick()
    await expect(visitor.page).to_have_url(f"{visitor.site.url}/")
    assert len(asked) == 1


# --- signing in ------------------------------------------------------------------------------------------------------


async def sign_in(visitor: Visitor, login: str, password: str = PASSWORD) -> None:
    await visitor.page.locator("#field-login").fill(login)
    await visitor.page.locator("#field-password").fill(password)
    await visitor.page.locator("#field-password").press("Enter")


async def test_a_wrong_password_is_told_without_saying_which_of_the_two_is_wrong(arrive: Arrive, make: Factory) -> None:
    visitor, user = await arrive(), await make.user()
    visitor.expects("401")
    await visitor.page.goto("/sign-in")
    for login in (user.username, "nobody-at-all"):
        await sign_in(visitor, login, "not the password")
        await expect(visitor.page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
        await expect(visitor.page.locator("#field-login")).to_have_value(login)
        await visitor.page.locator("#field-login").fill("")
        await expect(visitor.page.get_by_role("alert")).to_be_empty()


async def test_one_comes_back_to_the_page_that_one_wanted(arrive: Arrive, make: Factory) -> None:
    visitor, user = await arrive(), await make.user()
    await visitor.page.goto("/settings")
    await expect(visitor.page).to_have_url(SENT_TO_SIGN_IN)
    await sign_in(visitor, user.email.upper())
    await expect(visitor.page).to_have_url(f"{visitor.site.url}/settings")
    await expect(visitor.page.get_by_role("heading", name="Settings")).to_be_visible()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
async def test_nobody_is_sent_to_another_site(arrive: Arrive, make: Factory, target: str) -> None:
    visitor, user = await arrive(), await make.user()
    elsewhere: list[str] = []
    visitor.page.on("request", lambda request: visitor.site.url in request.url or elsewhere.append(request.url))
    await visitor.page.goto(f"/sign-in?next={target}")
    await sign_in(visitor, user.username)
    await expect(visitor.page).to_have_url(f"{visitor.site.url}/")
    assert elsewhere == []


async def test_without_a_network_the_form_says_so_and_keeps_what_was_typed(arrive: Arrive, make: Factory) -> None:
    visitor, user = await arrive(), await make.user()
    visitor.expects("ERR_INTERNET_DISCONNECTED", "WebSocket")
    await visitor.page.goto("/sign-in")
    await visitor.page.locator("#field-login").fill(user.username)
    await visitor.context.set_offline(True)
    await sign_in(visitor, user.username)
    await expect(visitor.page.get_by_role("alert")).to_contain_text("cannot be reached")
    await visitor.context.set_offline(False)
    await press(visitor.page, "Sign in")
    await expect(visitor.page).to_have_url(f"{visitor.site.url}/")


async def test_a_password_can_be_looked_at(arrive: Arrive) -> None:
    visitor = await arrive()
    await visitor.page.goto("/sign-in")
    password = visitor.page.locator("#field-password")
    await password.fill("seven quiet chairs")
    await expect(password).to_have_attribute("type", "password")
    await press(visitor.page, "Show password")
    await expect(password).to_have_attribute("type", "text")
    await press(visitor.page, "Hide password")
    await expect(password).to_have_attribute("type", "password")
    await expect(password).to_have_value("seven quiet chairs")


# --- signing out -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("button", ["Sign out", "Sign out everywhere"])
async def test_signing_out_in_one_tab_ends_the_others_and_leaves_no_draft(arrive: Arrive, button: str) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.goto("/settings")
    other = await aiko.new_page()
    await other.goto("/")
    await other.locator("#composer-input").fill("Not for others")
    await expect(aiko.page.get_by_role("heading", name="Settings")).to_be_visible()
    await press(aiko.page, button)
    if button == "Sign out everywhere":
        await aiko.page.get_by_role("alertdialog").get_by_role("button", name=button).click()
    for page in (aiko.page, other):
        await expect(page).to_have_url(SENT_TO_SIGN_IN)
    assert "Not for others" not in await other.evaluate("JSON.stringify(localStorage)")
    assert (await aiko.api.get("/me")).status_code == 401


# --- settings --------------------------------------------------------------------------------------------------------


async def test_the_language_changes_at_once_everywhere_and_stays(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    page, other = aiko.page, await aiko.new_page()
    await other.goto("/")
    await page.goto("/settings")
    await page.get_by_label("日本語").check()
    await expect(page.get_by_role("heading", name="設定")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "ja"
    await expect(other.locator("html")).to_have_attribute("lang", "ja")
    await page.reload()
    await expect(page.get_by_role("heading", name="設定")).to_be_visible()
    assert (await aiko.api.get("/me")).json()["locale"] == "ja"


async def test_the_theme_changes_at_once_everywhere_and_stays(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    other = await aiko.new_page()
    await other.goto("/")
    await expect(other.locator("html")).to_have_class(re.compile("light"))
    await aiko.page.goto("/settings")
    await expect(aiko.page.locator("html")).to_have_class(re.compile("light"))
    await aiko.page.get_by_label("Dark", exact=True).check()
    await expect(aiko.page.locator("html")).to_have_class(re.compile("dark"))
    await expect(aiko.page.get_by_label("Dark", exact=True)).to_be_checked()
    await expect(other.locator("html")).to_have_class(re.compile("dark"))
    await aiko.page.reload()
    await expect(aiko.page.locator("html")).to_have_class(re.compile("dark"))
    assert (await aiko.api.get("/me")).json()["theme"] == "dark"


async def test_ones_choices_come_along_to_another_device(arrive: Arrive, make: Factory) -> None:
    user = await make.user(locale="ja", theme="dark")
    visitor = await arrive()
    await visitor.page.goto("/sign-in?next=/settings")
    await sign_in(visitor, user.username)
    await expect(visitor.page.get_by_role("heading", name="設定")).to_be_visible()
    await expect(visitor.page.locator("html")).to_have_class(re.compile("dark"))


async def test_name_colour_and_picture_are_ones_own(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    aiko.expects("422")
    page = aiko.page
    await page.goto("/settings")
    await page.locator("#profile-name").fill("Aiko T.")
    await press(page, "Save")
    await expect(page.get_by_text("Saved")).to_be_visible()
    await page.get_by_label("Plum").check()
    await expect(page.locator(".settings .avatar")).to_have_class(re.compile("tint-plum"))
    await page.locator("input[type=file]").set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": PIXEL})
    await expect(page.get_by_role("button", name="Remove picture")).to_be_visible()
    await expect(page.locator(".settings .avatar img")).to_have_js_property("naturalWidth", 192)
    me = (await aiko.api.get("/me")).json()
    assert (me["name"], me["color"], me["avatar"] is not None) == ("Aiko T.", "plum", True)
    broken = {"name": "me.png", "mimeType": "image/png", "buffer": b"not a picture"}
    await page.locator("input[type=file]").set_input_files(broken)
    await expect(page.locator(".settings .picture .error")).to_have_text("This file is not a picture that can be read.")
    await press(page, "Remove picture")
    await expect(page.locator(".settings .picture .error")).to_have_text("")
    await expect(page.locator(".settings .avatar img")).to_have_count(0)


async def test_what_is_refused_is_taken_back(arrive: Arrive) -> None:
    aiko = await arrive("Aiko")
    aiko.expects("ERR_INTERNET_DISCONNECTED", "WebSocket")
    await aiko.page.goto("/settings")
    await expect(aiko.page.get_by_label("Teal")).to_be_checked()
    await aiko.context.set_offline(True)
    await aiko.page.get_by_label("Plum").click()
    await expect(aiko.page.get_by_text("cannot be reached")).to_be_visible()
    await expect(aiko.page.get_by_label("Teal")).to_be_checked()


# --- invitations -----------------------------------------------------------------------------------------------------


async def link_to(host: Visitor, **fields: int) -> tuple[str, str]:
    """A new room of the host's, and the path of an invite link into it."""
    room = (await host.api.post("/rooms", json={"name": "Garden"})).json()
    link = (await host.api.post(f"/rooms/{room['id']}/invite-links", json=fields)).json()
    return room["id"], f"/join/{link['token']}"


async def test_a_stranger_follows_an_invitation_and_makes_an_account(arrive: Arrive) -> None:
    host, visitor = await arrive("Aiko"), await arrive()
    room, path = await link_to(host, max_uses=1)
    await visitor.page.goto(path)
    await expect(visitor.page.get_by_role("heading", name="Garden")).to_be_visible()
    await press(visitor.page, "Create account")
    await fill_sign_up(visitor.page)
    await press(visitor.page, "Create account")
    await expect(visitor.page).to_have_url(f"{visitor.site.url}/r/{room}")
    await expect(visitor.composer).to_be_visible()


async def test_somebody_with_an_account_signs_in_and_is_in_the_room(arrive: Arrive, make: Factory) -> None:
    host, visitor, user = await arrive("Aiko"), await arrive(), await make.user()
    room, path = await link_to(host, max_uses=1)
    await visitor.page.goto(path)
    await press(visitor.page, "Sign in")
    await sign_in(visitor, user.username)
    await expect(visitor.page).to_have_url(f"{visitor.site.url}/r/{room}")


async def test_who_is_signed_in_joins_by_one_click(arrive: Arrive) -> None:
    host, ben = await arrive("Aiko"), await arrive("Ben")
    room, path = await link_to(host)
    await ben.page.goto(path)
    await press(ben.page, "Join the room")
    await expect(ben.page).to_have_url(f"{ben.site.url}/r/{room}")


async def test_an_invitation_that_does_not_work_says_so(arrive: Arrive) -> None:
    visitor = await arrive()
    visitor.expects("404")
    await visitor.page.goto("/join/no-such-token")
    await expect(visitor.page.get_by_role("heading", name="This invitation doesn’t work")).to_be_visible()
    await expect(visitor.page.get_by_role("link", name="Go to my rooms")).to_be_visible()


# --- weight and language ---------------------------------------------------------------------------------------------


async def test_a_japanese_browser_reads_japanese_from_the_first_paint(arrive: Arrive) -> None:
    visitor = await arrive(locale="ja-JP")
    await visitor.page.goto("/sign-in")
    await expect(visitor.page.get_by_role("heading", name="おかえりなさい")).to_be_visible()
    assert await visitor.page.evaluate("document.documentElement.lang") == "ja"
    await visitor.page.get_by_label("English").check()
    await expect(visitor.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    await visitor.page.reload()
    await expect(visitor.page.get_by_role("heading", name="Welcome back")).to_be_visible()


async def test_the_sign_in_page_weighs_at_most_350_kib(arrive: Arrive) -> None:
    visitor = await arrive()
    responses: list[Response] = []
    visitor.page.on("response", lambda response: responses.append(response))
    await visitor.page.goto("/sign-in")
    await expect(visitor.page.locator("#field-login")).to_be_visible()
    await visitor.page.evaluate("document.fonts.ready")
    sizes = [await response.request.sizes() for response in responses if response.ok]
    assert sum(size["responseBodySize"] for size in sizes) <= 350 * 1024
