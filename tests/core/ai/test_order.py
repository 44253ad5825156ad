"""In a room, the answers of one model come one after another."""

import asyncio
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers.beginning import begin_run
from chat_app.core.ai.answers.writing.writer import LOOKS
from chat_app.core.ai.asking.commands import regenerate_answer, stop_answer
from chat_app.core.ai.runs.changing import claim_runs
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.commands import set_room_ai
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import LONG, MODEL, Ai
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow

HELD = "[[hold 1]] [[say First words]]"


@pytest.fixture
def held_vendor(vendor: ScriptedVendor) -> Iterator[ScriptedVendor]:
    yield vendor
    vendor.hold()


async def test_a_question_waits_and_its_prompt_has_the_answer_before(
    ai: Ai, aiko: Actor, room: Room, held_vendor: ScriptedVendor
):
    first = await ai.ask(aiko, room, HELD)
    await ai.grown(first)
    second = await ai.ask(aiko, room, "[[say Second]]")
    third = await ai.ask(aiko, room, "[[say Third]]")
    assert len(held_vendor.requests) == 1
    assert ai.told(second).answer.status == ai.told(third).answer.status == "queued"
    held_vendor.release()
    assert (await ai.ended(third)).text == "Third"
    said = [[text for role, text in request.turns if role == "assistant"] for request in held_vendor.requests]
    assert said == [[], ["First words"], ["First words", "Second"]]


@pytest.mark.parametrize("how", ["stopped", "deleted", "failed", "stopped in the queue"])
async def test_every_end_of_an_answer_lets_the_next_begin(ai: Ai, aiko: Actor, room: Room, how: str):
    first = await ai.ask(aiko, room, "[[cut 3]]" if how == "failed" else LONG)
    between = await ai.ask(aiko, room, LONG if how == "stopped in the queue" else "[[say Between]]")
    last = await ai.ask(aiko, room, "[[say Last]]")
    if how == "stopped in the queue":
        await ai.do(aiko, stop_answer, between.id)
    if how != "failed":
        await ai.grown(first)
        await ai.do(aiko, delete_message if how == "deleted" else stop_answer, first.id)
    assert (await ai.ended(last)).text == "Last"


async def test_a_regenerated_answer_waits_too(ai: Ai, aiko: Actor, room: Room):
    first = await ai.ended(await ai.ask(aiko, room, "[[say First]]"))
    second = await ai.ask(aiko, room, LONG)
    await ai.grown(second)
    await ai.do(aiko, regenerate_answer, first.id)
    third = await ai.ask(aiko, room, "[[say Third]]")
    assert ai.told(first).answer.status == "queued"
    await ai.do(aiko, stop_answer, second.id)
    await ai.ended(third)
    ends = [e.message.id for e in ai.events if isinstance(e, MessageChanged) and e.message.text in {"First", "Third"}]
    assert ends == [first.id, first.id, third.id]


async def test_other_rooms_and_other_models_do_not_wait(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, make: Factory, do: Do
):
    ai, another = new_ai(), await make.room({Role.MASTER: aiko}, ai_rule="always")
    await ai.ask(aiko, room, "One")
    [_, here] = await ai.ask(aiko, room, "Two"), await ai.ask(aiko, another, "Elsewhere")
    await do(aiko, set_room_ai, room.id, model=MODEL)
    await ai.ask(aiko, room, "Three")  # of the default by its name
    await do(aiko, set_room_ai, room.id, model="vllm/another")
    other_model = await ai.ask(aiko, room, "Four")
    claimed = await ai.writer.claim(10)
    assert len(claimed) == 3
    assert {here.answer.run, other_model.answer.run} < set(claimed)
    assert await ai.writer.claim(10) == []


async def test_a_claim_that_is_not_committed_keeps_the_next_back(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, work: UnitOfWork, make: Factory
):
    ai, another = new_ai(), await make.room({Role.MASTER: aiko}, ai_rule="always")
    first, second = await ai.ask(aiko, room, "One"), await ai.ask(aiko, room, "Two")
    elsewhere = await ai.ask(aiko, another, "Three")
    async with work.begin() as one:
        assert list(await claim_runs(one, 1)) == [first.answer.run]
        async with work.begin() as two:
            assert list(await claim_runs(two, 10)) == [elsewhere.answer.run]
    await ai.do(aiko, stop_answer, second.id)


@pytest.mark.parametrize("begun", [True, False])
async def test_the_run_of_a_dead_process_keeps_the_next_back_until_it_is_given_up(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, work: UnitOfWork, begun: bool
):
    ai = new_ai()
    first, second = await ai.ask(aiko, room, "[[say One]]"), await ai.ask(aiko, room, "[[say Two]]")
    async with work.begin() as ctx:
        [dead] = await claim_runs(ctx, 10)
    if begun:
        await ai.do(None, begin_run, dead, MODEL)
    for _ in range(LOOKS):
        assert await ai.writer.claim(10) == []
        await ai.writer.give_up_abandoned()
    assert await ai.writer.claim(10) == [(second if begun else first).answer.run]


class Overlaps:
    """Record, from published events, which answers were written at the same time in one room."""

    def __init__(self) -> None:
        self.written: dict[UUID, set[UUID]] = {}
        self.found: list[MessageView] = []

    async def on_event(self, event: object) -> None:
        """Note an answer that begins or ends."""
        if not isinstance(event, MessageChanged) or not event.message.answer:
            return
        now = self.written.setdefault(event.message.room_id, set())
        if event.message.answer.status == "streaming":
            now.add(event.message.id)
        else:
            now.discard(event.message.id)
        if len(now) > 1:
            self.found.append(event.message)


async def test_two_processes_keep_the_order_of_each_room(
    new_ai: Callable[..., Ai], other: Ai, aiko: Actor, make: Factory, vendor: ScriptedVendor, work: UnitOfWork
):
    ai, overlaps = new_ai(), Overlaps()
    work.listeners.append(overlaps.on_event)
    other.do.work.listeners.append(overlaps.on_event)
    rooms = [await make.room({Role.MASTER: aiko}, ai_rule="always", name=f"Room {n}") for n in range(3)]
    old = [await make.message(room, None, "Old", asked_by_id=aiko.user_id) for room in rooms]
    await asyncio.gather(ai.start(), other.start())
    answers = []
    for n in range(6):
        for room in rooms:
            answers.append(await ai.ask(aiko, room, f"[[say {room.name} answer {n}]]"))
        if n == 2:
            await asyncio.gather(*(ai.do(aiko, regenerate_answer, message.id) for message in old))
        await ai.do(aiko, stop_answer, answers[-1].id)
    await asyncio.gather(*(ai.ended(answer) for answer in answers))
    await ai.stop()
    assert overlaps.found == []
    told = [e.message for e in ai.events if isinstance(e, MessageChanged) and e.message.answer]
    for room in rooms:
        ends = [message.seq for message in told if message.room_id == room.id and message.answer.status == "complete"]
        assert [seq for seq in ends if seq > 1] == sorted(seq for seq in ends if seq > 1)
    assert await until(lambda: all(request.outcome for request in vendor.requests))
