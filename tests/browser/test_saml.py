"""Signing in by an organisation's SAML provider, in a real browser."""

import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import factory_of
from tests.browser.looks import DARK, NARROW, seen
from tests.browser.visitor import Arrive
from tests.saml.server import SamlServer
from tests.support.databases import Databases
from tests.support.factory import PASSWORD, Factory
from tests.support.site import Site, port_for_a_site


@pytest.fixture(scope="module")
def shared_site(databases: Databases) -> Iterator[Site]:
    """A server whose people of one domain must come from their organisation."""
    folder = Path(tempfile.mkdtemp(prefix="parley-site-"))
    (folder / "saml").mkdir()
    with SamlServer(folder / "saml") as server:
        file = server.file(enforced=True, slo_url=f"{server.url}/slo")
        port = port_for_a_site()
        own = {"PORT": str(port), "PARLEY_PUBLIC_URL": f"http://127.0.0.1:{port}"}
        own |= {"SAML_KEY_FILE": str(server.site_key), "SAML_CERTIFICATE": str(server.site_certificate)}
        site = Site(databases.create(), folder, SAML_FILE=str(file), PARLEY_BREAK_GLASS="boss", **own)
        site.start()
        yield site
        site.leave()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        await factory.user(username="boss")
        yield factory


async def test_a_password_is_refused_in_words_and_the_organisation_lets_in(arrive: Arrive, make: Factory) -> None:
    await make.user(username="mio", email="mio@corp.example", email_verified_at=None)
    visitor = await arrive()
    visitor.expects("401", "403")
    page = visitor.page
    await page.goto("/sign-in?next=/settings")
    await page.locator("#field-login").fill("mio")
    await page.locator("#field-password").fill(PASSWORD)
    await page.locator("#field-password").press("Enter")
    way = page.locator("#provider-corp")
    await expect(way).to_be_focused()
    for look, said in ((DARK, "Corpでサインインする必要があります"), (NARROW, "asks you to sign in with Corp")):
        await seen(visitor, look)
        await expect(page.get_by_text(said)).to_be_visible()
    await way.press("Enter")
    await page.get_by_label("Login").fill("mio")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(f"{visitor.site.url}/settings")
    await expect(page.get_by_text("@mio · mio@corp.example")).to_be_visible()


async def test_a_newcomer_of_the_organisation_is_asked_nothing(arrive: Arrive) -> None:
    visitor = await arrive()
    visitor.expects("401")
    page = visitor.page
    await page.goto("/sign-in")
    await page.get_by_role("link", name="Continue with Corp").click()
    await page.get_by_label("Login").fill("sora")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="on your mind, sora?")).to_be_visible()


async def test_signing_out_here_signs_out_at_the_organisation_too(arrive: Arrive) -> None:
    visitor = await arrive()
    visitor.expects("401")
    page = visitor.page
    await page.goto("/sign-in?next=/settings")
    await page.get_by_role("link", name="Continue with Corp").click()
    await page.get_by_label("Login").fill("hana")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("@hana · hana@corp.example")).to_be_visible()
    async with page.expect_request(lambda request: "/slo?SAMLRequest=" in request.url):
        await page.get_by_role("button", name="Sign out", exact=True).click()
    await expect(page).to_have_url(f"{visitor.site.url}/sign-in")
    await page.goto("/settings")
    await expect(page).to_have_url(re.compile("/sign-in"))
