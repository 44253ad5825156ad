"""Coming in where another service keeps passwords and sessions: over its pages, in a real browser."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from playwright.async_api import Page, expect
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from chat_app.adapters.auth.config import KratosConfig
from chat_app.adapters.auth.kratos.api import KratosApi
from chat_app.adapters.auth.kratos.importing import ImportedAccounts, import_accounts
from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.policy import Policy
from tests.browser.visitor import Arrive
from tests.kratos.server import COOKIE, KratosServer
from tests.support.axe import violations
from tests.support.databases import Databases
from tests.support.factory import PASSWORD, Factory
from tests.support.site import Site
from tests.support.use_cases import Do

CHOSEN = "a sentence that nobody guesses"


@pytest.fixture(scope="module")
def server() -> Iterator[KratosServer]:
    with KratosServer() as server:
        yield server


@pytest.fixture
def kratos(server: KratosServer) -> Iterator[KratosServer]:
    yield server
    server.down = False


@pytest.fixture(scope="module")
def shared_site(databases: Databases, server: KratosServer) -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="parley-site-"))
    told = {name.upper(): value for name, value in server.settings.items()}
    site = Site(databases.create(), folder, **told)
    site.start()
    yield site
    site.leave()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    engine = create_async_engine(shared_site.database_url, pool_size=2)
    limiter = MovingWindowRateLimiter(MemoryStorage())
    factory = Factory(
        UnitOfWork(async_sessionmaker(engine, expire_on_commit=False), Policy(), limiter, jobs=ProcrastinateQueue())
    )
    await factory.user()
    yield factory
    await engine.dispose()


async def fill(page: Page, flow: str, email: str, password: str) -> None:
    """Fill the keeper's own form in."""
    await expect(page.get_by_role("heading", name=f"{flow} at the keeper")).to_be_visible()
    await page.get_by_label("Email").fill(email)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name=flow).click()


async def test_moved_account_signs_in_with_old_password_chats_and_leaves(
    arrive: Arrive, make: Factory, kratos: KratosServer
) -> None:
    aiko = await make.actor(username="aiko-k", name="Aiko")
    room = await make.room({Role.MASTER: aiko})
    api = KratosApi(KratosConfig(kratos.url, kratos.url, kratos.url, COOKIE))
    assert (await import_accounts(make.work, api, schema="default")).left == []
    assert await import_accounts(make.work, api, schema="default") == ImportedAccounts()
    visitor = await arrive()
    page = visitor.page
    await page.goto(f"/r/{room.id}")
    await fill(page, "Sign in", "aiko-k@example.com", "guess")
    await expect(page.get_by_role("alert")).to_contain_text("invalid")
    await fill(page, "Sign in", "aiko-k@example.com", PASSWORD)
    await expect(page).to_have_url(f"{visitor.site.url}/r/{room.id}")
    await visitor.say("Good morning")
    await expect(visitor.message("Good morning")).to_be_visible()
    other = await visitor.new_page()
    await other.goto("/settings")
    await expect(other.get_by_text("@aiko-k · aiko-k@example.com")).to_be_visible()
    visitor.expects("401")
    await other.get_by_role("button", name="Sign out", exact=True).click()
    for tab in (page, other):
        await expect(tab.get_by_role("heading", name="Sign in at the keeper")).to_be_visible()


async def test_a_newcomer_by_an_invite_link_signs_up_there_and_chooses_a_username_here(
    arrive: Arrive, make: Factory
) -> None:
    master = await make.actor()
    room = await make.room({Role.MASTER: master}, name="Tea")
    link = await Do(make.work)(master, create_invite_link, room.id)
    visitor = await arrive()
    visitor.expects("401")
    page = visitor.page
    await page.goto(f"/join/{link.token}")
    await page.get_by_role("button", name="Create account").click()
    await fill(page, "Sign up", "mio@example.com", CHOSEN)
    await expect(page.get_by_role("heading", name="Choose a username")).to_be_visible()
    await expect(page.get_by_text("You’ve signed in with 127.0.0.1.")).to_be_visible()
    await expect(page.locator("#field-username")).to_have_value("mio")
    await page.locator("#field-username").fill("mio-k")
    await page.get_by_role("button", name="Create account").click()
    await expect(page).to_have_url(f"{visitor.site.url}/r/{room.id}")
    await visitor.say("Hello from elsewhere")
    await expect(visitor.message("Hello from elsewhere")).to_be_visible()


async def test_passwords_are_changed_there_and_tokens_made_here(arrive: Arrive, kratos: KratosServer) -> None:
    visitor = await arrive()
    visitor.expects("401")
    page = visitor.page
    await page.goto("/sign-up?next=/settings/security")
    await fill(page, "Sign up", "rin@example.com", CHOSEN)
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_role("heading", name="Password and two-factor authentication")).to_be_visible()
    await expect(page.get_by_role("button", name="Change password")).to_have_count(0)
    await expect(page.get_by_role("button", name="Change email")).to_have_count(0)
    assert await violations(page) == []
    await page.get_by_role("button", name="New token").click()
    await page.locator("dialog[open] [name=name]").fill("Script")
    await page.locator("dialog[open] [name=scopes]").first.check(force=True)
    await page.get_by_role("button", name="Create token").click()
    await expect(page.get_by_role("textbox", name="New token")).to_be_visible()
    await page.get_by_role("button", name="Done").click()
    await page.get_by_role("link", name="Change them there").click()
    await expect(page.get_by_role("heading", name="Settings at the keeper")).to_be_visible()


async def test_suspended_person_sees_reason_and_can_use_another_account(
    arrive: Arrive, make: Factory, kratos: KratosServer
) -> None:
    visitor = await arrive()
    visitor.expects("401", "403")
    page = visitor.page
    await page.goto("/sign-up")
    await fill(page, "Sign up", "ren@example.com", CHOSEN)
    await page.get_by_role("button", name="Create account").click()
    await expect(page).to_have_url(f"{visitor.site.url}/")
    await expect(page.get_by_text("What’s on your mind")).to_be_visible()  # it has arrived, and asks nothing more
    me = await (await page.request.get("/api/v1/me")).json()
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, me["id"])).suspended_at = ctx.now
    await page.goto("/")
    await expect(page.get_by_text("This account has been suspended.")).to_be_visible()
    await page.get_by_role("button", name="Back to sign in").click()
    await expect(page.get_by_role("heading", name="Sign in at the keeper")).to_be_visible()


async def test_an_outage_is_said_in_words(arrive: Arrive, kratos: KratosServer) -> None:
    visitor = await arrive()
    visitor.expects("401", "503")
    page = visitor.page
    kratos.down = True
    await page.goto("/settings")
    await expect(page.get_by_text("the account service doesn’t respond")).to_be_visible()
    await page.get_by_role("radio", name="日本語").check(force=True)
    await expect(page.get_by_text("アカウントを管理するサービスが応答しない")).to_be_visible()
    assert await violations(page) == []
    kratos.down = False
    await page.get_by_role("button", name="サインインに戻る").click()
    await expect(page.get_by_role("heading", name="Sign in at the keeper")).to_be_visible()
