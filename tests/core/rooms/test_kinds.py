"""The kinds of rooms, and the list of a person's rooms that depends on them."""

from typing import Any

from chat_app.core.ai.asking.commands import start_chat
from chat_app.core.direct.commands import start_direct_chat, start_group_chat
from chat_app.core.invitations.links import create_invite_link, join_by_link
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.ids import new_id
from chat_app.core.live.arrival import all_rooms_ops, arrival
from chat_app.core.rooms.commands import create_room, mark_favorite, update_room
from chat_app.core.rooms.members import remove_member
from chat_app.core.rooms.queries import my_rooms
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def listed(do: Do, actor: Actor) -> list[Any]:
    """The actor's rooms as the list has them."""
    _, op = await do(actor, all_rooms_ops)
    return op["rooms"]


async def kind(do: Do, actor: Actor) -> str:
    [access] = await do(actor, my_rooms)
    return access.room.kind


async def test_private_chat_becomes_a_room_when_a_second_person_joins(make: Factory, do: Do) -> None:
    aiko, ben = await make.actor(), await make.actor()
    room = await do(aiko, start_chat, "What do rivers carry?", nonce=new_id())
    assert await kind(do, aiko) == "chat"
    link = await do(aiko, create_invite_link, room.id)
    await do(ben, join_by_link, link.token)
    assert await kind(do, aiko) == await kind(do, ben) == "room"
    await do(aiko, remove_member, room.id, ben.user_id)
    assert await kind(do, aiko) == "room"


async def test_kind_follows_how_a_room_was_begun(make: Factory, do: Do) -> None:
    aiko, ben = await make.actor(), await make.actor()
    username = ben.person.username
    begun = {
        "room": (await do(aiko, create_room, name="Tea")).room,
        "group": (await do(aiko, start_group_chat, [username])).room,
        "direct": (await do(aiko, start_direct_chat, username)).room,
    }
    assert {name: room.kind for name, room in begun.items()} == {name: name for name in begun}


async def test_group_chat_without_a_name_is_listed_with_the_names_of_the_others(make: Factory, do: Do) -> None:
    aiko, ben, chloe = [await make.actor(name=name) for name in ("Aiko", "Ben", "Chloé")]
    usernames = [each.person.username for each in (ben, chloe)]
    room = (await do(aiko, start_group_chat, usernames)).room
    assert {name for [each] in [await listed(do, aiko)] for name in each["names"]} == {"Ben", "Chloé"}
    assert {name for [each] in [await listed(do, ben)] for name in each["names"]} == {"Aiko", "Chloé"}
    await do(aiko, update_room, room.id, name="Lunch")
    [each] = await listed(do, aiko)
    assert (each["name"], each.get("names")) == ("Lunch", None)


async def test_favorite_is_one_persons_own_and_always_listed(make: Factory, do: Do) -> None:
    aiko, ben = await make.actor(), await make.actor()
    places = await make.rooms(aiko, 100)
    await make.join(places[-1], ben)
    await do(aiko, mark_favorite, places[-1].id, on=True)
    arrived = await do(aiko, arrival)
    assert arrived
    [rooms] = [op["rooms"] for op in arrived.ops if op["t"] == "rooms"]
    assert [each["id"] for each in rooms if each.get("favorite")] == [str(places[-1].id)]
    assert not [each for each in await listed(do, ben) if each.get("favorite")]
    await do(aiko, mark_favorite, places[-1].id, on=False)
    assert not [each for each in await listed(do, aiko) if each.get("favorite")]


async def test_archived_rooms_do_not_push_others_from_the_list(make: Factory, do: Do) -> None:
    aiko = await make.actor()
    places = await make.rooms(aiko, 60)
    for room in places[:40]:
        await make.archive(room)
    arrived = await do(aiko, arrival)
    assert arrived
    [rooms] = [op["rooms"] for op in arrived.ops if op["t"] == "rooms"]
    assert {str(room.id) for room in places[40:]} <= {each["id"] for each in rooms}
