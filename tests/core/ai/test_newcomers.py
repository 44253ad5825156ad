"""The context for people who do not see all of a room."""

import pytest

from chat_app.core.ai.context.reading.given import given_context
from chat_app.core.kernel.actor import Actor
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import Ai
from tests.core.ai.test_asides import ask
from tests.core.ai.test_context import said
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor

SECRET, OPEN = "juniper", "clover"


@pytest.fixture
async def ben(make: Factory, room: Room, aiko: Actor) -> Actor:
    """A member who sees the second of two messages."""
    old = await make.message(room, aiko, SECRET)
    ben = await make.actor(name="Ben")
    await make.join(room, ben, sees_after=old.seq)
    await make.message(room, aiko, OPEN)
    return ben


async def test_a_question_is_answered_from_what_its_asker_sees(
    ai: Ai, do: Do, aiko: Actor, ben: Actor, room: Room, vendor: ScriptedVendor
):
    answer = await ai.ended(await ai.ask(ben, room, "@ai What is it?"))
    assert (SECRET in said(vendor), OPEN in said(vendor)) == (False, True)
    given = [await do(who, given_context, answer.id) for who in (aiko, ben)]
    assert [[each["reason"] for each in context["left_out"]] for context in given] == [["before_start"], []]
    await ai.ended(await ai.ask(aiko, room, "@ai And now?"))
    assert SECRET in said(vendor)


async def test_an_aside_knows_the_room_as_its_person_does(
    ai: Ai, do: Do, ben: Actor, room: Room, vendor: ScriptedVendor
):
    _, answer = await ask(ai, do, ben, room, "What is it?")
    await ai.ended(answer)
    assert (SECRET in said(vendor), OPEN in said(vendor)) == (False, True)
