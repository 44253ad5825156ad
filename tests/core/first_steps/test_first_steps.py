"""The first steps tick off by facts, and the tour is one private room."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import regenerate_answer, start_chat
from chat_app.core.ai.errors import NotAnAnswer
from chat_app.core.first_steps.commands import dismiss_first_steps, take_tour
from chat_app.core.first_steps.queries import first_steps
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.invitations.personal import invite
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.queries import history
from chat_app.core.people.contacts import add_contact
from chat_app.core.rooms.commands import create_room, delete_room
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.queries import my_rooms
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def made(do: Do, actor: Actor) -> set[str]:
    steps = await do(actor, first_steps)
    assert steps is not None
    return {name for name in ("asked", "created", "invited", "met", "toured") if getattr(steps, name)}


async def test_each_step_is_made_by_doing_it_and_the_last_one_hides_them(do: Do, make: Factory):
    me, other = await make.actor(), await make.actor()
    await make.room({Role.MASTER: other, Role.MEMBER: me})
    assert await made(do, me) == set()
    await do(me, take_tour, "Tour", ["Hello"])
    assert await made(do, me) == {"toured"}
    chat = await do(me, start_chat, "Hello", nonce=new_id())
    assert await made(do, me) == {"toured", "asked"}
    room = (await do(me, create_room, name="Plans")).room
    assert (await do(me, first_steps)).room == room.id != chat.id
    await do(me, create_invite_link, room.id)
    assert await made(do, me) == {"toured", "asked", "created", "invited"}
    await do(me, add_contact, other.person.username)
    assert await do(me, first_steps) is None
    assert await made(do, other) == {"created"}


async def test_an_invitation_of_a_person_counts_too(do: Do, make: Factory):
    me, other = await make.actor(), await make.actor()
    room = (await do(me, create_room, name="Plans")).room
    await do(me, invite, room.id, other.person.username)
    assert await made(do, me) == {"created", "invited"}


async def test_dismissed_steps_stay_away_for_this_person(do: Do, make: Factory):
    me, other = await make.actor(), await make.actor()
    await do(me, dismiss_first_steps)
    assert await do(me, first_steps) is None
    assert await made(do, other) == set()


async def test_the_tour_is_one_private_room_that_is_found_and_can_be_deleted(do: Do, make: Factory):
    me = await make.actor()
    first, again = [await do(me, take_tour, "Tour", ["Press everything", "Then rest"]) for _ in range(2)]
    [access] = await do(me, my_rooms)
    assert first.id == again.id == access.room.id
    page = await do(me, history, first.id)
    assert [(view.text, view.answer is not None) for view in page.messages] == [
        ("Press everything", True),
        ("Then rest", True),
    ]
    assert len((await do(me, search_messages, SearchFilter("everything"))).hits) == 1
    with pytest.raises(NotAnAnswer):
        await do(me, regenerate_answer, page.messages[0].id)
    await do(me, delete_room, first.id)
    with pytest.raises(RoomNotFound):
        await do(me, take_tour, "Tour", ["Press everything"])
    assert await made(do, me) == {"toured"}
