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
from tests.browser.visitor import Arrive
from tests.hydra.server import HydraServer
from tests.support.axe import violations
from tests.support.databases import Databases
from tests.support.factory import PASSWORD, Factory
from tests.support.site import Site

LOOKS: list[dict[str, Any]] = [
    {},
    {"color_scheme": "dark"},
    {"viewport": {"width": 390, "height": 844}, "locale": "ja-JP", "has_touch": True, "is_mobile": True},
]


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


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "phone"])
async def test_somebody_signs_in_elsewhere_and_takes_it_back(
    arrive: Arrive, make: Factory, site: Site, hydra: HydraServer, look: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    wiki, japanese = await application(make, site, hydra.back), "locale" in look
    user = await make.user(name="Rin", locale="ja" if japanese else "en")
    visitor = await arrive(**look)
    visitor.expects("401")
    page, name = visitor.page, request.node.callspec.id
    left = await wiki.depart(hydra.back)
    await page.goto(left.url)
    await page.locator("#field-login").fill(user.username)
    await page.locator("#field-password").fill(PASSWORD)
    await page.locator("#field-password").press("Enter")
    allow = page.get_by_role("button", name="許可する" if japanese else "Allow", exact=True)
    await expect(allow).to_be_visible()
    await expect(page.get_by_text("メールアドレス" if japanese else "Your email address")).to_be_visible()
    assert await violations(page) == []
    box = await allow.bounding_box()
    assert box is not None
    assert not japanese or box["height"] >= 44
    await photograph(page, f"consent-{name}")
    for person in (await make.user(name="Kai", locale=user.locale), user):
        await page.get_by_role("link", name="別のアカウントを使う" if japanese else "Use another account").click()
        await page.locator("#field-login").fill(person.username)
        await page.locator("#field-password").fill(PASSWORD)
        await page.locator("#field-password").press("Enter")
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
    remove = page.get_by_role("button", name="Wikiの許可を取り消す" if japanese else "Remove the access of Wiki")
    await remove.scroll_into_view_if_needed()
    await photograph(page, f"security-{name}")
    assert await violations(page) == []
    await remove.click()
    await expect(remove).to_have_count(0)
    await page.goto((await wiki.depart(hydra.back)).url)
    await page.get_by_role("button", name="許可しない" if japanese else "Don’t allow").click()
    await page.wait_for_url(f"{hydra.back}**")
    assert dict(parse_qsl(urlsplit(page.url).query))["error"] == "access_denied"


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
    username = visitor.actor.person.username
    page = visitor.page
    left = await wiki.depart(hydra.back)
    await page.goto(f"{left.url}&prompt=login")
    await page.locator("#field-login").fill(username)
    await page.locator("#field-password").fill(PASSWORD)
    await page.locator("#field-password").press("Enter")
    await page.wait_for_url(f"{hydra.back}**")
    assert "code" in dict(parse_qsl(urlsplit(page.url).query))


async def test_somebody_signs_in_through_hydra(arrive: Arrive, make: Factory, hydra: HydraServer) -> None:
    hydra.forget()
    user = await make.user(name="Sora")
    visitor = await arrive()
    visitor.expects("401")
    page = visitor.page
    await page.goto(f"{hydra.url}/oauth2/auth")
    await page.locator("#field-login").fill(user.username)
    await page.locator("#field-password").fill(PASSWORD)
    await page.locator("#field-password").press("Enter")
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


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "phone"])
async def test_an_admin_keeps_the_applications(
    arrive: Arrive, make: Factory, look: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    visitor = await arrive("Boss", **look)
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, visitor.actor.user_id)).site_roles = ["admin"]
    page, japanese, name = visitor.page, "locale" in look, request.node.callspec.id
    await page.goto("/admin/applications")
    await page.get_by_role("button", name="アプリを追加" if japanese else "Add an application").click()
    dialog = page.get_by_role("dialog").filter(has=page.locator("#application-name"))
    await page.locator("#application-name").fill(f"Board {name}")
    await page.locator("#application-redirect_uris").fill("http://board.example/")
    assert await violations(page) == []
    await photograph(page, f"editor-{name}")
    await dialog.get_by_role("button", name="保存" if japanese else "Save").click()
    wrong = page.locator("#application-redirect_uris-error")
    await expect(wrong).not_to_be_empty()
    await page.locator("#application-redirect_uris").fill("https://board.example/")
    await dialog.get_by_role("button", name="保存" if japanese else "Save").click()
    secret = page.get_by_role("textbox", name="クライアントシークレット" if japanese else "Client secret")
    await expect(secret).to_be_visible()
    await photograph(page, f"secret-{name}")
    await page.keyboard.press("Escape")
    await expect(secret).to_have_count(0)
    row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=f"Board {name}"))
    await expect(row).to_be_visible()
    await photograph(page, f"applications-{name}")
    assert await violations(page) == []
    await row.get_by_role("button", name="無効にする" if japanese else "Disable").click()
    await expect(row.get_by_role("button", name="有効にする" if japanese else "Enable")).to_be_visible()
    await row.get_by_role("button", name="削除" if japanese else "Delete").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="削除" if japanese else "Delete").click()
    await expect(row).to_have_count(0)
