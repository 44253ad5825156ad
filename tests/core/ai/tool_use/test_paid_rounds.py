"""Answers with many rounds: each reads the prompt again, and none takes more than is there."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from chat_app.core.ai.claimed import ClaimedRun
from chat_app.core.ai.costs.holding import reserve_round
from chat_app.core.ai.ports.gateway import LlmError, LlmGateway, ModelInfo
from chat_app.core.ai.tables import AiRun
from chat_app.core.billing.budgets.commands import BudgetWish, set_room_budget
from chat_app.core.billing.budgets.queries import room_budgets
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.tables import TokenBudget, TokenReservation
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import MODEL, Ai, run_of
from tests.core.ai.test_charging import MUCH, Priced
from tests.core.ai.tool_use.conftest import SmallToolbox, calls_of
from tests.core.billing.ledger import balance
from tests.vendor.server import ScriptedVendor

AGAIN = "A long question. " * 120 + '[[callagain add {"a": 1}]]'
"""Each round reads the prompt again, and what came of those before it."""


@pytest.fixture
async def ai(
    work: UnitOfWork, new_ai: Callable[..., Ai], gateway: LlmGateway, vendor: ScriptedVendor, toolbox: SmallToolbox
) -> AsyncIterator[Ai]:
    work.policy = replace(work.policy, billing="on")
    ai = new_ai(gateway=Priced(gateway), toolbox=toolbox)
    await ai.start()
    yield ai
    await ai.stop()
    async with work.begin() as ctx:
        await ctx.db.execute(delete(TokenBudget))


async def give(work: UnitOfWork, actor: Actor, amount: int) -> None:
    async with work.begin() as ctx:
        await credit(ctx, actor.user_id, amount, "grant", "rounds")


async def test_rounds_take_no_more_than_a_hard_budget_has(
    ai: Ai, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor
) -> None:
    await give(work, aiko, 100 * MUCH)
    amount = 150_000_000
    await ai.do(aiko, set_room_budget, room.id, BudgetWish(amount, hard=True))
    answer = await ai.ended(await ai.ask(aiko, room, AGAIN))
    assert (answer.answer.status, answer.answer.error) == ("failed", "budget_exceeded")
    run = await run_of(work, answer)
    assert run.cost
    assert len(vendor.requests) > 1
    [budget] = await ai.do(aiko, room_budgets, room.id)
    assert (budget["spent"], budget["reserved"]) == (run.cost * 1000, 0)
    assert budget["spent"] <= amount


async def test_rounds_take_no_more_than_the_balance_has(
    ai: Ai, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor
) -> None:
    await give(work, aiko, 150_000_000)
    answer = await ai.ended(await ai.ask(aiko, room, AGAIN))
    assert (answer.answer.status, answer.answer.error) == ("failed", "insufficient_balance")
    run = await run_of(work, answer)
    assert run.cost
    assert len(vendor.requests) > 1
    assert await balance(work, aiko.user_id) == (150_000_000 - run.cost * 1000, 0)


async def test_what_rounds_have_reserved_is_released(ai: Ai, work: UnitOfWork, aiko: Actor, room: Room) -> None:
    await give(work, aiko, 100 * MUCH)
    await ai.do(aiko, set_room_budget, room.id, BudgetWish(100 * MUCH, hard=True))
    answer = await ai.ended(await ai.ask(aiko, room, AGAIN))
    assert answer.answer.error == "llm_tool_limit"
    run = await run_of(work, answer)
    assert run.cost
    assert await balance(work, aiko.user_id) == (100 * MUCH - run.cost * 1000, 0)
    async with work.begin() as ctx:
        assert (await ctx.db.scalars(select(TokenReservation))).all() == []


@pytest.mark.parametrize("price", [100_000, 400_000])
async def test_call_that_costs_something_is_made_where_it_can_be_paid(
    ai: Ai, work: UnitOfWork, aiko: Actor, room: Room, toolbox: SmallToolbox, price: int
) -> None:
    toolbox.prices["add"] = price
    await give(work, aiko, MUCH // 2)  # half a dollar, of which the answer itself has reserved most
    answer = await ai.ended(await ai.ask(aiko, room, '[[call add {"a": 1}]] [[tokens 5]]'))
    assert answer.answer.status == "complete"
    [call] = calls_of(ai, answer)
    made = ("done", None) if price == 100_000 else ("failed", "insufficient_balance")
    assert (call["status"], call.get("error")) == made
    assert len(toolbox.called) == (price == 100_000)
    run = await run_of(work, answer)
    assert run.cost
    assert await balance(work, aiko.user_id) == (MUCH // 2 - run.cost * 1000, 0)


async def test_pictures_of_earlier_rounds_count(ai: Ai, work: UnitOfWork, aiko: Actor, room: Room) -> None:
    await give(work, aiko, MUCH)
    run = await run_of(work, await ai.ended(await ai.ask(aiko, room, "Hello")))
    claim = ClaimedRun(run.id, room.id, run.message_id, 2, MODEL, False, (), asker=aiko.user_id)
    model = ModelInfo(MODEL, "M", "v", 8_000, 1_000, price_in=100, price_out=100)
    async with work.begin() as ctx:
        assert await reserve_round(ctx, claim, model, 0, 100) is None
        (await ctx.db.get_one(AiRun, run.id)).drawings = [{"cost": 2_000_000}, {"cost": None}]
    async with work.begin() as ctx:
        with pytest.raises(LlmError) as raised:
            await reserve_round(ctx, claim, model, 0, 100)
    assert raised.value.code == "insufficient_balance"
