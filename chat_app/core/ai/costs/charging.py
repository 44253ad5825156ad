"""Charge for answers: reserve before each begins, settle at its end. Other work is charged in ``holding.py``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from uuid import UUID

from chat_app.core.ai.claimed import ClaimedRun
from chat_app.core.ai.context.lines.messages import TOKENS_PER_MESSAGE
from chat_app.core.ai.context.prompt import estimate_tokens, why_unseen
from chat_app.core.ai.context.reading.file_texts import SHARE, documents
from chat_app.core.ai.costs.prices import cost_of
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.rules import ANSWER_MAX
from chat_app.core.ai.tables import AiRun
from chat_app.core.billing.errors import BudgetExceeded, InsufficientBalance
from chat_app.core.billing.payers import check_funds, read_funds
from chat_app.core.billing.reserving.reservations import ReservationRequest, RunUsage, Work, reserve, settle
from chat_app.core.kernel.checks.numbers import storable_sum
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.rooms.errors import RoomNotFound

SYSTEM_TOKENS: Final = 600
"""The maximum tokens of the system text."""

LONGEST: Final = ANSWER_MAX // 4
"""The maximum tokens of an answer to reserve for, even if the model may write more: longer texts are not kept."""

SHORTEST: Final = 1_000
"""The tokens of the shortest answer. An answer only begins if it can be paid; it may be shorter than the longest."""

PICTURE_TOKENS: Final = 8_000
"""The maximum tokens of a picture, for a model that counts pictures in tokens."""


def charge_of(ctx: Context, cost: int | None) -> int:
    """Return the charge for a cost, in micro-units of a credit; a cost without a known price is free."""
    return (cost or 0) * ctx.policy.credits_per_dollar


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimate the maximum cost of an answer, and the cost that must be payable, in millionths of a US dollar."""

    most: int
    least: int


def estimate(model: ModelInfo, prompt_tokens: int, longest: int | None = None, *, draws: bool = False) -> Estimate:
    """Return the maximum cost of an answer. Pure."""
    if draws:
        by_tokens = cost_of(model, Usage(prompt_tokens, PICTURE_TOKENS)) or 0
        most = max(by_tokens, model.price_picture or 0)  # the provider's answer says which of them are charged
        return Estimate(most, most)
    written = longest_answer(model, longest)
    least = cost_of(model, Usage(prompt_tokens, min(written, SHORTEST))) or 0
    return Estimate(cost_of(model, Usage(prompt_tokens, written)) or 0, least)


def longest_answer(model: ModelInfo, longest: int | None) -> int:
    """Return the tokens of the longest answer of a model, where a room sets ``longest`` or does not. Pure."""
    return min(longest or model.max_output, model.max_output, LONGEST)


def affordable(model: ModelInfo, prompt_tokens: int, cost: int, longest: int | None) -> int:
    """Return the tokens of the longest answer that a cost pays for. Pure."""
    read = cost_of(model, Usage(prompt_tokens, 0)) or 0
    written = longest_answer(model, longest)
    return min(written, max(0, cost - read) * 100 // model.price_out) if model.price_out else written


def foreseen_tokens(claim: ClaimedRun, model: ModelInfo) -> int:
    """Return the tokens that a run's prompt takes at most, without building it. Pure."""
    seen = [each for each in claim.history if not why_unseen(each)]
    said = sum(estimate_tokens(each.text) + 2 * TOKENS_PER_MESSAGE for each in seen)
    pictures = sum(file.tokens for each in seen for file in each.files if file.is_picture)
    texts = model.prompt_budget // SHARE if documents(seen) else 0
    summaries = sum(each.tokens for each in claim.earlier.summaries)
    system = SYSTEM_TOKENS + estimate_tokens(claim.instructions)
    so_far = estimate_tokens(claim.so_far.text) if claim.so_far else 0
    return min(model.prompt_budget, said + pictures + texts + summaries + system + so_far)


@dataclass(frozen=True, slots=True)
class PaidAnswers:
    """The answers that may begin, each with the length that is paid for, and the errors of the others."""

    begun: Mapping[UUID, ClaimedRun]
    over_budget: frozenset[UUID] = frozenset()

    def why_not(self, run_id: UUID) -> str:
        """Return the code of the reason for which an answer may not begin."""
        return BudgetExceeded.default_code if run_id in self.over_budget else InsufficientBalance.default_code


async def reserve_runs(ctx: Context, claims: Sequence[ClaimedRun], models: Mapping[str, ModelInfo]) -> PaidAnswers:
    """Reserve the maximum costs of answers; return the answers that may begin."""
    if ctx.policy.billing == "off":
        return PaidAnswers({claim.run_id: claim for claim in claims})
    plans = {claim.run_id: (claim, *_plan(claim, models.get(claim.model))) for claim in claims}
    wishes = [
        ReservationRequest(
            run_id,
            claim.room_id,
            None if claim.unasked else claim.asker,
            charge_of(ctx, each.most),
            charge_of(ctx, each.least),
        )
        for run_id, (claim, each, _) in plans.items()
    ]
    reserved = await reserve(ctx, wishes)
    begun = {}
    for run_id, (claim, each, tokens) in plans.items():
        model, amount = models.get(claim.model), reserved.amounts.get(run_id)
        if amount is None:
            continue
        begun[run_id] = claim
        if model and amount and amount < charge_of(ctx, each.most):
            longest = claim.parameters.get("max_tokens")
            cut = affordable(model, tokens, amount // ctx.policy.credits_per_dollar, longest)
            begun[run_id] = replace(claim, parameters={**claim.parameters, "max_tokens": cut})
    return PaidAnswers(begun, reserved.over_budget)


def _plan(claim: ClaimedRun, model: ModelInfo | None) -> tuple[Estimate, int]:
    """Return the maximum cost of a run and the tokens of its prompt.

    A run whose model was removed costs nothing, since it will fail.
    """
    if model is None:
        return Estimate(0, 0), 0
    tokens = foreseen_tokens(claim, model)
    return estimate(model, tokens, claim.parameters.get("max_tokens"), draws=claim.drawing is not None), tokens


async def settle_run(ctx: Context, run: AiRun, costs: Sequence[int | None] = ()) -> None:
    """Charge a run that has ended for its usage, and release the rest of its reservation. Known ``costs`` are charged,
    even if others are unknown.
    """
    if ctx.policy.billing == "off":
        return
    used = run.prompt_tokens is not None or any(each is not None for each in costs)
    work: Work = "picture" if run.drawings else "answer"
    took = RunUsage(run.id, run.room_id, None if run.unasked else run.asked_by_id, work)
    if used:
        took = replace(
            took,
            model=run.model or "",
            prompt_tokens=run.prompt_tokens or 0,
            completion_tokens=run.completion_tokens or 0,
            cost=run.cost,
            charge=charge_of(ctx, storable_sum(each or 0 for each in costs)),
        )
    await settle(ctx, [took])


async def require_funds(
    ctx: Context,
    room_id: UUID,
    asker_id: UUID,
    text: str,
    asked: Sequence[str | None],
    offered: Sequence[ModelInfo],
    *,
    draws: bool = False,
) -> None:
    """Raise :class:`InsufficientBalance` if the payer cannot pay for the shortest answers that a text requests, and
    :class:`BudgetExceeded` if a hard budget does not allow them; ``None`` is the site's default.

    The amount is less than an answer reserves, because an answer reads more than the text; that is known only when it
    begins.
    """
    if ctx.policy.billing == "off" or not asked or not offered:
        return
    models = [next((each for each in offered if each.id == wanted), offered[0]) for wanted in asked]
    funds = await read_funds(ctx, room_id, asker_id)
    tokens = estimate_tokens(text)
    least = sum(estimate(model, tokens, funds.longest, draws=draws).least for model in models)
    check_funds(ctx, funds, charge_of(ctx, least))


@dataclass(frozen=True, slots=True)
class ForeseenCharge:
    """Name the payer of the answers that a draft requests, their maximum cost, and whether they can begin."""

    payer: Literal["", "you", "other", "site"] = ""
    name: str = ""
    most: int = 0
    enough: bool = True
    within: bool = True
    """Whether hard budgets allow them."""


async def foresee_charge(
    ctx: Context,
    room_id: AnyId,
    prompts: Sequence[tuple[str | None, int | None]],
    offered: Sequence[ModelInfo],
    *,
    draws: bool = False,
) -> ForeseenCharge:
    """Return who pays for answers to ``prompts``, each a model and its tokens; the caller has accessed the room."""
    if ctx.policy.billing == "off" or not prompts:
        return ForeseenCharge()
    funds = await read_funds(ctx, parse_id(room_id, RoomNotFound), ctx.me.user_id)
    models = {each.id: each for each in offered}
    asked = [(models[model], tokens or 0) for model, tokens in prompts if model in models]
    plans = [estimate(model, tokens, funds.longest, draws=draws) for model, tokens in asked]
    most, least = sum(each.most for each in plans), sum(each.least for each in plans)
    payer: Literal["you", "other", "site"] = "you" if funds.payer_id == ctx.me.user_id else "other"
    within = funds.allows(charge_of(ctx, least))
    if ctx.policy.billing == "count":
        return ForeseenCharge(within=within)
    paying = ("site" if funds.payer_id is None else payer, funds.name, charge_of(ctx, most))
    return ForeseenCharge(*paying, funds.covers(charge_of(ctx, least)), within)
