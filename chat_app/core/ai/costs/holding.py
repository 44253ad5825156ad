"""Reserve tokens for further rounds of answers, and for calls that are not answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.ai.claimed import ClaimedRun
from chat_app.core.ai.costs.charging import PaidAnswers, affordable, charge_of, estimate
from chat_app.core.ai.ports.gateway import LlmError, ModelInfo
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.billing.errors import BudgetExceeded, InsufficientBalance
from chat_app.core.billing.payers import check_funds, read_funds
from chat_app.core.billing.reserving.extending import reserve_more
from chat_app.core.billing.reserving.reservations import ReservationRequest, RunUsage, Work, reserve, settle
from chat_app.core.billing.tables import TokenReservation
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.persistence import persist


async def reserve_round(
    ctx: Context, claim: ClaimedRun, model: ModelInfo, spent: int, prompt_tokens: int
) -> int | None:
    """Reserve for another round of an answer, which has cost ``spent`` so far, and its pictures as noted; return how
    long it may be at most.

    None: as long as the first one. Raises :class:`LlmError` if not even the shortest can be paid.
    """
    longest = claim.parameters.get("max_tokens")
    plan = estimate(model, prompt_tokens, longest)
    if not plan.most:
        return None
    drawings = await ctx.db.scalar(select(col(AiRun.drawings)).where(col(AiRun.id) == claim.run_id))
    spent += sum(each.get("cost") or 0 for each in drawings or ())
    most, least = charge_of(ctx, spent + plan.most), charge_of(ctx, spent + plan.least)
    wish = ReservationRequest(claim.run_id, claim.room_id, None if claim.unasked else claim.asker, most, least)
    reserved = await reserve_more(ctx, wish)
    amount = reserved.amounts.get(claim.run_id)
    if amount is None:
        raise LlmError(PaidAnswers({}, reserved.over_budget).why_not(claim.run_id), model=claim.model)
    if amount >= most:
        return None
    return affordable(model, prompt_tokens, amount // ctx.policy.credits_per_dollar - spent, longest)


CANNOT_PAY: Final = (InsufficientBalance, BudgetExceeded)
"""The errors of work that cannot be paid."""

LEASE: Final = timedelta(minutes=15)
"""The time after which the reservation of a dead process is released: a call of a model takes less than half of it."""


@dataclass(frozen=True, slots=True)
class HeldReservation:
    """A reservation for a call that is not an answer: its ``subject``, the room, and the person who requested it."""

    subject: UUID
    room_id: UUID | None
    asker_id: UUID | None
    kept: bool = False
    """Whether an amount is reserved: not if the site pays, or the work costs nothing."""


@asynccontextmanager
async def holding(
    work: UnitOfWork, room_id: UUID | None, asker_id: UUID | None, most: int | None, *, patient: bool = False
) -> AsyncIterator[HeldReservation]:
    """Reserve the maximum cost of some work, in millionths of a US dollar, until it is charged or released.

    Work without a known price reserves nothing. Raises as :func:`hold`. ``patient`` is for background work: it waits
    until the database is back, because it could not be requested again.
    """
    held = HeldReservation(new_id(), room_id, asker_id)
    if work.policy.billing == "off" or not most:
        yield held
        return
    if patient:
        held = await persist(work, hold, held, most)
    else:
        async with work.begin() as ctx:
            held = await hold(ctx, held, most)
    try:
        yield held
    finally:
        if held.kept:
            await persist(work, let_go, held)


async def hold(ctx: Context, held: HeldReservation, most: int | None) -> HeldReservation:
    """Reserve the maximum cost of some work, in millionths of a US dollar, and return the updated reservation. A
    repetition has no effect.

    Raises :class:`InsufficientBalance` or :class:`BudgetExceeded` if this amount is not available.
    """
    amount = charge_of(ctx, most)
    if ctx.policy.billing == "off" or not amount:
        return held
    reserved = await reserve(
        ctx, [ReservationRequest(held.subject, held.room_id, held.asker_id, amount, amount, LEASE)]
    )
    if held.subject not in reserved.amounts:
        check_funds(ctx, await read_funds(ctx, held.room_id, held.asker_id), amount)
        raise BudgetExceeded() if held.subject in reserved.over_budget else InsufficientBalance()
    return replace(held, kept=held.subject in reserved.kept)


async def pass_on(ctx: Context, held: HeldReservation, run_id: UUID, cost: int) -> None:
    """Release the reservation of a call within an answer, and add its cost to that of the answer, which is paid at its
    end. The amount stays reserved until then: an answer may wait long for a person's approval. A second call has no
    effect.
    """
    status = await ctx.db.scalar(select(col(AiRun.status)).where(col(AiRun.id) == run_id).with_for_update())
    is_held = select(col(TokenReservation.id)).where(col(TokenReservation.subject) == held.subject)
    if await ctx.db.scalar(is_held) is None:
        return
    await let_go(ctx, held)
    amount = charge_of(ctx, cost)
    if amount and status == RunStatus.RUNNING:
        await reserve_more(ctx, ReservationRequest(run_id, held.room_id, held.asker_id, amount, 1), besides=True)


async def charge(
    ctx: Context, work: Work, held: HeldReservation, model: str, usage: Usage | None = None, cost: int | None = None
) -> None:
    """Charge for a call that is not an answer: from its reservation, and beyond it as far as the balance goes. A second
    call for the same reservation charges nothing, so it can be repeated.
    """
    if ctx.policy.billing == "off":
        return
    tokens = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
    who = (held.subject, held.room_id, held.asker_id)
    await settle(ctx, [RunUsage(*who, work, model, *tokens, cost, charge_of(ctx, cost), once=held.kept)])


async def let_go(ctx: Context, held: HeldReservation) -> None:
    """Release a reservation that is left: the work was not done, or its charge was not written."""
    if ctx.policy.billing != "off":
        await settle(ctx, [RunUsage(held.subject, held.room_id, held.asker_id)])
