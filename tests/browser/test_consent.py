"""Sign-in to another application with a Parley account, in a real browser, with Authlib as the application."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.async_api import Page, expect

from chat_app.adapters.auth.config import ProviderConfig
from chat_app.adapters.auth.openid import OpenIdProvider
from chat_app.core.accounts.tables import User
from chat_app.core.applications.commands import add_application
from tests.browser.conftest import factory_of
from tests.browser.looks import DARK, DESKTOP, seen
from tests.browser.test_phone import PHONE
from tests.browser.visitor import Arrive
from tests.hydra.server import HydraServer
from tests.support.axe import violations
from tests.support.databases import Databases
from tests.support.factory import PASSWORD, Factory
from tests.support.site import Site


@pytest.fixture(scope="module")
def hydra() -> Iterator[HydraServer]:
    with HydraServer() as server:
        yield server


@pytest.fixture(scope="module")
def shared_site(databases: Databases, hydra: HydraServer) -> Iterator[Site]:
    """A server at which other applications sign people in, by its own provider and through a Hydra."""
    folder = Path(tempfile.mkdtemp(prefix="parley-site-"))
    both = {"HYDRA_PUBLIC_URL": hydra.url, "HYDRA_ADMIN_URL": hydra.url}
    site = Site(databases.create(), folder, PARLEY_OPENID_PROVIDER="on", **both)
    site.start()
    hydra.app, hydra.back = site.url, f"{hydra.url}/app/back"
    yield site
    site.leave()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        await factory.user(username="boss", site_roles=["admin"])
        yield factory


async def application(make: Factory, site: Site, back: str, **fields: Any) -> OpenIdProvider:
    """Return an application of this site, by Authlib's client."""
    admin = await make.actor(is_admin=True)
    values = {"name": "Wiki", "redirect_uris": [back], "scopes": ["profile", "email"]} | fields
    async with make.work.begin(admin) as ctx:
        row, secret = await add_application(ctx, **values)
    return OpenIdProvider(ProviderConfig("oidc", "Parley", site.url, str(row.id), secret))


async def photograph(page: Page, name: str) -> None:
    if folder := os.environ.get("PHOTOS"):
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def fill_in(page: Page, username: str) -> None:
    """Sign in here, on the way to another application."""
    await page.locator("#field-login").fill(username)
    await page.locator("#field-password").fill(PASSWORD)
    await page.locator("#field-password").press("Enter")


async def test_somebody_signs_in_elsewhere_and_takes_it_back(
    arrive: Arrive, make: Factory, site: Site, hydra: HydraServer
) -> None:
    wiki = await application(make, site, hydra.back)
    user = await make.user(name="Rin")
    visitor = await arrive()
    visitor.expects("401")
    page = visitor.page
    left = await wiki.depart(hydra.back)
    await page.goto(left.url)
    await fill_in(page, user.username)
    allow = page.get_by_role("button", name="Allow", exact=True)
    await expect(allow).to_be_visible()
    await expect(page.get_by_text("Your email address")).to_be_visible()
    await seen(visitor, DESKTOP, DARK)
    await photograph(page, "consent")
    for person in (await make.user(name="Kai"), user):
        await page.get_by_role("link", name="Use another account").click()
        await fill_in(page, person.username)
        await expect(page.get_by_text(f"@{person.username}")).to_be_visible()
    await allow.press("Enter")
    await page.wait_for_url(f"{hydra.back}**")
    answer = dict(parse_qsl(urlsplit(page.url).query))
    assert answer["state"] == left.state
    profile = await wiki.profile(hydra.back, answer, left.nonce, left.code_verifier)
    assert (profile.subject, profile.email, profile.name) == (str(user.id), user.email, "Rin")
    await page.goto((await wiki.depart(hydra.back)).url)  # remembered
    await page.wait_for_url(f"{hydra.back}**")
    await page.goto(f"{site.url}/settings/security")
    remove = page.get_by_role("button", name="Remove the access of Wiki")
    await remove.scroll_into_view_if_needed()
    await photograph(page, "security")
    await seen(visitor, DESKTOP, DARK)
    await remove.click()
    await expect(remove).to_have_count(0)
    await page.goto((await wiki.depart(hydra.back)).url)
    await page.get_by_role("button", name="Don’t allow").click()
    await page.wait_for_url(f"{hydra.back}**")
    assert dict(parse_qsl(urlsplit(page.url).query))["error"] == "access_denied"


async def test_consent_on_a_phone_in_japanese(arrive: Arrive, make: Factory, site: Site, hydra: HydraServer) -> None:
    wiki = await application(make, site, hydra.back)
    visitor = await arrive("Rin", **PHONE, locale="ja-JP")
    await visitor.api.patch("/me", json={"locale": "ja"})
    page = visitor.page
    await page.goto((await wiki.depart(hydra.back)).url)
    allow = page.get_by_role("button", name="許可する", exact=True)
    await expect(allow).to_be_visible()
    await expect(page.get_by_text("メールアドレス")).to_be_visible()
    assert await violations(page) == []
    box = await allow.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    await photograph(page, "consent-phone")
    await allow.press("Enter")
    await page.wait_for_url(f"{hydra.back}**")
    await page.goto(f"{site.url}/settings/security")
    remove = page.get_by_role("button", name="Wikiの許可を取り消す")
    await remove.scroll_into_view_if_needed()
    await photograph(page, "security-phone")
    assert await violations(page) == []


async def test_invalid_request_shows_error_on_own_page(
    arrive: Arrive, make: Factory, site: Site, hydra: HydraServer
) -> None:
    wiki = await application(make, site, hydra.back)
    visitor = await arrive()
    page = visitor.page
    left = await wiki.depart("https://evil.example/callback")
    await page.goto(left.url)
    await expect(page.get_by_role("heading", name="This sign-in can’t continue")).to_be_visible()
    assert await violations(page) == []
    await photograph(page, "refused")
    await page.goto("/consent?request=forged")
    await expect(page).to_have_url(f"{site.url}/sign-in?next=%2Foauth2%2Fcontinue%3Frequest%3Dforged")


async def test_an_application_may_have_people_sign_in_anew(
    arrive: Arrive, make: Factory, site: Site, hydra: HydraServer
) -> None:
    wiki = await application(make, site, hydra.back, trusted=True)
    visitor = await arrive("Kei")
    page = visitor.page
    left = await wiki.depart(hydra.back)
    await page.goto(f"{left.url}&prompt=login")
    await fill_in(page, visitor.actor.person.username)
    await page.wait_for_url(f"{hydra.back}**")
    assert "code" in dict(parse_qsl(urlsplit(page.url).query))


async def test_somebody_signs_in_through_hydra(arrive: Arrive, make: Factory, hydra: HydraServer) -> None:
    hydra.forget()
    user = await make.user(name="Sora")
    visitor = await arrive()
    visitor.expects("401")
    page = visitor.page
    await page.goto(f"{hydra.url}/oauth2/auth")
    await fill_in(page, user.username)
    await expect(page.get_by_role("heading", name="Files wants to sign you in")).to_be_visible()
    await page.get_by_role("button", name="Allow", exact=True).click()
    await page.wait_for_url(f"{hydra.back}**")
    assert [each[:2] for each in hydra.answers] == [("login", "accept"), ("consent", "accept")]
    assert hydra.answers[0][2]["subject"] == str(user.id)
    await page.goto(f"{visitor.site.url}/settings/security")
    await page.get_by_role("button", name="Remove the access of Files").click()
    await expect(page.get_by_role("button", name="Remove the access of Files")).to_have_count(0)
    assert hydra.revoked == [{"subject": str(user.id), "client": "files"}]
    await page.goto(f"{visitor.site.url}/oauth2/logout?logout_challenge={hydra.ask('logout', subject=str(user.id))}")
    await expect(page.get_by_role("heading", name="Sign out?")).to_be_visible()
    assert await violations(page) == []
    await photograph(page, "leave")
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.wait_for_url(f"{hydra.url}/oauth2/auth**")
    assert hydra.answers[-1][:2] == ("logout", "accept")
    await page.goto(f"{visitor.site.url}/settings")
    await expect(page.locator("#field-login")).to_be_visible()


async def test_an_admin_keeps_the_applications(arrive: Arrive, make: Factory) -> None:
    visitor = await arrive("Boss")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, visitor.actor.user_id)).site_roles = ["admin"]
    page = visitor.page
    await page.goto("/admin/applications")
    await page.get_by_role("button", name="Add an application").click()
    dialog = page.get_by_role("dialog").filter(has=page.locator("#application-name"))
    await page.locator("#application-name").fill("Board")
    await page.locator("#application-redirect_uris").fill("http://board.example/")
    await seen(visitor)
    await photograph(page, "editor")
    await dialog.get_by_role("button", name="Save").click()
    wrong = page.locator("#application-redirect_uris-error")
    await expect(wrong).not_to_be_empty()
    await page.locator("#application-redirect_uris").fill("https://board.example/")
    await dialog.get_by_role("button", name="Save").click()
    secret = page.get_by_role("textbox", name="Client secret")
    await expect(secret).to_be_visible()
    await photograph(page, "secret")
    await page.keyboard.press("Escape")
    await expect(secret).to_have_count(0)
    row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Board"))
    await expect(row).to_be_visible()
    await photograph(page, "applications")
    await seen(visitor)
    await row.get_by_role("button", name="Disable").click()
    await expect(row.get_by_role("button", name="Enable")).to_be_visible()
    await row.get_by_role("button", name="Delete").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    await expect(row).to_have_count(0)
