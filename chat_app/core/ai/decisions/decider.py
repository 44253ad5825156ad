"""Ask a model whether the AI joins in. After any error, the AI stays silent."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from limits import RateLimitItemPerHour

from chat_app.core.ai.context.prompt import build_prompt, estimate_prompt, estimate_tokens
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.ai.costs.holding import CANNOT_PAY, HeldReservation, hold, let_go
from chat_app.core.ai.costs.prices import cost_of
from chat_app.core.ai.decisions.conclude import DecisionResult, conclude
from chat_app.core.ai.decisions.queue import NextDecision, claim_decisions, give_up_decisions, waiting_decisions
from chat_app.core.ai.decisions.silence import Silence, read_silence
from chat_app.core.ai.decisions.verdict import parse_verdict
from chat_app.core.ai.models.offers import default_model
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmGateway, LlmMessage, ModelInfo
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.runs.places import AnswerSlots
from chat_app.core.ai.texts import DECIDE, DECIDE_NOW, instructed
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.persistence import persist

DECISIONS: Final = RateLimitItemPerHour(60, namespace="decisions")
"""The limit of decisions of one room. Beyond it the AI stays silent."""

DECIDE_SECONDS: Final = 20.0
MESSAGES: Final = 20
TOKENS: Final = 3_000
"""The maximum that a model reads for a decision: newest messages, and tokens, including the instructions."""
VERDICT_TOKENS: Final = 1_000
"""The maximum tokens that it writes. A reasoning model needs more than the thirty of a verdict."""
VERDICT_CHARS: Final = 4_000

log = structlog.get_logger()


class Decider:
    """Decides in a process."""

    def __init__(
        self, work: UnitOfWork, gateway: LlmGateway, *, limits: Callable[[], Mapping[str, int]] = dict
    ) -> None:
        """Ask the models of ``gateway``; ``limits`` returns how many answers limited connections write at once."""
        self._work, self._gateway, self._places = work, gateway, AnswerSlots(work, limits)

    async def claim(self, limit: int) -> tuple[list[UUID], NextDecision]:
        """Claim decisions that are due, each for :meth:`decide`; and return the decisions that still wait."""
        async with self._work.begin() as ctx:
            await give_up_decisions(ctx)
            return await claim_decisions(ctx, limit), await waiting_decisions(ctx)

    def now(self) -> datetime:
        """Return the time by which decisions are due."""
        return self._work.clock()

    async def decide(self, decision_id: UUID) -> None:
        """Decide, and carry out the decision."""
        async with self._work.begin() as ctx:
            silence = await read_silence(ctx, decision_id)
        if silence is None:
            return
        offered = await self._gateway.models()
        speaker = silence.model or default_model(offered).id
        held = HeldReservation(decision_id, silence.room_id, None)
        try:
            if await self._work.admits(DECISIONS, str(silence.room_id)):
                decided = await self._ask(silence, offered, speaker, held)
            else:
                decided = DecisionResult(error="decision_budget")
            ids = {model.id for model in await self._gateway.models()}
            await persist(self._work, conclude, held, decided, ids, speaker)
        finally:
            await persist(self._work, let_go, held)

    async def _ask(
        self, silence: Silence, offered: Sequence[ModelInfo], speaker: str, held: HeldReservation
    ) -> DecisionResult:
        model = next((each for each in offered if each.decides), None)
        model = model or next((each for each in offered if each.id == speaker), None)
        if model is None:
            return DecisionResult(error="llm_model_not_found", model=speaker)
        try:
            request = await asyncio.to_thread(_request, model, silence)
            most = cost_of(model, Usage(estimate_prompt(request.messages), VERDICT_TOKENS))
            async with self._work.begin() as ctx:
                await hold(ctx, held, most)
        except LlmError as error:  # nothing that the model may see
            return DecisionResult(error=error.code)
        except CANNOT_PAY as error:
            return DecisionResult(error=error.code, model=model.id)
        answer = _Answer(request)
        return _decided(model, answer, await self._read(answer))

    async def _read(self, answer: "_Answer") -> str | None:
        """Read the model's decision; return the code of an error."""
        try:
            default = default_model(await self._gateway.models()).id
            async with asyncio.timeout(DECIDE_SECONDS), self._places.taken(answer.request.model, default):
                await answer.read(self._gateway)
        except TimeoutError:
            return "llm_timeout"
        except LlmError as error:
            return error.code
        except Exception:
            # Any error of a vendor's library means silence.
            log.exception("decision_failed", model=answer.request.model)
            return "llm_unavailable"
        return None


class _Answer:
    """The text of a model so far."""

    def __init__(self, request: CompletionRequest) -> None:
        self.request, self.text = request, ""
        self.usage: Usage | None = None

    async def read(self, gateway: LlmGateway) -> None:
        """Read the answer to its end, or until it is too long for a verdict."""
        async with aclosing(gateway.stream(self.request)) as pieces:
            async for piece in pieces:
                self.text = piece.text if piece.anew else self.text + piece.text
                self.usage = piece.usage or self.usage
                if len(self.text) > VERDICT_CHARS:
                    break


def _request(model: ModelInfo, silence: Silence) -> CompletionRequest:
    """Return the request for a verdict: the newest messages, bounded, and the question at their end."""
    prompt = build_prompt(
        _until(silence)[-MESSAGES:],
        system=instructed(DECIDE, silence.instructions),
        budget_tokens=min(model.prompt_budget, TOKENS),
        count=estimate_tokens,
    )
    *turns, last = prompt.messages
    asks = replace(last, content=f"{last.content}\n\n{DECIDE_NOW}")
    return CompletionRequest(model.id, (*turns, asks), VERDICT_TOKENS, decides=True)


def _until(silence: Silence) -> Sequence[PromptMessage]:
    """Return the messages up to this one, without those that arrived during the reading."""
    place = next((n for n, each in enumerate(silence.history) if each.id == silence.message_id), -1)
    return silence.history[: place + 1]


def _decided(model: ModelInfo, answer: _Answer, error: str | None) -> DecisionResult:
    usage = answer.usage or _estimated(answer.request.messages, answer.text)
    counted = DecisionResult(error=error, model=model.id, usage=usage, cost=cost_of(model, usage))
    verdict = None if error else parse_verdict(answer.text)
    return replace(counted, verdict=verdict) if verdict else replace(counted, error=error or "decision_unclear")


def _estimated(messages: Sequence[LlmMessage], text: str) -> Usage:
    return Usage(sum(estimate_tokens(each.content) for each in messages), estimate_tokens(text))
