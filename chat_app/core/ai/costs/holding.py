"""Reserve for further rounds of answers, and for what is no answer: many at once take no more than there is."""

from uuid import UUID

from chat_app.core.ai.answers.claimed import ClaimedRun
from chat_app.core.ai.costs.charging import Paid, affordable, charge_of, estimate
from chat_app.core.ai.costs.prices import cost_of
from chat_app.core.ai.costs.usage import Usage
from chat_app.core.ai.ports import LlmError, ModelInfo
from chat_app.core.billing.errors import BudgetExceeded, InsufficientBalance
from chat_app.core.billing.extending import reserve_more
from chat_app.core.billing.reservations import Used, Wish, reserve, settle
from chat_app.core.kernel.context import Context


async def reserve_round(
    ctx: Context, claim: ClaimedRun, model: ModelInfo, spent: int, prompt_tokens: int
) -> int | None:
    """Reserve for another round of an answer, which has cost ``spent`` so far; return how long it may be at most.

    None: as long as the first one. Raises :class:`LlmError` where not even the shortest can be paid.
    """
    longest = claim.parameters.get("max_tokens")
    plan = estimate(model, prompt_tokens, longest)
    if not plan.most:
        return None
    most, least = charge_of(ctx, spent + plan.most), charge_of(ctx, spent + plan.least)
    wish = Wish(claim.run_id, claim.room_id, None if claim.unasked else claim.asker, most, least)
    reserved = await reserve_more(ctx, wish)
    amount = reserved.amounts.get(claim.run_id)
    if amount is None:
        raise LlmError(Paid({}, reserved.over_budget).why_not(claim.run_id), model=claim.model)
    if amount >= most:
        return None
    return affordable(model, prompt_tokens, amount // ctx.policy.credits_per_dollar - spent, longest)


async def hold(ctx: Context, held: UUID, room_id: UUID, asker_id: UUID, model: ModelInfo, most: Usage) -> None:
    """Reserve what something takes at most, or what is there; ``held`` names it.

    Raises :class:`InsufficientBalance` or :class:`BudgetExceeded` where there is nothing.
    """
    if ctx.policy.billing == "off":
        return
    wish = Wish(held, room_id, asker_id, charge_of(ctx, cost_of(model, most)), 1)
    reserved = await reserve(ctx, [wish])
    if held not in reserved.amounts:
        raise BudgetExceeded() if held in reserved.over_budget else InsufficientBalance()


async def let_go(ctx: Context, held: UUID, room_id: UUID, asker_id: UUID) -> None:
    """Release what is reserved for something still: it was not done, or has taken less."""
    if ctx.policy.billing != "off":
        await settle(ctx, [Used(held, room_id, asker_id)])
