"""Tools and their servers over REST: an admin manages servers, and a room's managers choose among the tools."""

import pytest

from chat_app.core.access.permissions import Role
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory
from tests.tools_server.server import ToolServerThread

TOKEN = "a-very-secret-token"


async def test_admin_adds_tests_changes_and_removes_a_server(clients: Clients, make: Factory):
    _, token = await make.signed_in(is_admin=True)
    admin = clients(token)
    with ToolServerThread() as server:
        server.token = TOKEN
        body = {"name": "Glossary", "url": server.url, "headers": "X-Team: blue"}
        created = (await admin.post("admin/tools", json=body)).json()
        path = f"admin/tools/{created['id']}"
        assert (created["has_token"], created["headers"], created["approval"]) == (False, ["x-team"], "always")
        assert (await admin.post(f"{path}/test")).json()["problem"] == "tool_server_refused"
        assert [each["source"] for each in (await admin.get("tools")).json()["items"]] == ["", ""]
        assert (await admin.patch(path, json={"token": TOKEN, "approval": "changes"})).json()["has_token"]
        tested = (await admin.post(f"{path}/test")).json()
        assert (tested["problem"], tested["tools"]) == (None, 6)
        tools = {each["label"]: each for each in (await admin.get("tools")).json()["items"]}
        assert tools["Look up a word"]["source"] == "Glossary"
        assert (tools["Look up a word"]["waits"], tools["write_down"]["waits"]) == (False, True)
        [shown] = (await admin.get("admin/tools")).json()["items"]
        assert shown["tools"] == 6
        assert TOKEN not in str(shown)
        assert (await admin.patch(path, json={"enabled": False})).json()["enabled"] is False
        assert len((await admin.get("tools")).json()["items"]) == 2
    assert (await admin.delete(path)).status_code == 204
    error(await admin.delete(path), 404, "tool_server_not_found")


async def test_room_has_the_tools_that_its_managers_choose(clients: Clients, make: Factory):
    owner, token = await make.signed_in()
    room = await make.room({Role.MASTER: owner})
    master = clients(token)
    _, other = await make.signed_in(is_admin=True)
    with ToolServerThread() as server:
        created = (await clients(other).post("admin/tools", json={"name": "Glossary", "url": server.url})).json()
        tool = f"{created['id']}/look_up"
        changed = (await master.patch(f"rooms/{room.id}/ai", json={"tools": ["builtin/web_fetch", tool]})).json()
        assert changed["ai_tools"] == ["builtin/web_fetch", tool]
        answer = await master.patch(f"rooms/{room.id}/ai", json={"tools": ["builtin/none"]})
        assert error(answer, 422, "tool_unknown")["tool"] == "builtin/none"
    assert (await clients(other).delete(f"admin/tools/{created['id']}")).status_code == 204
    kept = (await master.patch(f"rooms/{room.id}/ai", json={"tools": [tool]})).json()
    assert kept["ai_tools"] == [tool]
    assert (await master.patch(f"rooms/{room.id}/ai", json={"tools": []})).json()["ai_tools"] == []
    error(await master.patch(f"rooms/{room.id}/ai", json={"tools": [tool]}), 422, "tool_unknown")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "", "url": "http://a"}, "tool_server_name_invalid"),
        ({"name": "A", "url": ""}, "tool_server_url_invalid"),
        ({"name": "A", "url": "ftp://x"}, "tool_server_url_invalid"),
        ({"name": "A", "url": "http://a", "token": "日本"}, "tool_server_token_invalid"),
        ({"name": "A", "url": "http://a", "headers": "Host: x"}, "tool_server_headers_invalid"),
        ({"name": "A", "url": "http://a", "approval": "sometimes"}, "tool_server_approval_invalid"),
        ({"name": "A", "url": "http://a", "headers": "x" * 20_001}, "invalid_request"),
    ],
)
async def test_bad_input_is_refused_beside_its_field(clients: Clients, make: Factory, body: dict[str, str], code: str):
    _, token = await make.signed_in(is_admin=True)
    error(await clients(token).post("admin/tools", json=body), 422, code)


async def test_others_get_not_found(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    other, path = clients(token), f"admin/tools/{(await make.user()).id}"
    for answer in (
        await other.get("admin/tools"),
        await other.post("admin/tools", json={"name": "A", "url": "http://a"}),
        await other.patch(path, json={"enabled": False}),
        await other.post(f"{path}/test"),
        await other.delete(path),
    ):
        error(answer, 404, "tool_server_not_found")
    assert (await other.get("tools")).status_code == 200
