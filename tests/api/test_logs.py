"""The contents of the log of requests, and the data that it never contains."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from chat_app.adapters.tools.mcp.servers import McpServers
from chat_app.api.app import mount
from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.tools.servers import ToolEndpoint
from chat_app.starting.logging import configure_logging
from tests.api.conftest import COOKIE, Clients
from tests.api.expect import error
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do
from tests.tools_server.server import ToolServerThread

SAID = "the plan is secret"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Return the lines that the process logs at its lowest level."""
    root = logging.getLogger()
    before, level, written, configured = list(root.handlers), root.level, StringIO(), structlog.get_config()
    monkeypatch.setattr("sys.stderr", written)
    configure_logging("debug")
    structlog.configure(cache_logger_on_first_use=False)  # or a logger would write there in later tests too
    yield written
    structlog.configure(**configured)
    root.handlers[:], root.level = before, level


def records(lines: StringIO, event: str) -> list[dict]:
    return [record for record in map(json.loads, lines.getvalue().splitlines()) if record["event"] == event]


async def test_a_request_leaves_one_line(clients: Clients, make: Factory, lines: StringIO):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    await clients(token).get(f"rooms/{room.id}/messages?limit=5", headers={"X-Request-ID": "r-1"})
    [line] = records(lines, "request")
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/v1/rooms/{room_id}/messages", 200)
    assert (line["user"], line["request_id"], line["level"]) == (str(actor.user_id), "r-1", "info")
    assert line["ms"] > 0


def test_a_librarys_mark_is_no_part_of_a_line(lines: StringIO):
    logging.getLogger("a.library").error("Broken", extra={"litellm_redacted": object()})
    [line] = records(lines, "Broken")
    assert "litellm_redacted" not in line


async def test_only_the_first_part_of_a_pages_path_is_logged(parts: Runtime, lines: StringIO):
    pages = Starlette(routes=[Mount("", PlainTextResponse("page"))])  # as the front end is mounted
    await Clients(mount(pages, parts)).site().get("/join/token?x=1")
    [line] = records(lines, "request")
    assert line["path"] == "/join"


async def test_no_secret_and_nothing_that_people_wrote_is_logged(
    clients: Clients, make: Factory, do: Do, lines: StringIO
):
    actor, token = await make.signed_in(username="ben")
    room = await make.room({Role.MASTER: actor})
    link = await do(actor, create_invite_link, room.id)
    browser = clients.browser()
    signed_in = await browser.post("auth/login", json={"login": "ben", "password": PASSWORD})
    cookie = browser.cookies[COOKIE]
    new = {"email": "x@example.com", "username": "xx", "password": "seven quiet herons"}
    await clients().post("auth/register", json=new)
    await clients().post("auth/login", json={"login": "ben", "password": "a wrong password"})
    await clients().post("auth/login", json={"login": "ben", "password": 7, "extra": PASSWORD})
    await browser.post(f"rooms/{room.id}/messages", json={"text": SAID})
    await browser.post(f"rooms/{room.id}/messages", json={"text": SAID * 1000})
    await browser.get(f"rooms/{room.id}/messages?q={SAID}")
    await clients().get(f"invitations/{link.token}")
    await clients.site().get(f"/join/{link.token}?next={SAID}")
    await clients.site().post(f"/join/{link.token}", headers={"Origin": "https://evil.example"})
    assert signed_in.status_code == 200
    log = lines.getvalue()
    assert len(records(lines, "request")) == 10
    for secret in (PASSWORD, token, cookie, link.token, SAID, "seven quiet", "wrong password", "x@example.com"):
        assert secret not in log


async def test_address_of_a_tool_server_is_not_logged_where_it_has_a_secret(lines: StringIO):
    servers = McpServers()
    with ToolServerThread() as server:
        await servers.probe(ToolEndpoint("one", "One", f"{server.url}?key=swordfish"))
    assert "swordfish" not in lines.getvalue()


@pytest.mark.slow
async def test_bug_shows_id_and_is_logged_without_message(
    parts: Runtime, make: Factory, lines: StringIO, monkeypatch: pytest.MonkeyPatch
):
    async def broken(*_: object) -> None:
        raise RuntimeError(SAID)

    async def broken_pages(scope: Scope, receive: Receive, send: Send) -> None:
        await broken()

    _, token = await make.signed_in()
    monkeypatch.setattr(parts.gateway, "models", broken)
    clients = Clients(mount(broken_pages, parts))
    for response in (await clients(token).get("models"), await clients.site().get("/join/x")):
        request_id = response.headers["x-request-id"]
        assert error(response, 500, "internal_error") == {"request_id": request_id}
        [bug] = [line for line in records(lines, "bug") if line["request_id"] == request_id]
        assert bug["error"] == "RuntimeError"
        assert bug["where"][-1].endswith(" broken")
        assert bug["level"] == "error"
    assert SAID not in lines.getvalue()


async def test_a_statement_that_fails_is_not_logged_with_its_values(
    clients: Clients, make: Factory, lines: StringIO, monkeypatch: pytest.MonkeyPatch
):
    _, token = await make.signed_in()
    monkeypatch.setattr("chat_app.core.rooms.rules.clean_name", lambda value: value)
    response: httpx.Response = await clients(token).post("rooms", json={"name": SAID + "\x00"})
    error(response, 422, "invalid_request")
    assert records(lines, "database_error")
    assert SAID not in lines.getvalue()


@pytest.mark.parametrize("logger", ["reflex.app", "reflex_base.event.processor.event_processor"])
@pytest.mark.parametrize(
    "words",
    [
        "Error processing event queue entry for Event(name='send', payload={'text': '%s'}) [txid=1]:",
        "Received event from session 5 with no associated token. Event data: {'text': '%s'}",
    ],
)
def test_an_event_that_reflex_cannot_use_is_not_logged_whole(lines: StringIO, logger: str, words: str):
    logging.getLogger(logger).error(words % SAID)
    assert lines.getvalue()
    assert SAID not in lines.getvalue()
