"""Let a room's model summarise its older messages. If anything fails, there is no summary."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import Final
from uuid import UUID

import structlog
from limits import RateLimitItemPerHour

from chat_app.core.ai.context.prompt import estimate_prompt, estimate_tokens
from chat_app.core.ai.costs.holding import CANNOT_PAY, holding
from chat_app.core.ai.costs.prices import cost_of
from chat_app.core.ai.models.offers import default_model
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmGateway, ModelInfo
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.runs.places import AnswerSlots
from chat_app.core.ai.summaries.request import SummaryRequest, ask_summary, clean_summary
from chat_app.core.ai.summaries.saving import MadeSummary, save_summary
from chat_app.core.ai.summaries.stretch import Stretch, read_stretch
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.persistence import persist
from chat_app.core.kernel.texts.cleaning import storable

SUMMARIES: Final = RateLimitItemPerHour(20, namespace="summaries")
"""The limit of summaries of one room. Further ones wait for the next need."""

SUMMARY_SECONDS: Final = 90.0
ROUNDS: Final = 4
"""The maximum number of summaries in a row, each of which extends the previous one."""

log = structlog.get_logger()


class Summariser:
    """Makes summaries in a process."""

    def __init__(
        self, work: UnitOfWork, gateway: LlmGateway, *, limits: Callable[[], Mapping[str, int]] = dict
    ) -> None:
        """Ask the models of ``gateway``; ``limits`` returns how many answers limited connections write at once."""
        self._work, self._gateway, self._places = work, gateway, AnswerSlots(work, limits)

    async def summarise(self, room_id: UUID, until: UUID) -> None:
        """Make or extend the summary of a room, up to the message ``until``."""
        for _ in range(ROUNDS):
            async with self._work.begin() as ctx:
                stretch = await read_stretch(ctx, room_id, until)
            if stretch is None or not await self._work.admits(SUMMARIES, str(room_id)):
                return
            model = await self._model(stretch.model)
            asked = await asyncio.to_thread(ask_summary, stretch, model)
            try:
                saved = await self._make(stretch, asked, model)
            except CANNOT_PAY as error:
                log.info("summary_failed", room=str(room_id), code=error.code)
                return
            if asked.whole or not saved:
                return

    async def _make(self, stretch: Stretch, asked: SummaryRequest, model: ModelInfo) -> bool:
        """Make and save a summary, once its greatest cost is reserved; return whether it was saved."""
        written = asked.request.max_output or model.max_output
        most = cost_of(model, Usage(estimate_prompt(asked.request.messages), written))
        async with holding(self._work, stretch.room_id, None, most) as held:
            made = await self._ask(asked, model)
            if made is None:
                return False
            saved = await persist(self._work, save_summary, stretch, made, held)
        if not saved:
            log.info("summary_outdated", room=str(stretch.room_id))
        return saved

    async def _model(self, wanted: str | None) -> ModelInfo:
        offered = await self._gateway.models()
        return next((each for each in offered if each.id == wanted), default_model(offered))

    async def _ask(self, asked: SummaryRequest, model: ModelInfo) -> MadeSummary | None:
        answer = _Answer(asked.request)
        try:
            default = default_model(await self._gateway.models()).id
            async with asyncio.timeout(SUMMARY_SECONDS), self._places.taken(model.id, default):
                await answer.read(self._gateway)
        except TimeoutError:
            log.warning("summary_failed", model=model.id, code="llm_timeout")
            return None
        except LlmError as error:
            log.warning("summary_failed", model=model.id, code=error.code)
            return None
        except Exception:
            # After any error of a provider's library, no summary is stored.
            log.exception("summary_failed", model=model.id)
            return None
        text = clean_summary(storable(answer.text), asked.tokens)
        if not text:
            log.warning("summary_failed", model=model.id, code="llm_empty")
            return None
        usage = answer.usage or Usage(estimate_prompt(asked.request.messages), estimate_tokens(answer.text))
        return MadeSummary(asked.covered, text, estimate_tokens(text), model.id, usage, cost_of(model, usage))


class _Answer:
    """The text of a model so far."""

    def __init__(self, request: CompletionRequest) -> None:
        self.request, self.text = request, ""
        self.usage: Usage | None = None

    async def read(self, gateway: LlmGateway) -> None:
        """Read the answer to its end."""
        async with aclosing(gateway.stream(self.request)) as pieces:
            async for piece in pieces:
                self.text = piece.text if piece.anew else self.text + piece.text
                self.usage = piece.usage or self.usage
