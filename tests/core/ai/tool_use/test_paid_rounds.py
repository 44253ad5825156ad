"""Answers with many rounds: each reads the prompt again, and none takes more than is there."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.ai.claimed import ClaimedRun
from chat_app.core.ai.costs.holding import reserve_round
from chat_app.core.ai.drawing.painter import Painter
from chat_app.core.ai.ports.gateway import LlmError, LlmGateway, ModelInfo
from chat_app.core.ai.tables import AiRun
from chat_app.core.ai.tool_use.commands import refuse_tool_call
from chat_app.core.billing.budgets.commands import BudgetWish, set_room_budget
from chat_app.core.billing.budgets.queries import room_budgets
from chat_app.core.billing.giving import give_credits
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.tables import TokenBudget, TokenReservation, TokenUsage
from chat_app.core.files.objects.made import MadeFiles
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.tables import Room
from chat_app.core.tools.ports import MadeFile, ToolResult
from tests.core.ai.conftest import MODEL, Ai, run_of
from tests.core.ai.test_charging import MUCH, Priced
from tests.core.ai.tool_use.conftest import SmallToolbox, calls_of, waiting
from tests.core.billing.ledger import balance
from tests.core.files.conftest import png
from tests.support.factory import Factory
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow

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


async def test_reservations_of_rounds_are_released(ai: Ai, work: UnitOfWork, aiko: Actor, room: Room) -> None:
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


class DrawingToolbox(SmallToolbox):
    """`add` draws a picture, which costs what is ``drawn``."""

    drawn: int | None = 1_000_000

    async def call(self, tool_id: str, arguments: Mapping[str, Any]) -> ToolResult:
        result = await super().call(tool_id, arguments)
        if tool_id != "test/add":
            return result
        picture = MadeFile("a.png", "image/png", png(), note={"model": MODEL, "cost": self.drawn})
        return replace(result, files=(picture,), needs_files=True)


async def test_drawn_picture_is_paid_however_long_its_answer_waits(
    new_ai: Callable[..., Ai],
    work: UnitOfWork,
    gateway: LlmGateway,
    vendor: ScriptedVendor,
    storage: DiskStorage,
    cropper: ProcessExaminer,
    make: Factory,
    aiko: Actor,
    room: Room,
) -> None:
    work.policy = replace(work.policy, billing="on")
    toolbox, painter = DrawingToolbox(), Painter(gateway, MadeFiles(work, storage, cropper))
    toolbox.prices["add"] = 1_000_000
    await give(work, aiko, 2 * MUCH)
    ai = new_ai(gateway=Priced(gateway), toolbox=toolbox, painter=painter)
    await ai.start()
    answer = await ai.ask(aiko, room, '[[call add {"a": 1}]] [[call send {}]] [[tokens 5]]')
    call = await waiting(ai, answer)
    await until(lambda: calls_of(ai, answer)[0]["status"] == "done")
    rest, _ = await balance(work, aiko.user_id)
    assert 0 < rest < MUCH
    await ai.do(aiko, give_credits, (await make.actor()).person.username, rest, new_id())
    await ai.do(aiko, refuse_tool_call, call)
    answer = await ai.ended(answer)
    await ai.stop()
    run = await run_of(work, answer)
    assert answer.answer.status == "complete"
    assert run.cost
    assert run.cost > 1_000_000
    assert await balance(work, aiko.user_id) == (2 * MUCH - rest - run.cost * 1000, 0)
    async with work.begin() as ctx:
        [usage] = await ctx.db.scalars(select(TokenUsage).where(col(TokenUsage.subject) == run.id))
    assert usage.missing == 0


@pytest.mark.parametrize("unknown", ["answer", "picture"])
async def test_unknown_price_makes_nothing_else_free(
    new_ai: Callable[..., Ai],
    work: UnitOfWork,
    gateway: LlmGateway,
    vendor: ScriptedVendor,
    storage: DiskStorage,
    cropper: ProcessExaminer,
    aiko: Actor,
    room: Room,
    unknown: str,
) -> None:
    work.policy = replace(work.policy, billing="on")
    toolbox = DrawingToolbox()
    toolbox.prices["add"] = 100_000
    toolbox.drawn = None if unknown == "picture" else 100_000
    await give(work, aiko, MUCH)
    painter = Painter(gateway, MadeFiles(work, storage, cropper))
    ai = new_ai(gateway=Priced(gateway) if unknown == "picture" else gateway, toolbox=toolbox, painter=painter)
    await ai.start()
    answer = await ai.ended(await ai.ask(aiko, room, '[[call add {"a": 1}]] [[tokens 5]]'))
    await ai.stop()
    run = await run_of(work, answer)
    assert (run.status, run.cost, len(run.drawings or ())) == ("completed", None, 1)
    available, reserved = await balance(work, aiko.user_id)
    paid = MUCH - available
    assert reserved == 0
    assert paid > 0 if unknown == "picture" else paid == 100_000 * 1000


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
