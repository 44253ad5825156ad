"""A site admin adds a tool server, and a room's managers choose among its tools."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.rooms.tables import Room
from tests.browser.conftest import factory_of
from tests.browser.remote import CallIn
from tests.browser.visitor import Arrive, Visitor
from tests.support.axe import violations
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site
from tests.tools_server.server import ToolServerThread

TOKEN = "a-very-secret-token"


@pytest.fixture
def tool_server() -> Iterator[ToolServerThread]:
    with ToolServerThread() as server:
        server.token = TOKEN
        yield server


@pytest.fixture(scope="module")
def shared_site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(databases.create(), tmp_path_factory.mktemp("site"), PARLEY_TOOLS_FETCH_ALLOW="docs.example")
    site.start()
    yield site
    site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        yield factory


async def admin(arrive: Arrive, make: Factory) -> Visitor:
    """Grace, an admin of the site."""
    grace = await arrive("Grace")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, grace.actor.user_id)).site_roles = ["admin"]
    return grace


async def test_admin_adds_a_server_and_a_room_uses_its_tools(
    arrive: Arrive, call_in: CallIn, make: Factory, tool_server: ToolServerThread
) -> None:
    grace, ben = await admin(arrive, make), await call_in("Ben")
    room = await make.room({Role.MASTER: grace.actor, Role.MEMBER: ben.actor})
    page = grace.page
    await page.goto("/admin/tools")
    await expect(page.get_by_text("Fetched without approval: docs.example")).to_be_visible()
    await page.get_by_role("button", name="Add a server").click()
    dialog = page.locator("#server")
    await dialog.get_by_label("Name").fill("Glossary")
    await dialog.get_by_label("Address").fill("nowhere")
    await dialog.get_by_role("button", name="Save and test").click()
    await expect(dialog.locator("#server-url-error")).to_contain_text("http://")
    await expect(dialog.get_by_label("Name")).to_have_value("Glossary")
    await dialog.get_by_label("Address").fill(tool_server.url)
    await dialog.get_by_label("Token").fill("wrong")
    await dialog.get_by_role("button", name="Save and test").click()
    await expect(dialog).to_be_hidden()
    shown = page.locator(".report-list > li").filter(has_text="Glossary")
    await expect(shown).to_contain_text("refuses the token")
    await shown.get_by_role("button", name="Edit").click()
    await expect(dialog.get_by_role("heading", name="Edit Glossary", exact=True)).to_be_visible()
    await expect(dialog).to_contain_text("A token is stored")
    await dialog.get_by_label("Token").fill(TOKEN)
    await dialog.get_by_label("Approval").select_option("changes")
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Save and test").click()
    await expect(shown).to_contain_text("6 tools")
    await expect(shown).to_contain_text("except of tools that only read")
    await shown.get_by_role("button", name="Turn off").click()
    await shown.get_by_role("button", name="Test").click()
    await expect(shown).to_contain_text("It answered, and has tools")
    await shown.get_by_role("button", name="Turn on").click()
    await expect(shown.get_by_role("button", name="Turn off")).to_be_visible()
    await shown.get_by_role("button", name="Test").click()
    await expect(shown).to_contain_text("6 tools")
    assert TOKEN not in await page.content()
    assert await violations(page) == []
    await grace.room_link(room.name).click()
    await open_ai_settings(grace)
    settings = page.locator("#ai-settings")
    await expect(settings.get_by_role("heading", name="Glossary")).to_be_visible()
    use = settings.get_by_role("switch", name="Use Look up a word")
    await expect(use).to_have_attribute("aria-checked", "false")
    await use.click()
    await expect(use).to_have_attribute("aria-checked", "true")
    await settings.get_by_role("switch", name="Use Web page").click()
    await expect(settings.get_by_role("switch", name="Use Web page")).to_have_attribute("aria-checked", "true")
    row = settings.locator(".tool-list > li")
    await expect(row.filter(has_text="write_down")).to_contain_text("waits for approval")
    await expect(row.filter(has_text="Look up a word")).not_to_contain_text("waits for approval")
    assert await violations(page) == []
    assert await tools_in(make, room) == {"builtin/web_fetch", "look_up"}
    tool_server.stop()
    await page.go_back()
    await shown.get_by_role("button", name="Test").click()
    await expect(shown).to_contain_text("can’t be reached")
    await page.go_forward()
    await open_ai_settings(grace)
    gone = settings.get_by_role("switch", name="Use look_up")
    await expect(settings.get_by_role("heading", name="Not reachable now")).to_be_visible()
    await gone.click()
    await expect(gone).to_have_attribute("aria-checked", "false")
    assert await tools_in(make, room) == {"builtin/web_fetch"}
    await page.go_back()
    await shown.get_by_role("button", name="Turn off").click()
    await expect(shown).to_contain_text("off")
    await shown.get_by_role("button", name="Delete").click()
    await page.locator("#remove-tool-server").get_by_role("button", name="Delete").click()
    await expect(shown).to_have_count(0)


async def test_page_is_not_there_for_others(arrive: Arrive) -> None:
    ben = await arrive("Ben")
    await ben.page.goto("/admin/tools")
    await expect(ben.page.get_by_role("link", name="Go to the home page")).to_be_visible()


async def open_ai_settings(person: Visitor) -> None:
    """Open the room's AI settings."""
    button = person.page.get_by_role("button", name="Model settings")
    if not await button.is_visible():
        await person.page.get_by_role("button", name="Room details").click()
    await button.click()


async def tools_in(make: Factory, room: Room) -> set[str]:
    """The tools of the room, those of servers without their servers."""
    async with make.work.begin() as ctx:
        tools = (await ctx.db.get_one(Room, room.id)).ai_tools
        return {tool if tool.startswith("builtin/") else tool.partition("/")[2] for tool in tools}
