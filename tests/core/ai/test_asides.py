"""Asides: a person's private questions to the AI about a room."""

import asyncio

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.asking.publishing import publish_message
from chat_app.core.ai.context.reading.given import given_context
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.context import preview_context
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.marks.commands import exclude_from_ai
from chat_app.core.messages.queries import history
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.access import RoomAccess
from chat_app.core.rooms.asides import open_aside
from chat_app.core.rooms.commands import delete_room, leave_room, update_room
from chat_app.core.rooms.events import RoomRead
from chat_app.core.rooms.members import change_role, remove_member
from chat_app.core.rooms.queries import my_rooms
from chat_app.core.rooms.tables import Room
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.core.ai.conftest import MODEL, Ai
from tests.core.ai.test_context import said
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow

MODEL_INFO = ModelInfo(MODEL, "Scripted", "Vendor", context_window=8_000, max_output=1_000)


@pytest.fixture
async def ben(make: Factory, room: Room) -> Actor:
    """A member of the room."""
    ben = await make.actor(name="Ben")
    await make.join(room, ben)
    return ben


async def ask(ai: Ai, do: Do, who: Actor, room: Room, text: str) -> tuple[RoomAccess, MessageView]:
    """Ask in the person's aside of the room; return the aside and the answer."""
    aside = await do(who, open_aside, room.id)
    return aside, await ai.ended(await ai.ask(who, aside.room, text))


async def test_the_model_is_given_the_room_and_the_aside_in_order(
    ai: Ai, do: Do, aiko: Actor, ben: Actor, room: Room, vendor: ScriptedVendor
):
    await do(aiko, set_ai, [], room.id, rule="mentioned", instructions="Speak like a sailor")
    await do(ben, post_message, room.id, "The budget is 500")
    hidden = await do(ben, post_message, room.id, "My salary is a secret")
    await do(ben, exclude_from_ai, hidden.id)
    aside, answer = await ask(ai, do, aiko, room, "What is the budget? [[tokens 3]]")
    told = said(vendor)
    assert told.index("sailor") < told.index("budget is 500") < told.index("What is the budget?")
    assert "salary" not in told
    await do(ben, post_message, room.id, "Now it is 700")
    await ai.ended(await ai.ask(aiko, aside.room, "And now? [[tokens 3]]"))
    told = said(vendor)
    assert told.index("What is the budget?") < told.index(answer.text) < told.index("700") < told.index("And now?")
    given = await do(aiko, given_context, answer.id)
    assert given["left_out"] == [{"id": str(hidden.id), "reason": "hidden"}]
    shown = await do(aiko, preview_context, [MODEL_INFO], aside.room.id)
    assert (shown["messages"], shown["instructions"]) == (6, "Speak like a sailor")


async def test_aside_is_invisible_to_others(ai: Ai, do: Do, aiko: Actor, ben: Actor, room: Room):
    before = await do(ben, history, room.id)
    aside, answer = await ask(ai, do, aiko, room, "A very private pineapple [[say pineapple]]")
    after = await do(ben, history, room.id)
    assert (after.rev, after.messages) == (before.rev, before.messages)
    for use_case in (history, open_aside, delete_room, leave_room):
        with refused("room_not_found"):
            await do(ben, use_case, aside.room.id)
    with refused("message_not_found"):
        await do(ben, delete_message, answer.id)
    with refused("message_not_found"):
        await do(ben, publish_message, answer.id)
    assert (await do(ben, search_messages, SearchFilter("pineapple"))).hits == []
    assert len((await do(aiko, search_messages, SearchFilter("pineapple"))).hits) == 2
    own, other = await do(aiko, open_aside, room.id), await do(ben, open_aside, room.id)
    assert own.room.id == aside.room.id != other.room.id
    assert aside.room.id not in [each.room.id for each in await do(aiko, my_rooms)]


async def test_private_questions_of_others_are_not_in_context(
    ai: Ai, do: Do, aiko: Actor, ben: Actor, room: Room, vendor: ScriptedVendor
):
    await ask(ai, do, aiko, room, "A very private pineapple [[tokens 3]]")
    await ask(ai, do, ben, room, "What is new? [[tokens 3]]")
    assert "pineapple" not in said(vendor)
    await do(aiko, set_ai, [], room.id, rule="always")
    await ai.ended(await ai.ask(aiko, room, "Hello all [[tokens 3]]"))
    assert "pineapple" not in said(vendor)


async def test_question_and_answer_are_published_once_each(ai: Ai, do: Do, aiko: Actor, ben: Actor, room: Room):
    await do(aiko, set_ai, [], room.id, rule="always")
    aside, answer = await ask(ai, do, aiko, room, "@Ben, what is it? [[say It is four]]")
    question = (await do(aiko, history, aside.room.id)).messages[0]
    for message in (question, answer, answer, question):
        await do(aiko, publish_message, message.id)
    published = (await do(ben, history, room.id)).messages
    assert [each.text for each in published] == [question.text, "It is four"]
    assert published[0].author == aiko.person
    assert not published[0].mentions
    assert published[1].answer
    assert (published[1].answer.model, published[1].answer.asker) == (answer.answer.model, aiko.person)
    assert [each.seq for each in published] == [1, 2]
    assert len((await do(ben, search_messages, SearchFilter("four"))).hits) == 2  # as the question has the word too


async def test_published_message_is_read_in_all_tabs_of_author(ai: Ai, do: Do, aiko: Actor, ben: Actor, room: Room):
    _, answer = await ask(ai, do, aiko, room, "What is 2 + 2? [[say It is four]]")
    published = await do(aiko, publish_message, answer.id)
    last = [event for event in ai.events if isinstance(event, MessageChanged | RoomRead)][-2:]
    assert [type(event) for event in last] == [MessageChanged, RoomRead]
    assert (last[1].room_id, last[1].user_id, last[1].seq) == (room.id, aiko.user_id, published.seq)


async def test_only_messages_with_content_in_aside_are_published(ai: Ai, do: Do, aiko: Actor, room: Room):
    _, answer = await ask(ai, do, aiko, room, "Hello [[tokens 3]]")
    await do(aiko, delete_message, answer.id)
    with refused("nothing_to_publish"):
        await do(aiko, publish_message, answer.id)
    public = await do(aiko, post_message, room.id, "Everybody sees this")
    with refused("nothing_to_publish"):
        await do(aiko, publish_message, public.id)


async def test_publishing_takes_the_right_to_send_and_waits_in_slow_mode(
    ai: Ai, do: Do, aiko: Actor, ben: Actor, room: Room
):
    _, answer = await ask(ai, do, ben, room, "Hello [[tokens 3]]")
    await do(aiko, update_room, room.id, slow_seconds=60)
    await do(ben, post_message, room.id, "I have just said something")
    with refused("slow_mode"):
        await do(ben, publish_message, answer.id)
    await do(aiko, change_role, room.id, ben.user_id, Role.READER)
    with refused("not_allowed"):
        await do(ben, publish_message, answer.id)


async def test_aside_needs_permission_to_ask_in_room(ai: Ai, do: Do, aiko: Actor, ben: Actor, room: Room):
    aside, _ = await ask(ai, do, ben, room, "Hello [[tokens 3]]")
    await do(aiko, set_ai, [], room.id, rule="never")
    with refused("ai_off"):
        await do(ben, post_message, aside.room.id, "Hello?")
    with refused("ai_off"):
        await do(ben, open_aside, room.id)
    await do(aiko, set_ai, [], room.id, rule="mentioned")
    await do(aiko, change_role, room.id, ben.user_id, Role.GUEST)
    with refused("not_allowed"):
        await do(ben, post_message, aside.room.id, "Hello?")
    with refused("not_allowed"):
        await do(ben, open_aside, room.id)
    assert len((await do(ben, history, aside.room.id)).messages) == 2


@pytest.mark.parametrize("leaves", [True, False])
async def test_former_member_has_no_aside_until_return(
    ai: Ai, do: Do, make: Factory, aiko: Actor, ben: Actor, room: Room, leaves: bool
):
    aside, answer = await ask(ai, do, ben, room, "A private pineapple [[tokens 3]]")
    await do(ben, leave_room, room.id) if leaves else await do(aiko, remove_member, room.id, ben.user_id)
    with refused("room_not_found"):
        await do(ben, history, aside.room.id)
    with refused("message_not_found"):
        await do(ben, publish_message, answer.id)
    assert (await do(ben, search_messages, SearchFilter("pineapple"))).hits == []
    await make.join(room, ben)
    assert (await do(ben, open_aside, room.id)).room.id == aside.room.id
    assert len((await do(ben, history, aside.room.id)).messages) == 2


async def test_with_the_room_its_asides_are_deleted(ai: Ai, do: Do, aiko: Actor, room: Room):
    aside, _ = await ask(ai, do, aiko, room, "Hello [[tokens 3]]")
    await do(aiko, delete_room, room.id)
    with refused("room_not_found"):
        await do(aiko, history, aside.room.id)


async def test_deleted_aside_is_replaced_by_empty_one(ai: Ai, do: Do, aiko: Actor, room: Room):
    aside, _ = await ask(ai, do, aiko, room, "Hello [[tokens 3]]")
    await do(aiko, delete_room, aside.room.id)
    anew = await do(aiko, open_aside, room.id)
    assert anew.room.id != aside.room.id
    assert (await do(aiko, history, anew.room.id)).messages == []


async def test_an_aside_is_called_as_its_room(do: Do, aiko: Actor, room: Room):
    await do(aiko, open_aside, room.id)
    await do(aiko, update_room, room.id, name="Herbs")
    assert (await do(aiko, open_aside, room.id)).room.name == "Herbs"


async def test_an_aside_has_no_aside(do: Do, aiko: Actor, room: Room):
    aside = await do(aiko, open_aside, room.id)
    with refused("no_aside_here"):
        await do(aiko, open_aside, aside.room.id)


async def test_two_requests_at_once_open_one(do: Do, aiko: Actor, room: Room):
    both = await asyncio.gather(do(aiko, open_aside, room.id), do(aiko, open_aside, room.id))
    assert both[0].room.id == both[1].room.id
