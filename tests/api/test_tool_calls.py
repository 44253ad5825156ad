"""Tool calls, by REST."""

from chat_app.core.access.permissions import Role
from chat_app.core.messages.tables import Message
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.calls import add_waiting_call
from tests.support.factory import Factory


async def test_call_is_part_of_its_message_and_decided_once_by_name(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    room = await make.room({Role.MASTER: aiko})
    answer = await make.message(room, None, "So", asked_by_id=aiko.user_id)
    api = clients(token)
    [message] = (await api.get(f"rooms/{room.id}/messages")).json()["items"]
    assert "tool_calls" not in message["ai"]
    async with make.work.begin() as ctx:
        call = await add_waiting_call(ctx, await ctx.db.get_one(Message, answer.id))
    shown = {"id": str(call.id), "tool": "test/send", "label": "Send", "arguments": '{"to": "ben"}'}
    [message] = (await api.get(f"rooms/{room.id}/messages")).json()["items"]
    assert message["ai"]["tool_calls"] == [shown | {"status": "waiting"}]
    approved = (await api.post(f"tool-calls/{call.id}/approve")).json()
    [after] = approved["ai"]["tool_calls"]
    assert (after["status"], after["by"]["id"]) == ("running", str(aiko.user_id))
    for decide in ("approve", "refuse"):
        error(await api.post(f"tool-calls/{call.id}/{decide}"), 409, "tool_call_decided")
    whole = (await api.get(f"tool-calls/{call.id}")).json()
    assert (whole["message_id"], whole["name"], whole["result"]) == (str(answer.id), "send", "")
    assert whole["by"]["id"] == str(aiko.user_id)
    await api.delete(f"messages/{answer.id}")
    error(await api.get(f"tool-calls/{call.id}"), 404, "tool_call_not_found")


async def test_unknown_call_and_no_session(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    room = await make.room({Role.MASTER: aiko})
    answer = await make.message(room, None, "So", asked_by_id=aiko.user_id)
    async with make.work.begin() as ctx:
        call = await add_waiting_call(ctx, await ctx.db.get_one(Message, answer.id))
    error(await clients(token).get("tool-calls/nonsense"), 404, "tool_call_not_found")
    error(await clients().get(f"tool-calls/{call.id}"), 401, "not_signed_in")
