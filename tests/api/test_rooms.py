"""Rooms and invitations over HTTP."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.wire import ModelJson
from chat_app.core.messages.reading.receipts import mark_read
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory
from tests.support.notes import room_notes
from tests.support.use_cases import Do


async def test_a_room_from_beginning_to_end(clients: Clients, make: Factory):
    actor, token = await make.signed_in()
    client = clients(token)
    made = await client.post("rooms", json={"name": " Design  review ", "description": "Weekly"})
    assert made.status_code == 201
    room = made.json()
    assert (room["name"], room["description"], room["role"], room["ai_rule"]) == (
        "Design review",
        "Weekly",
        "master",
        "mentioned",
    )
    assert "delete_room" in room["can"]
    url = f"rooms/{room['id']}"

    renamed = (await client.patch(url, json={"name": "Review"})).json()
    assert (renamed["name"], renamed["description"]) == ("Review", "Weekly")
    assert renamed["rev"] == room["rev"] + 2, "a line says it"
    assert (await client.get(url)).json() == renamed
    assert (await client.get("rooms")).json() == {"items": [renamed], "next": ""}
    [member] = (await client.get(f"{url}/members")).json()["items"]
    assert member == actor.person.as_json() | {"role": "master"}

    archived = (await client.post(f"{url}/archive")).json()
    assert archived["archived"]
    assert "send" not in archived["can"]
    error(await client.post(f"{url}/messages", json={"text": "Hello"}), 409, "room_archived")
    assert not (await client.post(f"{url}/unarchive")).json()["archived"]

    assert (await client.delete(url)).status_code == 204
    error(await client.get(url), 404, "room_not_found")
    assert (await client.get("rooms")).json() == {"items": [], "next": ""}


async def test_reading_clears_the_unread(clients: Clients, make: Factory):
    master, token = await make.signed_in()
    room = await make.room({Role.MASTER: master})
    for _ in range(3):
        await make.message(room, None)
    client = clients(token)
    assert (await client.get(f"rooms/{room.id}")).json()["unread"] == 3
    for seq, unread in ((2, 1), (1, 1), (2**53, 0)):
        assert (await client.post(f"rooms/{room.id}/read", json={"seq": seq})).status_code == 204
        assert (await client.get(f"rooms/{room.id}")).json()["unread"] == unread


async def test_deleted_messages_do_not_count_as_unread(clients: Clients, make: Factory, do: Do):
    author, author_token = await make.signed_in()
    reader, token = await make.signed_in()
    room = await make.room({Role.MASTER: author, Role.MEMBER: reader})
    said = [await do(author, post_message, room.id, f"Hello @{reader.person.username}") for _ in range(4)]

    async def unread() -> list[int]:
        client = clients(token)
        whole = [(await client.get(f"rooms/{room.id}")).json(), *(await client.get("rooms")).json()["items"]]
        return [each["unread"] for each in whole]

    async def notes() -> tuple[list[int], list[int]]:
        told = (await do(reader, room_notes))[room.id]
        return told.mentions, told.deleted

    await do(reader, mark_read, room.id, 1)
    assert (await unread(), await notes()) == ([3, 3], ([2, 3, 4], []))
    for at in (0, 1, 3):
        await clients(author_token).delete(f"messages/{said[at].id}")
    assert (await unread(), await notes()) == ([1, 1], ([3], [2, 4]))
    changed = await clients(author_token).patch(f"rooms/{room.id}", json={"name": "Tea"})
    assert changed.json()["unread"] == 0
    await do(reader, mark_read, room.id, 4)
    assert (await unread(), await notes()) == ([0, 0], ([], [5])), "the line that says the new name"


async def test_master_leaves_last_and_the_room_is_gone(clients: Clients, make: Factory):
    master, master_token = await make.signed_in()
    member, member_token = await make.signed_in()
    room = await make.room({Role.MASTER: master, Role.MEMBER: member})
    error(await clients(master_token).post(f"rooms/{room.id}/leave"), 409, "master_must_transfer")
    assert (await clients(member_token).post(f"rooms/{room.id}/leave")).status_code == 204
    error(await clients(member_token).get(f"rooms/{room.id}"), 404, "room_not_found")
    assert (await clients(master_token).post(f"rooms/{room.id}/leave")).status_code == 204


async def test_the_ai_of_a_room_is_chosen_among_what_is_offered(clients: Clients, make: Factory):
    master, token = await make.signed_in()
    room = await make.room({Role.MASTER: master})
    client = clients(token)
    assert (await client.patch("models", json={"id": "demo", "favorite": True})).status_code == 204
    models = (await client.get("models")).json()["items"]
    assert [model["favorite"] for model in models] == [True]
    assert models[0].keys() == ModelJson.__annotations__.keys()
    changed = await client.patch(f"rooms/{room.id}/ai", json={"rule": "always", "model": models[0]["id"]})
    assert (changed.json()["ai_rule"], changed.json()["ai_model"]) == ("always", models[0]["id"])
    assert (await client.patch(f"rooms/{room.id}/ai", json={"model": ""})).json()["ai_model"] is None
    for model in ("gpt-99", "a\x00b"):
        error(await client.patch(f"rooms/{room.id}/ai", json={"model": model}), 422, "model_not_offered")
    refused = await client.patch(f"rooms/{room.id}/ai", json={"rule": "sometimes"})
    assert error(refused, 422, "choice_invalid") == {"field": "ai_rule"}


async def test_an_invite_link_from_beginning_to_end(clients: Clients, make: Factory):
    master, token = await make.signed_in()
    _, joiner = await make.signed_in()
    room = await make.room({Role.MASTER: master}, name="Tea", description="and cake")
    links = f"rooms/{room.id}/invite-links"
    made = await clients(token).post(links, json={"role": "guest", "hours": 24, "max_uses": 5})
    assert made.status_code == 201
    link = made.json()
    assert (await clients(token).get(links)).json() == {"items": [link], "next": ""}

    seen = await clients().get(f"invitations/{link['token']}")
    assert seen.json() == {"name": "Tea", "description": "and cake", "role": "guest", "members": 1, "waiting": False}
    error(await clients().post(f"invitations/{link['token']}/join"), 401, "not_signed_in")
    joined = (await clients(joiner).post(f"invitations/{link['token']}/join")).json()
    assert (joined["id"], joined["role"]) == (str(room.id), "guest")

    assert (await clients(token).delete(f"{links}/{link['id']}")).status_code == 204
    assert (await clients(token).get(links)).json() == {"items": [], "next": ""}
    error(await clients().get(f"invitations/{link['token']}"), 404, "invite_link_not_found")
    error(await clients(token).delete(f"{links}/{room.id}"), 404, "invite_link_not_found")


@pytest.mark.slow
async def test_guesses_of_invite_tokens_are_limited(clients: Clients):
    client = clients(address="198.51.100.7")
    codes = {(await client.get(f"invitations/guess{number}")).status_code for number in range(60)}
    assert codes == {404}
    more = [await client.get(f"invitations/guess{number}") for number in range(10)]
    error(more[-1], 429, "rate_limited")  # the first of them may pass where a new minute has begun meanwhile
