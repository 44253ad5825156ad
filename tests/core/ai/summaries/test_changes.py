"""Summaries are deleted with the first change of a message that they cover."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from chat_app.core.ai.asking.commands import regenerate_answer
from chat_app.core.ai.events import WindowOverflowed
from chat_app.core.ai.preview.context import start_context_at
from chat_app.core.ai.summaries.summariser import Summariser
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.answer_tables import MessageContextSummary
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.marks.commands import exclude_from_ai, pin_for_ai, react
from chat_app.core.messages.tables import Message
from chat_app.core.personal.commands import delete_account
from chat_app.core.rooms.commands import delete_room
from chat_app.core.rooms.events import RoomChanged
from chat_app.core.rooms.tables import Room
from chat_app.worker.summaries import SummaryWorker
from tests.core.ai.conftest import Ai
from tests.core.ai.summaries.conftest import costs_of, summary_of
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow

Change = Callable[[Do, Actor, list[Message]], Awaitable[object]]


CHANGES: dict[str, Change] = {
    "edit": lambda do, aiko, talk: do(aiko, edit_message, talk[5].id, "Otherwise"),
    "hide": lambda do, aiko, talk: do(aiko, exclude_from_ai, talk[5].id),
    "delete": lambda do, aiko, talk: do(aiko, delete_message, talk[5].id),
    "cutoff within": lambda do, aiko, talk: do(aiko, start_context_at, talk[5].id),
    "cutoff after": lambda do, aiko, talk: do(aiko, start_context_at, talk[15].id),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
async def test_summary_is_deleted_when_a_covered_message_changes(
    change: Change, do: Do, aiko: Actor, room: Room, talk: list[Message], summariser: Summariser, events: list[object]
):
    await summariser.summarise(room.id, talk[9].id)
    await change(do, aiko, talk)
    assert await summary_of(do, room) is None
    assert [each.room.ai_summary_seq for each in events if isinstance(each, RoomChanged)][-1] is None


async def test_summary_stays_when_other_messages_change(
    do: Do, aiko: Actor, room: Room, talk: list[Message], summariser: Summariser
):
    await summariser.summarise(room.id, talk[9].id)
    row = await summary_of(do, room)
    await do(aiko, edit_message, talk[10].id, "Otherwise")
    await do(aiko, delete_message, talk[11].id)
    await do(aiko, react, talk[5].id, "👍")
    await do(aiko, pin_for_ai, talk[5].id)
    assert (await summary_of(do, room)).id == row.id


async def test_a_summary_of_a_regenerated_answer_goes(
    ai: Ai, do: Do, aiko: Actor, room: Room, make: Factory, summariser: Summariser
):
    answer = await ai.ended(await ai.ask(aiko, room, "Well? [[say Yes.]]"))
    last = await make.message(room, aiko, "Good.")
    await summariser.summarise(room.id, last.id)
    assert (await summary_of(do, room)).messages == 3
    await ai.ended(await do(aiko, regenerate_answer, answer.id))
    assert await summary_of(do, room) is None


async def test_summary_is_deleted_with_the_account_of_an_author(
    make: Factory, do: Do, aiko: Actor, room: Room, summariser: Summariser
):
    ben = await make.actor(username="ben")
    await make.join(room, ben)
    said = await make.message(room, ben, "I am Ben.")
    await make.message(room, aiko, "Hello Ben.")
    await summariser.summarise(room.id, said.id)
    assert await summary_of(do, room) is not None
    await do(ben, delete_account, PASSWORD)
    assert await summary_of(do, room) is None


async def test_summary_is_deleted_with_its_room(
    do: Do, aiko: Actor, room: Room, talk: list[Message], summariser: Summariser
):
    await summariser.summarise(room.id, talk[9].id)
    await do(aiko, delete_room, room.id)
    async with do.work.begin() as ctx:
        await ctx.db.delete(await ctx.db.get_one(Room, room.id))
    async with do.work.begin() as ctx:
        assert not (await ctx.db.scalars(select(MessageContextSummary))).all()


MEANWHILE: dict[str, Change] = {
    **CHANGES,
    "show": lambda do, aiko, talk: do(aiko, exclude_from_ai, talk[6].id, on=False),
}


@pytest.mark.parametrize("change", MEANWHILE.values(), ids=list(MEANWHILE))
async def test_unfinished_summary_is_discarded_after_a_change(
    change: Change,
    do: Do,
    aiko: Actor,
    room: Room,
    talk: list[Message],
    summariser: Summariser,
    vendor: ScriptedVendor,
    make: Factory,
):
    await do(aiko, exclude_from_ai, talk[6].id)
    late = await make.message(room, aiko, "[[summary late Too late.]]")
    worker = SummaryWorker(summariser)
    await worker.on_event(WindowOverflowed(room.id, late.id))
    await until(lambda: vendor.requests)
    await change(do, aiko, talk)
    making = list(worker._making.values())
    vendor.release()
    for each in making:
        await each
    assert await summary_of(do, room) is None
    assert len(await costs_of(do, room)) == 1


async def test_unrelated_change_does_not_discard_summary_under_construction(
    do: Do, aiko: Actor, room: Room, talk: list[Message], summariser: Summariser, vendor: ScriptedVendor, make: Factory
):
    late = await make.message(room, aiko, "[[summary late In time.]]")
    worker = SummaryWorker(summariser)
    await worker.on_event(WindowOverflowed(room.id, late.id))
    await until(lambda: vendor.requests)
    await do(aiko, react, talk[5].id, "👍")
    await do(aiko, pin_for_ai, talk[6].id)
    making = list(worker._making.values())
    vendor.release()
    for each in making:
        await each
    assert (await summary_of(do, room)).text == "In time."
