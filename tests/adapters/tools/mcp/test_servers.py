"""Tools of real servers are listed and called."""

import pytest
from mcp.server.mcpserver import MCPServer

from chat_app.adapters.tools.mcp.servers import McpServers
from chat_app.adapters.tools.toolbox import SiteToolbox
from chat_app.adapters.tools.web.addresses import AllowList
from chat_app.adapters.tools.web.fetch import WebFetch
from chat_app.core.tools.servers import ToolServerHealth
from tests.adapters.tools.mcp.endpoints import endpoint
from tests.tools_server.server import PIXEL, ToolServerThread


@pytest.mark.parametrize("how", [{}, {"stateless_http": True}, {"json_response": True}])
async def test_tools_are_listed_and_called(servers: McpServers, how: dict[str, bool]):
    with ToolServerThread(**how) as server:
        servers.connect([endpoint(server.url, headers=(("x-team", "blue"),))])
        infos = {info.id: info for info in await servers.tools()}
        look_up = infos["one/look_up"]
        assert (look_up.name, look_up.label, look_up.source) == (
            "Team_glossary_look_up",
            "Look up a word",
            "Team glossary",
        )
        assert look_up.description == "Look a word up in the team's glossary."
        assert look_up.parameters["required"] == ["word"]
        result = await servers.call("one/look_up", {"word": "Chai"})
        assert (result.text, result.failed) == ("Chai means: tea", False)
        assert server.seen[-1]["x-team"] == "blue"
        assert servers.health()["one"] == ToolServerHealth(len(infos))


async def test_results_of_every_kind_are_words(servers: McpServers):
    with ToolServerThread() as server:
        servers.connect([endpoint(server.url)])
        drawn = await servers.call("one/draw", {})
        assert drawn.text == "Here it is\n\n[A file, which everybody sees below your answer: picture.png, image/png]"
        assert [(each.name, each.mime_type, each.data) for each in drawn.files] == [("picture.png", "image/png", PIXEL)]
        much = await servers.call("one/write_much", {})
        assert much.text.startswith("aaa")
        assert much.text.endswith("[The result is longer: it was cut here.]")
        assert len(much.text) < 20_100
        failed = await servers.call("one/fail", {})
        assert failed.failed
        assert "shelf is empty" in failed.text
        assert "Traceback" not in failed.text
        for tool, arguments in (("one/nothing", {}), ("one/look_up", {"wrong": 1}), ("two/look_up", {})):
            assert (await servers.call(tool, arguments)).failed


async def test_approval_is_as_the_admin_says_and_unknown_tools_wait(servers: McpServers):
    with ToolServerThread() as server:
        for approval, expected in (("always", (True, True)), ("changes", (False, True)), ("never", (False, False))):
            servers.connect([endpoint(server.url, approval=approval)])
            if approval == "changes":
                assert servers.needs_approval("one/look_up")  # nothing is known yet
            await servers.tools()
            assert (servers.needs_approval("one/look_up"), servers.needs_approval("one/write_down")) == expected
        assert servers.needs_approval("two/look_up")


async def test_names_for_models_are_valid_and_unique(servers: McpServers):
    def odd() -> MCPServer:
        server = MCPServer("odd")
        for name in ("a.b", "a_b", "a/b", "n" * 120):
            server.tool(name=name)(lambda: "yes")
        return server

    with ToolServerThread(odd) as server:
        places = [endpoint(server.url, "one", "日本語"), endpoint(server.url, "two", "日本語")]
        servers.connect(places)
        infos = await servers.tools()
        names = [info.name for info in infos]
        assert len(set(names)) == len(names) == 8
        assert all(name.isascii() and len(name) <= 64 and name.replace("_", "").isalnum() for name in names)
        again = McpServers()
        again.connect(places)
        assert [info.name for info in await again.tools()] == names
        for info in infos:
            assert (await servers.call(info.id, {})).text == "yes"


async def test_no_tool_of_a_server_has_the_name_of_a_built_in_one(servers: McpServers):
    def fetching() -> MCPServer:
        server = MCPServer("fetching")
        server.tool(name="fetch")(lambda: "x")
        return server

    box = SiteToolbox([WebFetch(AllowList())], servers)
    with ToolServerThread(fetching) as server:
        servers.connect([endpoint(server.url, name="web")])
        own, other = await box.tools()
    assert (own.id, own.name, other.id) == ("builtin/web_fetch", "web_fetch", "one/fetch")
    assert other.name.startswith("web_fetch_")
