"""Coming in through an account elsewhere, in a real browser at a real OpenID provider, and at GitHub's API."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from playwright.async_api import Page, expect
from pyotp import TOTP

from chat_app.core.access.permissions import Role
from chat_app.core.identities.tables import Identity
from chat_app.core.invitations.links import create_invite_link
from tests.browser.conftest import factory_of
from tests.browser.looks import seen
from tests.browser.remote import CallIn
from tests.browser.visitor import Arrive, Visitor
from tests.oidc.github import GitHubServer
from tests.oidc.server import OpenIdServer
from tests.support.axe import violations
from tests.support.databases import Databases
from tests.support.factory import PASSWORD, Factory
from tests.support.site import Site, port_for_a_site
from tests.support.use_cases import Do


@pytest.fixture(scope="module")
def github() -> Iterator[GitHubServer]:
    with GitHubServer() as server:
        email = {"email": "octo@example.com", "verified": True, "primary": True, "visibility": "public"}
        server.add("octo", 583231, email, name="Octo Cat")
        yield server


@pytest.fixture(scope="module")
def port() -> int:
    return port_for_a_site()


@pytest.fixture(scope="module")
def openid(port: int) -> Iterator[OpenIdServer]:
    with OpenIdServer([f"http://127.0.0.1:{port}/api/v1/auth/oidc/callback"]) as server:
        yield server


@pytest.fixture(scope="module")
def shared_site(
    databases: Databases,
    github: GitHubServer,
    openid: OpenIdServer,
    port: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A server that offers both."""
    told = openid.settings | github.settings | {"oidc_name": "Example ID", "port": str(port)}
    settings = {name.upper(): value for name, value in told.items()}
    site = Site(databases.create(), tmp_path_factory.mktemp("site"), **settings)
    site.start()
    yield site
    site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        await factory.user()
        yield factory


@pytest.fixture
def arrive(arrive: Arrive) -> Arrive:
    """Override `arrive`: new people see that they have no account."""

    async def arrive_here(*args: Any, **options: Any) -> Visitor:
        visitor = await arrive(*args, **options)
        visitor.expects("401")
        return visitor

    return arrive_here


async def choose(page: Page, provider: str) -> None:
    await page.get_by_role("link", name=f"Continue with {provider}").click()


async def sign_in_elsewhere(page: Page, login: str) -> None:
    """Fill the provider's own form in."""
    await expect(page.get_by_role("heading", name="Sign-in")).to_be_visible()
    await page.locator("[name=login]").fill(login)
    await page.locator("[name=password]").fill("any")
    await page.get_by_role("button", name="Sign-in").click()


async def prove(page: Page, password: str = "") -> None:
    """Say in the dialog who one is; without a password, by having signed in just now."""
    dialog = page.get_by_role("dialog", name="Confirm it’s you")
    if password:
        await dialog.get_by_label("Current password", exact=True).fill(password)
    else:
        await expect(dialog.get_by_label("Current password", exact=True)).to_have_count(0)
    await dialog.get_by_role("button", name="Continue").click()


async def test_a_newcomer_claims_a_username_and_is_let_in_again(arrive: Arrive, make: Factory) -> None:
    await make.user(username="mio")
    visitor = await arrive()
    visitor.expects("409")
    page = visitor.page
    await page.goto("/settings")
    await choose(page, "Example ID")
    await sign_in_elsewhere(page, "mio")
    await expect(page.get_by_role("heading", name="Choose a username")).to_be_visible()
    username = page.locator("#field-username")
    await expect(username).to_have_value("mio2")
    await expect(page.get_by_text("Your email here will be mio@id.example.")).to_be_visible()
    await username.fill("mio")
    await page.locator("#field-name").fill("Mio Sato")
    await page.get_by_role("button", name="Create account").click()
    await expect(page.locator("#field-username-error")).to_have_text("This username is taken.")
    await username.fill("mio-sato")
    await page.get_by_role("button", name="Create account").click()
    await expect(page).to_have_url(f"{visitor.site.url}/settings")
    await expect(page.get_by_text("@mio-sato · mio@id.example")).to_be_visible()
    again = await arrive()
    await again.page.goto("/sign-up")
    await choose(again.page, "Example ID")
    await sign_in_elsewhere(again.page, "mio")
    await expect(again.page).to_have_url(f"{visitor.site.url}/")
    await expect(again.page.get_by_role("heading", name="on your mind, Mio?")).to_be_visible()


async def test_person_with_account_of_email_is_asked_to_sign_in(arrive: Arrive, make: Factory) -> None:
    await make.user(email="ren@id.example")
    visitor = await arrive()
    await visitor.page.goto("/sign-in")
    await choose(visitor.page, "Example ID")
    await sign_in_elsewhere(visitor.page, "ren")
    await expect(visitor.page.get_by_role("alert").first).to_contain_text("An account with this email already exists")
    await visitor.page.get_by_role("radio", name="日本語").check(force=True)
    await expect(visitor.page.get_by_role("alert").first).to_contain_text(
        "同じメールアドレスのアカウントがすでに存在します"
    )


async def test_github_lets_people_in_and_who_says_no_there_is_back(arrive: Arrive, github: GitHubServer) -> None:
    visitor = await arrive()
    page = visitor.page
    github.login = ""
    await page.goto("/sign-in?next=/settings")
    await choose(page, "GitHub")
    await expect(page.get_by_role("alert").first).to_have_text("You canceled signing in with the provider.")
    github.login = "octo"
    await choose(page, "GitHub")
    await expect(page.locator("#field-username")).to_have_value("octo")
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_text("@octo · octo@example.com")).to_be_visible()
    await expect(page.get_by_text("Connected as octo@example.com")).to_be_visible()


async def test_connecting_and_disconnecting_in_the_settings(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    page = aiko.page
    await page.goto("/settings")
    aiko.expects("422")
    await page.get_by_role("button", name="Connect Example ID").click()
    await prove(page, "guess-guess-guess")
    await expect(page.get_by_text("Incorrect password.")).to_be_visible()
    await prove(page, PASSWORD)
    await sign_in_elsewhere(page, "aiko-elsewhere")
    await expect(page.get_by_text("Example ID connected")).to_be_visible()
    await expect(page).to_have_url(f"{aiko.site.url}/settings")
    await expect(page.get_by_text("Connected as aiko-elsewhere@id.example")).to_be_visible()
    other = await arrive()
    await other.page.goto("/sign-in")
    await choose(other.page, "Example ID")
    await sign_in_elsewhere(other.page, "aiko-elsewhere")
    await expect(other.page.get_by_role("heading", name="Aiko")).to_be_visible()
    await page.get_by_role("button", name="Disconnect Example ID").click()
    await prove(page, PASSWORD)
    await expect(page.get_by_text("Example ID disconnected")).to_be_visible()
    await expect(page.get_by_role("button", name="Connect Example ID")).to_be_visible()


async def test_person_with_authenticator_is_asked_for_code(
    arrive: Arrive, call_in: CallIn, make: Factory, openid: OpenIdServer
) -> None:
    aiko, other = await call_in("Aiko"), await arrive()
    async with make.work.begin() as ctx:
        account = {"issuer": openid.issuer, "subject": "aiko-with-a-code", "created_at": ctx.now}
        ctx.db.add(Identity(user_id=aiko.actor.user_id, **account))
    totp = TOTP((await aiko.api.post("/me/two-factor", json={"password": PASSWORD})).json()["secret"])
    confirmed = await aiko.api.post("/me/two-factor/confirm", json={"code": totp.now()})
    other.expects("422")
    page = other.page
    await page.goto("/sign-in?next=/settings")
    await choose(page, "Example ID")
    await sign_in_elsewhere(page, "aiko-with-a-code")
    await expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    code = page.locator("#field-code")
    await expect(code).to_be_focused()
    assert await violations(page) == []
    await code.press("Enter")
    await expect(page.locator("#field-code-error")).to_have_text("Please fill this in.")
    await code.fill("000000")
    await code.press("Enter")
    await expect(page.locator("#field-code-error")).to_contain_text("Incorrect code.")
    await expect(code).to_be_focused()
    await code.fill(confirmed.json()["recovery_codes"][0])
    await code.press("Enter")
    await expect(page).to_have_url(f"{other.site.url}/settings")
    await expect(page.get_by_text(f"@{aiko.actor.person.username}").first).to_be_visible()


async def test_person_without_password_keeps_the_last_way_in_deletes_account_and_signs_up_again(
    arrive: Arrive,
) -> None:
    visitor = await arrive()
    visitor.expects("409")
    page = visitor.page
    await page.goto("/sign-in?next=/settings")
    await choose(page, "Example ID")
    await sign_in_elsewhere(page, "kai")
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_text("@kai · kai@id.example")).to_be_visible()
    await page.get_by_role("button", name="Disconnect Example ID").click()
    await prove(page)
    await expect(page.get_by_text("This is your only way to sign in.")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("Connected as kai@id.example")).to_be_visible()
    await page.get_by_role("button", name="Delete account").click()
    dialog = page.get_by_role("alertdialog", name="Delete your account?")
    await expect(dialog.get_by_label("Password")).to_have_count(0)
    await dialog.get_by_role("button", name="Delete account").click()
    await expect(page).to_have_url(f"{visitor.site.url}/sign-in?deleted=1")
    await choose(page, "Example ID")
    await page.locator("#field-username").fill("kai-again")
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_role("heading", name="on your mind")).to_be_visible()
    assert (await (await page.request.get("/api/v1/me")).json())["username"] == "kai-again"


async def test_an_invitation_comes_along(arrive: Arrive, call_in: CallIn, make: Factory) -> None:
    owner = await call_in("Emma")
    room = await make.room({Role.MASTER: owner.actor}, name="Tea house")
    link = await Do(make.work)(owner.actor, create_invite_link, room.id)
    visitor = await arrive()
    await visitor.page.goto(f"/join/{link.token}")
    await visitor.page.get_by_role("button", name="Sign in").click()
    await choose(visitor.page, "Example ID")
    await sign_in_elsewhere(visitor.page, "yui")
    await visitor.page.get_by_role("button", name="Create account").click()
    await expect(visitor.page).to_have_url(f"{visitor.site.url}/r/{room.id}")
    await expect(visitor.page.get_by_role("heading", name="Tea house")).to_be_visible()


async def test_the_address_cannot_make_the_page_say_what_it_likes(arrive: Arrive) -> None:
    visitor = await arrive()
    await visitor.page.goto("/sign-in?error=Call+0900+123+for+help")
    await expect(visitor.page.get_by_role("alert").first).to_have_text("Something went wrong. Please try again.")


async def test_axe_finds_nothing_on_the_way(arrive: Arrive) -> None:
    visitor = await arrive()
    visitor.expects("404")
    page = visitor.page
    await page.goto("/sign-in?error=sign_in_expired")
    await expect(page.locator(".providers a").first).to_be_visible()
    await seen(visitor)
    await page.goto("/welcome")
    await expect(page.locator("h1")).to_be_visible()
    await seen(visitor)
    await page.goto("/sign-in")
    await page.locator(".providers a").last.click()
    await sign_in_elsewhere(page, "unverified-person")
    await expect(page.locator("#field-email")).to_be_visible()
    await seen(visitor)
