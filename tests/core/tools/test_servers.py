"""Tool servers belong to admins, their tokens to nobody, and a change is published to every process."""

import pytest
from sqlalchemy import select

from chat_app.adapters.tools.mcp.servers import McpServers
from chat_app.adapters.tools.toolbox import SiteToolbox
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.policy import Policy
from chat_app.core.tools import commands
from chat_app.core.tools.checking import check_tool_server
from chat_app.core.tools.commands import add_tool_server, change_tool_server, remove_tool_server
from chat_app.core.tools.errors import ToolServerInvalid, ToolServerNotFound, ToolServersFull
from chat_app.core.tools.events import ToolServersChanged
from chat_app.core.tools.queries import list_tool_servers, read_tool_endpoints
from chat_app.core.tools.tables import ToolServer
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.tools_server.server import ToolServerThread

TOKEN = "a-very-secret-token"
HERE = {"name": "Here", "url": "http://127.0.0.1:1/mcp"}


@pytest.fixture
async def admin(make: Factory) -> Actor:
    return await make.actor(is_admin=True)


@pytest.fixture
def toolbox() -> SiteToolbox:
    return SiteToolbox([], McpServers())


async def test_stored_token_is_neither_shown_nor_readable(do: Do, admin: Actor, toolbox: SiteToolbox, work: UnitOfWork):
    await do(admin, add_tool_server, **HERE, token=f"Bearer {TOKEN}", headers=f"X-Other: {TOKEN}")
    [shown] = await do(admin, list_tool_servers, toolbox)
    assert (shown.has_token, shown.headers) == (True, ("x-other",))
    assert TOKEN not in repr(shown)
    async with work.begin() as ctx:
        row = (await ctx.db.execute(select(ToolServer))).scalar_one()
        assert TOKEN not in repr(row.model_dump())
    [endpoint] = await do(None, read_tool_endpoints)
    assert endpoint.headers == (("x-other", TOKEN), ("authorization", f"Bearer {TOKEN}"))
    assert TOKEN not in repr(endpoint)
    work.policy = Policy()  # a site with another secret
    [endpoint] = await do(None, read_tool_endpoints)
    assert endpoint.headers == ()


async def test_token_goes_only_where_it_was_sent(do: Do, admin: Actor):
    server = await do(admin, add_tool_server, **HERE, token=TOKEN)
    with pytest.raises(ToolServerInvalid) as refused:
        await do(admin, change_tool_server, server.id, url="http://127.0.0.1:2/mcp")
    assert refused.value.code == "tool_server_token_again"
    await do(admin, change_tool_server, server.id, url="http://127.0.0.1:2/mcp", token="")
    [endpoint] = await do(None, read_tool_endpoints)
    assert (endpoint.url, endpoint.headers) == ("http://127.0.0.1:2/mcp", ())


async def test_each_change_is_published_and_a_disabled_server_is_not_read(do: Do, admin: Actor, events: list[object]):
    server = await do(admin, add_tool_server, **HERE)
    before = await do(None, read_tool_endpoints)
    await do(admin, change_tool_server, server.id, approval="changes")
    [changed] = await do(None, read_tool_endpoints)
    assert changed.approval == "changes"
    assert changed != before[0]
    await do(admin, change_tool_server, server.id, enabled=False)
    assert await do(None, read_tool_endpoints) == []
    await do(admin, remove_tool_server, server.id)
    assert [each for each in events if isinstance(each, ToolServersChanged)] == [ToolServersChanged()] * 4


async def test_test_says_what_is_wrong_until_it_is_right(do: Do, admin: Actor, toolbox: SiteToolbox, work: UnitOfWork):
    with ToolServerThread() as there:
        there.token = TOKEN
        server = await do(admin, add_tool_server, name="There", url=there.url)
        tested = await check_tool_server(work, toolbox, admin, server.id)
        assert (tested.problem, tested.tools, tested.tested_at is None) == ("tool_server_refused", None, False)
        [shown] = await do(admin, list_tool_servers, toolbox)
        assert shown.problem == "tool_server_refused"
        await do(admin, change_tool_server, server.id, token=TOKEN)
        tested = await check_tool_server(work, toolbox, admin, server.id)
        assert (tested.problem, tested.tools) == (None, 6)


async def test_number_of_servers_is_limited(do: Do, admin: Actor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commands, "SERVERS_MAX", 1)
    await do(admin, add_tool_server, **HERE)
    with pytest.raises(ToolServersFull):
        await do(admin, add_tool_server, **HERE)


async def test_others_find_nothing_of_it(do: Do, admin: Actor, make: Factory, toolbox: SiteToolbox, work: UnitOfWork):
    server, other = await do(admin, add_tool_server, **HERE), await make.actor()
    for use_case, *arguments in (
        (list_tool_servers, toolbox),
        (change_tool_server, server.id),
        (remove_tool_server, server.id),
    ):
        with pytest.raises(ToolServerNotFound):
            await do(other, use_case, *arguments)
    with pytest.raises(ToolServerNotFound):
        await do(other, add_tool_server, **HERE)
    with pytest.raises(ToolServerNotFound):
        await check_tool_server(work, toolbox, other, server.id)
