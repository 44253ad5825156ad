"""Branches and ratings of answers, by REST."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.messages.answer_tables import MessageBranch
from chat_app.core.messages.tables import Message
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory


@pytest.mark.slow
async def test_branches_are_listed_and_chosen(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    room = await make.room({Role.MASTER: aiko})
    answer = await make.message(room, None, "Yes", asked_by_id=aiko.user_id, model="one")
    api = clients(token)
    alone = (await api.get(f"messages/{answer.id}/branches")).json()
    assert [(each["n"], each["text"], each["chosen"]) for each in alone["items"]] == [(1, "Yes", True)]
    [message] = (await api.get(f"rooms/{room.id}/messages")).json()["items"]
    assert "branches" not in message["ai"]
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(Message, answer.id)).branches = [1, 2]
        branch = {"text": "No", "model": "two", "status": "complete", "asked_by_id": aiko.user_id}
        ctx.db.add(MessageBranch(message_id=answer.id, n=2, created_at=ctx.now, **branch))
    chosen = (await api.post(f"messages/{answer.id}/branches/2/choose")).json()
    assert (chosen["text"], chosen["ai"]["model"]) == ("No", "two")
    assert (chosen["ai"]["branches"], chosen["ai"]["branch"]) == (2, 2)
    listed = (await api.get(f"messages/{answer.id}/branches")).json()
    assert [(each["n"], each["model"], each["chosen"]) for each in listed["items"]] == [
        (1, "one", False),
        (2, "two", True),
    ]
    error(await api.post(f"messages/{answer.id}/branches/3/choose"), 404, "branch_not_found")
    assert (await api.post(f"messages/{answer.id}/branches/0/choose")).status_code == 422
    question = await make.message(room, aiko, "Hello")
    error(await api.get(f"messages/{question.id}/branches"), 409, "not_an_answer")


async def test_ratings_are_given_changed_and_counted(clients: Clients, make: Factory):
    (aiko, token), (ben, other), (_, admin) = [await make.signed_in(is_admin=each) for each in (False, False, True)]
    room = await make.room({Role.MASTER: aiko, Role.READER: ben})
    answer = await make.message(room, None, "Yes", asked_by_id=aiko.user_id, model=f"model-{room.id}")
    api, path = clients(token), f"messages/{answer.id}/rating"
    assert (await api.put(path, json={"value": "down", "reason": "Too short"})).status_code == 204
    page = (await api.get(f"rooms/{room.id}/messages")).json()
    assert page["rated"] == {str(answer.id): {"1": "down"}}
    assert "rated" not in (await clients(other).get(f"rooms/{room.id}/messages")).json()
    found = (await clients(admin).get("admin/ratings", params={"model": answer.model})).json()
    assert found["models"] == [{"model": answer.model, "up": 0, "down": 1}]
    assert [each["reason"] for each in found["items"]] == ["Too short"]
    error(await api.put(path, json={"value": "sideways"}), 422, "rating_invalid")
    error(await api.put(path, json={"value": "down", "reason": "x" * 501}), 422, "rating_invalid")
    assert (await api.delete(path)).status_code == 204
    assert "rated" not in (await api.get(f"rooms/{room.id}/changes", params={"since": 0})).json()
