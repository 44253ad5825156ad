"""Tools of real servers are listed and called; whatever a server does, the answer is a result in words."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp.server.mcpserver import MCPServer

from chat_app.adapters.tools.mcp import servers as mcp_servers
from chat_app.adapters.tools.mcp import session as mcp_session
from chat_app.adapters.tools.mcp.servers import McpServers
from chat_app.adapters.tools.toolbox import SiteToolbox
from chat_app.adapters.tools.web.addresses import AllowList
from chat_app.adapters.tools.web.fetch import WebFetch
from chat_app.core.tools.errors import ToolServerFailed
from chat_app.core.tools.servers import Approval, ToolEndpoint, ToolServerHealth
from tests.support.waiting import until
from tests.tools_server.raw import RawServer, SessionServer, answer
from tests.tools_server.server import PIXEL, ToolServerThread

NONE = "http://127.0.0.1:1/mcp"


def endpoint(url: str, id_: str = "one", name: str = "Team glossary", approval: Approval = "always", **more: Any):
    return ToolEndpoint(id_, name, url, approval=approval, **more)


@pytest.fixture
async def servers() -> AsyncIterator[McpServers]:
    servers = McpServers(list_seconds=5, call_seconds=5)
    yield servers
    await servers.aclose()


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


async def test_server_that_goes_away_and_comes_back_is_no_error_of_others(
    servers: McpServers, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(mcp_servers, "AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(mcp_servers, "FRESH_SECONDS", 0.0)
    with ToolServerThread() as stays:
        goes = ToolServerThread()
        goes.start()
        servers.connect([endpoint(stays.url), endpoint(goes.url, "two", "Other")])
        both = await servers.tools()
        goes.stop()

        async def sources() -> set[str]:
            return {info.source for info in await servers.tools()}

        await until(lambda: _equals(sources, {"Team glossary"}))
        assert servers.health()["two"].problem == "tool_server_unreachable"
        result = await servers.call("two/look_up", {"word": "x"})
        assert (result.text, result.failed) == ("The tool server cannot be reached.", True)
        assert not (await servers.call("one/look_up", {"word": "x"})).failed
        goes.start()
        await until(lambda: _equals(sources, {"Team glossary", "Other"}))
        assert await servers.tools() == both
        goes.stop()


async def _equals(what: Any, wanted: object) -> bool:
    return bool(await what() == wanted)


async def test_server_that_never_answers_is_left_in_time():
    servers = McpServers(list_seconds=0.3, call_seconds=0.3)
    with ToolServerThread() as server:
        servers.connect([endpoint(server.url)])
        result = await servers.call("one/hang", {})
        assert (result.text, result.failed) == ("The tool server did not answer in time.", True)
    async with RawServer({"*": ("stay",)}) as frozen:
        servers.connect([endpoint(frozen.url)])
        assert await servers.tools() == []
        assert servers.health()["one"].problem == "tool_server_slow"
        assert await servers.tools() == []  # at once, from what is known
    await servers.aclose()


async def test_refused_token_is_reported(servers: McpServers):
    with ToolServerThread() as server:
        server.token = "right"
        tokens = {each: (("authorization", f"Bearer {each}"),) for each in ("right", "wrong")}
        with pytest.raises(ToolServerFailed) as failed:
            await servers.probe(endpoint(server.url, headers=tokens["wrong"]))
        assert failed.value.code == "tool_server_refused"
        assert await servers.probe(endpoint(server.url, headers=tokens["right"])) == 6


NOTE = {"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": "x" * 500_000}}
ENDLESS = b"event: message\ndata: " + json.dumps(NOTE).encode() + b"\n\n"
ERROR = b'{"jsonrpc": "2.0", "id": 1, "error": {"code": -32603, "message": "x"}}'
HOSTILE = {
    "garbage": ((b"\x00\xff" * 100,), "tool_server_not_mcp"),
    "a page": ((answer(b"<html>Hello</html>", "text/html"),), "tool_server_not_mcp"),
    "no JSON": ((answer(b"[" * 100_000),), "tool_server_not_mcp"),
    "other JSON": ((answer(b'{"hello": 1}'),), "tool_server_not_mcp"),
    "an error": ((answer(ERROR, head="400 Bad"),), "tool_server_not_mcp"),
    "nothing": ((answer(b"", head="204 No Content"),), "tool_server_not_mcp"),
    "not found": ((answer(b"", head="404 Not Found"),), "tool_server_not_mcp"),
    "broken": ((answer(b"", head="500 Broken"),), "tool_server_failed"),
    "forbidden": ((answer(b"", head="403 Forbidden"),), "tool_server_refused"),
    "elsewhere": ((answer(b"", head="307 Moved\r\nLocation: /other"),), "tool_server_redirects"),
    "endless body": ((answer(b"x"), (b"x" * 2**18, 0.0)), "tool_server_too_large"),
    "endless events": ((answer(b"", "text/event-stream"), (ENDLESS, 0.0)), "tool_server_too_large"),
    "cut": ((answer(b'{"jsonrpc"'), "abort"), "tool_server_not_mcp"),
    "compressed": ((answer(b"x", head="200 OK\r\nContent-Encoding: gzip"),), "tool_server_not_mcp"),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_hostile_server_is_a_failure_in_words(servers: McpServers, what: str, caplog: pytest.LogCaptureFixture):
    raw, problem = HOSTILE[what]
    async with RawServer({"*": raw}) as vendor:
        with pytest.raises(ToolServerFailed) as failed:
            await servers.probe(endpoint(vendor.url))
        servers.connect([endpoint(vendor.url)])
        result = await servers.call("one/look_up", {})
    assert failed.value.code == problem
    assert result.failed
    assert result.text.startswith("The tool server")
    assert "Traceback" not in caplog.text


def nested(depth: int) -> dict[str, object]:
    return {"type": "object", "properties": {"a": nested(depth - 1)}} if depth else {"type": "string"}


def test_hostile_schemas_are_refused_and_descriptions_bounded():
    from mcp_types import Tool

    from chat_app.adapters.tools.mcp.results import served_tools

    good = {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"type": "string"}}}
    bad: list[dict[str, Any]] = [
        {"type": "string"},
        {"type": "object", "properties": []},
        nested(20),
        {"type": "object", "properties": {"a": {"enum": ["x" * 9_000]}}},
        {"type": "object", "properties": {"a": {"$ref": "http://169.254.169.254/"}}},
    ]
    tools = [Tool(name=f"bad{index}", input_schema=schema) for index, schema in enumerate(bad)]
    tools += [Tool(name=name, input_schema=good) for name in ("", "a b", "日本", "x" * 129, "a\nb")]
    tools += [Tool(name=f"good{index}", input_schema=good, description="d" * 5_000) for index in range(100)]
    served = served_tools([*tools, tools[-1]])
    assert [tool.name for tool in served] == [f"good{index}" for index in range(64)]
    assert {len(tool.description) for tool in served} == {1_000}


_NUMBERS = st.floats() | st.integers() | st.sampled_from([float("nan"), float("inf"), float("-inf"), 10**400])
_SCHEMAS = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(st.characters(), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "enum", "maximum", "properties", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_SCHEMAS)
def test_schemas_that_are_passed_on_are_json(value: object):
    from mcp_types import Tool

    from chat_app.adapters.tools.mcp.results import served_tools

    schema = {"type": "object", "properties": {"a": value}}
    for tool in served_tools([Tool(name="odd", input_schema=schema)]):
        assert tool.parameters == schema
        json.dumps(tool.parameters, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_schema_with_a_number_that_is_none_is_left_out(number: str):
    from mcp_types import ListToolsResult

    from chat_app.adapters.tools.mcp.results import served_tools

    schema = f'{{"type": "object", "properties": {{"a": {{"maximum": {number}}}}}}}'
    good = '{"name": "good", "inputSchema": {"type": "object"}}'
    page = f'{{"tools": [{{"name": "odd", "inputSchema": {schema}}}, {good}], "ttlMs": 0, "cacheScope": "private"}}'
    found = ListToolsResult.model_validate_json(page)
    assert [tool.name for tool in served_tools(found.tools)] == ["good"]


async def test_changed_server_is_listed_again_at_once(servers: McpServers):
    with ToolServerThread() as server:
        servers.connect([endpoint(server.url, revision="1")])
        listed = len(await servers.tools())
        requests = len(server.seen)
        servers.connect([endpoint(server.url, revision="1")])
        assert len(await servers.tools()) == listed
        assert len(server.seen) == requests
        servers.connect([endpoint(server.url, revision="2")])
        assert servers.health() == {}
        assert len(await servers.tools()) == listed
        assert len(server.seen) > requests
        servers.connect([])
        assert await servers.tools() == []


async def test_unreachable_server_is_reported(servers: McpServers):
    with pytest.raises(ToolServerFailed) as failed:
        await servers.probe(endpoint(NONE))
    assert failed.value.code == "tool_server_unreachable"
    await asyncio.gather(*(servers.tools() for _ in range(5)))


async def test_server_that_is_killed_during_a_call_fails_it_and_no_other(servers: McpServers):
    with ToolServerThread() as stays:
        dies = ToolServerThread()
        dies.start()
        servers.connect([endpoint(stays.url), endpoint(dies.url, "two", "Other")])
        hanging = asyncio.create_task(servers.call("two/hang", {}))
        await until(lambda: any(head.get("mcp-method", "tools/call") == "tools/call" for head in dies.seen))
        await asyncio.to_thread(dies.stop)
        result = await hanging
        assert result.failed
        assert result.text.startswith("The tool server")
        many = await asyncio.gather(*(servers.call("one/look_up", {"word": str(n)}) for n in range(20)))
        assert [each.text for each in many] == [f"{n} means: tea" for n in range(20)]


@pytest.mark.parametrize("seconds", [600.0, 0.5])
async def test_server_that_does_not_let_go_is_left(monkeypatch: pytest.MonkeyPatch, seconds: float):
    """Whether the call is cancelled, as by a stop of its answer, or takes too long."""
    monkeypatch.setattr(mcp_session, "FAREWELL_SECONDS", 0.1)
    servers = McpServers(call_seconds=seconds)
    async with SessionServer() as frozen, asyncio.timeout(20):
        servers.connect([endpoint(frozen.url)])
        call = asyncio.create_task(servers.call("one/any", {}))
        await frozen.called.wait()
        if seconds == 600.0:
            call.cancel()
            assert isinstance((await asyncio.gather(call, return_exceptions=True))[0], asyncio.CancelledError)
        else:
            assert (await call).text == "The tool server did not answer in time."
