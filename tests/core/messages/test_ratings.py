"""Ratings of answers."""

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.branches import choose_branch
from chat_app.core.ai.asking.commands import regenerate_answer, stop_answer
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.answer_tables import Rating
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.events import AnswerRated
from chat_app.core.messages.marks.ratings import REASON_MAX, rate_answer, unrate_answer
from chat_app.core.messages.queries import changes_since, history, marked_in
from chat_app.core.messages.tables import Message, Status
from chat_app.core.rooms.tables import Room
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


@pytest.fixture
async def aiko(make: Factory) -> Actor:
    return await make.actor()


@pytest.fixture
async def ben(make: Factory) -> Actor:
    return await make.actor()


@pytest.fixture
async def room(make: Factory, aiko: Actor, ben: Actor) -> Room:
    return await make.room({Role.MASTER: aiko, Role.READER: ben})


@pytest.fixture
async def answer(make: Factory, room: Room, aiko: Actor) -> Message:
    return await make.message(room, None, "Old", asked_by_id=aiko.user_id, model="one")


async def ratings(work: UnitOfWork) -> list[tuple[int, str, str, str | None]]:
    async with work.begin() as ctx:
        found = await ctx.db.scalars(select(Rating).order_by(Rating.id))
        return [(each.n, each.value, each.reason, each.model) for each in found]


async def test_each_person_has_one_rating_that_only_they_see(
    do: Do, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room, answer: Message, events: list[object]
):
    await do(ben, rate_answer, answer.id, "up")
    await do(ben, rate_answer, answer.id, "down", "  Too long\r\nand dull ")
    await do(ben, rate_answer, answer.id, "down")  # resent, which keeps the reason
    await do(aiko, rate_answer, answer.id, "up", "")
    assert await ratings(work) == [(1, "down", "Too long\nand dull", "one"), (1, "up", "", "one")]
    for page in (await do(ben, history, room.id), await do(ben, changes_since, room.id, 0)):
        assert page.rated == {str(answer.id): {"1": "down"}}
    assert await do(ben, marked_in, room.id) == ([], {str(answer.id): {"1": "down"}})
    told = [event for event in events if isinstance(event, AnswerRated) and event.user_id == ben.user_id]
    assert [event.value for event in told] == ["up", "down", "down"]
    await do(ben, rate_answer, answer.id, "up")
    assert (await ratings(work))[0][1:3] == ("up", "")  # another rating has not that reason


async def test_rating_is_taken_back(do: Do, work: UnitOfWork, ben: Actor, room: Room, answer: Message):
    await do(ben, rate_answer, answer.id, "up")
    for _ in range(2):
        await do(ben, unrate_answer, answer.id)
    assert await ratings(work) == []
    assert (await do(ben, history, room.id)).rated == {}


async def test_rating_belongs_to_the_text_that_was_rated(
    do: Do, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room, answer: Message
):
    await do(ben, rate_answer, answer.id, "up")
    await do(aiko, regenerate_answer, answer.id)
    with refused("nothing_to_rate"):
        await do(ben, rate_answer, answer.id, "down")  # which is not there yet
    await do(aiko, stop_answer, answer.id)
    async with work.begin() as ctx:
        new = await ctx.db.get_one(Message, answer.id)
        new.text, new.model, new.status = "New", "two", Status.COMPLETE
    await do(ben, rate_answer, answer.id, "down")
    await do(ben, rate_answer, answer.id, "down", "Worse", n=1)
    assert await ratings(work) == [(1, "down", "Worse", "one"), (2, "down", "", "two")]
    await do(aiko, choose_branch, answer.id, 1)
    await do(ben, unrate_answer, answer.id)
    assert (await do(ben, history, room.id)).rated == {str(answer.id): {"2": "down"}}
    for n in (3, 0, 2**40):
        with refused("branch_not_found"):
            await do(ben, rate_answer, answer.id, "up", n=n)


async def test_invalid_rating_is_refused(do: Do, make: Factory, aiko: Actor, ben: Actor, room: Room, answer: Message):
    with refused("rating_invalid"):
        await do(ben, rate_answer, answer.id, "sideways")
    with refused("rating_invalid"):
        await do(ben, rate_answer, answer.id, "down", "x" * (REASON_MAX + 1))
    with refused("nothing_to_rate"):
        await do(ben, rate_answer, (await make.message(room, aiko, "Hello")).id, "up")
    await do(aiko, delete_message, answer.id)
    with refused("message_deleted"):
        await do(ben, rate_answer, answer.id, "up")
