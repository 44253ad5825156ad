"""A connection with a limit of answers at once: the others wait, in order, and show how many come first."""

from collections.abc import Callable

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import stop_answer
from chat_app.core.ai.events import RunWaits
from chat_app.core.ai.runs.changing import claim_runs
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.live.snapshots import room_op, sync_op
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.commands import set_room_ai
from tests.core.ai.conftest import LONG, MODEL, Ai
from tests.support.calls import add_waiting_call
from tests.support.factory import Factory
from tests.support.use_cases import Do

LIMITS = {"vllm": 2}


async def test_runs_over_the_limit_wait_in_order_and_are_told_their_turn(
    new_ai: Callable[..., Ai], aiko: Actor, work: UnitOfWork, make: Factory, do: Do
):
    ai = new_ai()
    rooms = [await make.room({Role.MASTER: aiko}, ai_rule="always") for _ in range(6)]
    asked = [await ai.ask(aiko, room, "Hello") for room in rooms[:5]]
    await do(aiko, set_room_ai, rooms[5].id, model="other/free")
    free = await ai.ask(aiko, rooms[5], "Hello")
    runs = [each.answer.run for each in asked]

    async def claim() -> tuple[list[object], dict[object, int]]:
        ai.events.clear()
        async with work.begin() as ctx:
            taken = list(await claim_runs(ctx, 100, MODEL, LIMITS))
        return taken, {each.message_id: each.before for each in ai.events if isinstance(each, RunWaits)}

    waits = {each.id: turn for turn, each in enumerate(asked[2:], 1)}
    assert await claim() == (sorted([*runs[:2], free.answer.run]), waits)
    assert await claim() == ([], {})
    for op in (await do(aiko, room_op, rooms[4].id), await do(aiko, sync_op, rooms[4].id, 0)):
        assert [each["ai"]["before"] for each in op["messages"] if "ai" in each] == [3]
    await do(aiko, stop_answer, asked[2].id)
    assert await claim() == ([], {asked[3].id: 1, asked[4].id: 2})


async def test_answer_that_waits_for_approval_of_a_call_takes_no_turn(
    new_ai: Callable[..., Ai], aiko: Actor, work: UnitOfWork, make: Factory
):
    ai = new_ai()
    rooms = [await make.room({Role.MASTER: aiko}, ai_rule="always") for _ in range(2)]
    [waits, _] = [await ai.ask(aiko, room, "Hello") for room in rooms]
    async with work.begin() as ctx:
        await add_waiting_call(ctx, await ctx.db.get_one(Message, waits.id))
        assert len(await claim_runs(ctx, 100, MODEL, {"vllm": 1})) == 1


async def test_ended_answers_make_way_for_those_that_wait(new_ai: Callable[..., Ai], aiko: Actor, make: Factory):
    ai = new_ai(limits={"vllm": 1})
    await ai.start()
    rooms = [await make.room({Role.MASTER: aiko}, ai_rule="always") for _ in range(3)]
    first = await ai.ask(aiko, rooms[0], LONG)
    await ai.grown(first)
    others = [await ai.ask(aiko, room, f"[[say {room.name}]]") for room in rooms[1:]]
    assert [ai.told(each).answer.status for each in others] == ["queued"] * 2
    await ai.do(aiko, stop_answer, first.id)
    for each, room in zip(others, rooms[1:], strict=True):
        assert (await ai.ended(each)).text == room.name
    await ai.stop()


@pytest.mark.parametrize("limits", [{}, {"elsewhere": 1}])
async def test_connections_without_a_limit_answer_all(
    new_ai: Callable[..., Ai], aiko: Actor, work: UnitOfWork, make: Factory, limits: dict[str, int]
):
    ai = new_ai()
    for _ in range(3):
        await ai.ask(aiko, await make.room({Role.MASTER: aiko}, ai_rule="always"), "Hello")
    async with work.begin() as ctx:
        assert len(await claim_runs(ctx, 100, MODEL, limits)) == 3
    assert not any(isinstance(each, RunWaits) for each in ai.events)
