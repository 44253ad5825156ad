"""Servers that are hostile, slow, changed or unreachable."""

import asyncio
import json
from typing import Any

import pytest

from chat_app.adapters.tools.mcp import servers as mcp_servers
from chat_app.adapters.tools.mcp import session as mcp_session
from chat_app.adapters.tools.mcp.servers import McpServers
from chat_app.core.tools.errors import ToolServerFailed
from tests.adapters.tools.mcp.endpoints import endpoint
from tests.support.waiting import until
from tests.tools_server.raw import RawServer, SessionServer, answer
from tests.tools_server.server import ToolServerThread

NONE = "http://127.0.0.1:1/mcp"


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
