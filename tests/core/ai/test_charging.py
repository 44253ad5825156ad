"""Answers that are paid for: reserved before they begin, settled at their end, released where nothing was used."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message, regenerate_answer, stop_answer
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.costs.charging import affordable, estimate
from chat_app.core.ai.costs.holding import LEASE, HeldReservation, charge, hold, holding
from chat_app.core.ai.costs.prices import cost_of
from chat_app.core.ai.ports.gateway import LlmGateway, ModelInfo
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.tables import OPEN, AiRun
from chat_app.core.billing.errors import InsufficientBalance
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.payers import set_payer
from chat_app.core.billing.tables import TokenReservation, TokenUsage
from chat_app.core.billing.upkeep import upkeep
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.members import transfer_room
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import MODEL, Ai, run_of
from tests.core.billing.ledger import balance
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

MUCH = 10**9
"""A thousand credits: at 1000 for a dollar, a dollar."""


class Priced:
    """The gateway, with prices: 10 and 50 dollars for a million tokens."""

    def __init__(self, gateway: LlmGateway) -> None:
        self._gateway = gateway

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    async def models(self) -> list[ModelInfo]:
        found = await self._gateway.models()
        return [replace(each, price_in=1000, price_out=5000, max_output=4_000) for each in found]


@pytest.fixture
def priced(gateway: LlmGateway) -> Any:
    return Priced(gateway)


@pytest.fixture
async def ai(
    work: UnitOfWork, new_ai: Callable[..., Ai], vendor: ScriptedVendor, priced: LlmGateway
) -> AsyncIterator[Ai]:
    work.policy = replace(work.policy, billing="on")
    ai = new_ai(gateway=priced)
    await ai.start()
    yield ai
    await ai.stop()


async def give(work: UnitOfWork, actor: Actor, amount: int, reference: str = "g") -> None:
    async with work.begin() as ctx:
        await credit(ctx, actor.user_id, amount, "grant", reference)


async def usage(work: UnitOfWork) -> list[TokenUsage]:
    async with work.begin() as ctx:
        return list(await ctx.db.scalars(select(TokenUsage).order_by(col(TokenUsage.id))))


async def test_stop_before_the_first_word_costs_the_prompt(
    ai: Ai, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor
) -> None:
    await give(work, aiko, MUCH)
    answer = await ai.ask(aiko, room, "Hello [[slow 60]]")
    await until(lambda: vendor.requests)
    await ai.do(aiko, stop_answer, answer.id)
    stopped = await run_of(work, await ai.ended(answer))
    assert (bool(stopped.prompt_tokens), stopped.completion_tokens, bool(stopped.cost)) == (True, 0, True)
    assert await balance(work, aiko.user_id) == (MUCH - (stopped.cost or 0) * 1000, 0)


async def test_answer_reserves_and_settles_what_it_took(ai: Ai, work: UnitOfWork, aiko: Actor, room: Room) -> None:
    await give(work, aiko, MUCH)
    answer = await ai.ask(aiko, room, "Hello [[hold 3 tokens 20]]")
    await ai.grown(answer)
    async with work.begin() as ctx:
        held = (await ctx.db.scalars(select(TokenReservation))).one()
    assert held.amount >= 4_000 * 50 * 1000
    await ai.do(aiko, stop_answer, answer.id)
    stopped = await run_of(work, await ai.ended(answer))
    assert stopped.cost, "estimated: its vendor reported nothing"
    assert await balance(work, aiko.user_id) == (MUCH - stopped.cost * 1000, 0)
    done = await ai.ended(await ai.ask(aiko, room, "Again [[tokens 20]]"))
    run = await run_of(work, done)
    assert run.cost
    await until(lambda: done.answer.status == "complete")
    assert await balance(work, aiko.user_id) == (MUCH - (stopped.cost + run.cost) * 1000, 0)
    _, used = await usage(work)
    assert (used.work, used.payer_id, used.model, used.cost) == ("answer", aiko.user_id, MODEL, run.cost)


async def test_failed_answer_releases_what_it_reserved(ai: Ai, work: UnitOfWork, aiko: Actor, room: Room) -> None:
    await give(work, aiko, MUCH)
    done = await ai.ended(await ai.ask(aiko, room, "[[fail 400]]"))
    assert done.answer.status == "failed"
    assert await balance(work, aiko.user_id) == (MUCH, 0)


async def test_answer_without_balance_does_not_begin(
    ai: Ai, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor
) -> None:
    done = await ai.ended(await ai.ask(aiko, room, "Hello"))
    assert (done.answer.status, done.answer.error) == ("failed", "insufficient_balance")
    assert vendor.requests == []
    assert await balance(work, aiko.user_id) == (0, 0)


async def test_question_that_cannot_be_paid_is_not_sent(
    ai: Ai, work: UnitOfWork, aiko: Actor, room: Room, priced: LlmGateway, do: Do
) -> None:
    posting = Posting(work, priced)
    with pytest.raises(InsufficientBalance):
        await posting.post(aiko, room.id, "Hello")
    await give(work, aiko, MUCH)
    assert await posting.post(aiko, room.id, "Hello")


async def test_answer_is_as_long_as_can_be_paid(
    ai: Ai, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor
) -> None:
    await give(work, aiko, 2_000 * 50 * 1000)
    await ai.ended(await ai.ask(aiko, room, "Hello [[tokens 5]]"))
    asked = vendor.requests[0].body
    longest = asked.get("max_tokens") or asked.get("max_completion_tokens")
    assert 1_000 <= longest < 2_000
    available, reserved = await balance(work, aiko.user_id)
    assert available > 0
    assert reserved == 0


async def test_new_master_pays(ai: Ai, work: UnitOfWork, aiko: Actor, room: Room, make: Factory) -> None:
    ben = await make.actor()
    await make.join(room, ben)
    await give(work, aiko, MUCH, "a")
    await give(work, ben, MUCH, "b")
    await ai.ended(await ai.ask(ben, room, "Hello [[tokens 5]]"))
    assert (await balance(work, ben.user_id))[0] == MUCH
    await ai.do(aiko, transfer_room, room.id, ben.user_id)
    await ai.ended(await ai.ask(aiko, room, "Hello [[tokens 5]]"))
    await ai.do(ben, set_payer, room.id, "owner")
    await ai.ended(await ai.ask(aiko, room, "Hello [[tokens 5]]"))
    payers = [each.payer_id for each in await usage(work)]
    assert payers == [aiko.user_id, aiko.user_id, ben.user_id], "who asks pays until the new owner has agreed to"
    assert (await balance(work, ben.user_id))[0] < MUCH


async def test_answer_of_a_dead_process_is_released(
    ai: Ai, other: Ai, work: UnitOfWork, aiko: Actor, room: Room
) -> None:
    await give(work, aiko, MUCH)
    answer = await ai.ask(aiko, room, "Hello [[hold 3 tokens 20]]")
    await ai.grown(answer)
    assert (await balance(work, aiko.user_id))[1] > 0
    await ai.stop()
    await ai.ended(answer)
    assert await balance(work, aiko.user_id) == (MUCH, 0)


async def test_site_pays_without_a_balance(ai: Ai, work: UnitOfWork, aiko: Actor, room: Room) -> None:
    async with work.begin() as ctx:
        await ctx.db.execute(update(Room).where(col(Room.id) == room.id).values(payer="site"))
    done = await ai.ended(await ai.ask(aiko, room, "Hello [[tokens 5]]"))
    assert done.answer.status == "complete"
    [used] = await usage(work)
    assert (used.payer_id, used.charged, used.missing) == (None, 0, 0)


async def test_regenerating_without_balance_keeps_the_answer(
    ai: Ai, work: UnitOfWork, aiko: Actor, room: Room, priced: LlmGateway
) -> None:
    await give(work, aiko, MUCH)
    done = await ai.ended(await ai.ask(aiko, room, "Hello [[tokens 5]]"))
    async with work.begin() as ctx:
        await charge(ctx, "summary", HeldReservation(new_id(), room.id, None), MODEL, Usage(1, 1), 10**6)
    assert (await balance(work, aiko.user_id))[0] == 0
    with pytest.raises(InsufficientBalance):
        await ai.do(aiko, regenerate_answer, done.id, offered=await priced.models())


async def test_reservation_is_charged_once(work: UnitOfWork, aiko: Actor, room: Room) -> None:
    work.policy = replace(work.policy, billing="on")
    await give(work, aiko, MUCH)
    async with holding(work, room.id, None, 1_000) as held:
        for _ in "12":  # as where the answer to a commit is lost
            async with work.begin() as ctx:
                await charge(ctx, "summary", held, MODEL, Usage(1, 1), 1_500)
    assert await balance(work, aiko.user_id) == (MUCH - 1_500_000, 0)
    assert len(await usage(work)) == 1


async def test_reservation_of_a_dead_process_is_released_within_minutes(
    work: UnitOfWork, aiko: Actor, room: Room, clock: Clock
) -> None:
    work.policy = replace(work.policy, billing="on")
    await give(work, aiko, MUCH)
    async with work.begin() as ctx:
        await hold(ctx, HeldReservation(new_id(), room.id, None), 1_000)
    for minutes, left in ((0, MUCH - 1_000_000), (LEASE.total_seconds() / 60, MUCH)):
        clock.advance(minutes=minutes)
        await upkeep(work)
        assert (await balance(work, aiko.user_id))[0] == left


async def test_billing_off_counts_nothing(ai: Ai, work: UnitOfWork, aiko: Actor, room: Room) -> None:
    work.policy = replace(work.policy, billing="off")
    done = await ai.ended(await ai.ask(aiko, room, "Hello [[tokens 5]]"))
    assert done.answer.status == "complete"
    assert await usage(work) == []


@pytest.mark.slow
async def test_crowd_of_questions_never_overspends(ai: Ai, work: UnitOfWork, make: Factory, aiko: Actor) -> None:
    rooms = [await make.room({Role.MASTER: aiko}, ai_rule="always") for _ in range(12)]
    await give(work, aiko, MUCH // 2)
    for room in rooms:
        await ai.do(aiko, post_message, room.id, "Hello [[tokens 200]]")

    async def all_ended() -> bool:
        async with work.begin() as ctx:
            return not (await ctx.db.scalars(select(AiRun).where(col(AiRun.status).in_(OPEN)))).all()

    await until(all_ended)
    available, reserved = await balance(work, aiko.user_id)
    used = await usage(work)
    assert reserved == 0
    assert available == MUCH // 2 - sum(each.charged for each in used)
    assert sum(each.missing for each in used) == 0


@pytest.mark.parametrize(
    ("prices", "most"),
    [
        ({"price_in": 500, "price_out": 3_000}, 240_500),
        ({"price_picture": 20_000}, 20_000),
        ({"price_in": 500, "price_out": 3_000, "price_picture": 250_000}, 250_000),
        ({}, 0),
    ],
)
def test_picture_reserves_what_it_may_cost(prices: dict[str, int], most: int) -> None:
    plan = estimate(ModelInfo("m", "M", "v", 8_000, 1_000, **prices), 100, draws=True)  # type: ignore[arg-type]
    assert (plan.most, plan.least) == (most, most)


@given(st.integers(0, 200_000), st.integers(1, 10_000), st.integers(0, 20_000), st.integers(1, 200_000), st.data())
def test_answer_cut_to_what_is_paid_costs_no_more(
    prompt: int, price_in: int, price_out: int, longest: int, data: st.DataObject
) -> None:
    model = ModelInfo("m", "M", "v", 200_000, longest, price_in=price_in, price_out=price_out)
    plan = estimate(model, prompt)
    assert 0 <= plan.least <= plan.most
    paid = data.draw(st.integers(plan.least, plan.most))
    written = affordable(model, prompt, paid, None)
    assert (cost_of(model, Usage(prompt, written)) or 0) <= max(paid, cost_of(model, Usage(prompt, 0)) or 0)
