"""Writes answers: asks the model, tells the room piece by piece, and keeps the text safe meanwhile."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from chat_app.core.ai.context import build_context, estimate_tokens
from chat_app.core.ai.events import RunStopRequested
from chat_app.core.ai.ports import CompletionRequest, LlmError, LlmGateway, ModelInfo, Usage
from chat_app.core.ai.prompts import SYSTEM
from chat_app.core.ai.runs import Claim, abandoned_runs, begin_run, claim_runs, finish_run, keep_alive
from chat_app.core.ai.titles import name_room
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.text import storable, utf16_length
from chat_app.core.live.events import AnswerGrew
from chat_app.core.messages.tables import LIVE, Status
from chat_app.core.messages.views import MessageView

PIECE_SECONDS: Final = 0.04
"""Pieces of one answer are told at most this often (25 times a second)."""

SAVE_SECONDS: Final = 1.0
"""How often a live answer is saved: what a crash can cost."""

log = structlog.get_logger()


@dataclass(slots=True)
class LiveAnswer:
    """An answer that this process is writing. ``told`` and ``told_units`` say how much of the text the room has,
    in characters and in UTF-16 code units."""

    claim: Claim
    text: str = ""
    told: int = 0
    told_units: int = 0
    usage: Usage | None = None
    grew: asyncio.Event = field(default_factory=asyncio.Event)
    reader: asyncio.Task[None] | None = None
    ending: tuple[Status, str | None] = (Status.COMPLETE, None)

    def end_as(self, status: Status, error: str | None = None) -> None:
        """Stop reading; the answer ends with what it has, as ``status``."""
        self.ending = (status, error)
        if self.reader:
            self.reader.cancel()


class AnswerWriter:
    """The one place where models are asked."""

    def __init__(self, work: UnitOfWork, gateway: LlmGateway, default_model: str | None = None) -> None:
        self._work = work
        self._gateway = gateway
        self._default = default_model
        self._live: dict[UUID, LiveAnswer] = {}

    async def claim(self, limit: int) -> list[UUID]:
        """Take up to ``limit`` of the oldest queued runs, each for :meth:`write`."""
        async with self._work.begin() as ctx:
            return await claim_runs(ctx, limit)

    async def write(self, run_id: UUID) -> None:
        """Write one claimed answer to its end, whatever that is."""
        model = self._default or (await self._gateway.models())[0].id
        async with self._work.begin() as ctx:
            claim = await begin_run(ctx, run_id, model)
        if claim is None:
            return
        answer = self._live[run_id] = LiveAnswer(claim)
        try:
            status, error = await self._attend(answer)
            async with self._work.begin() as ctx:
                await finish_run(ctx, run_id, status, answer.text.rstrip(), error=error, usage=answer.usage)
        finally:
            del self._live[run_id]
        if claim.first_answer and status is Status.COMPLETE and not (await self._model(claim.model)).is_demo:
            await name_room(self._work, self._gateway, claim, answer.text)

    async def on_event(self, event: object) -> None:
        """Hear that somebody wants a run to end."""
        if isinstance(event, RunStopRequested) and (answer := self._live.get(event.run_id)):
            answer.end_as(Status.STOPPED)

    def current(self, view: MessageView) -> MessageView:
        """The message with the text that its room has been told, where this process is writing it."""
        live = self._live.get(view.answer.run) if view.answer and view.answer.run else None
        if live and view.answer and view.answer.status in LIVE and not view.deleted:
            return view.with_text(live.text[: live.told])
        return view

    async def give_up_abandoned(self) -> None:
        """Mark the runs of dead processes as failed; their text so far stays."""
        async with self._work.begin() as ctx:
            abandoned = await abandoned_runs(ctx)
        for run_id in abandoned:
            async with self._work.begin() as ctx:
                await finish_run(ctx, run_id, Status.FAILED, None, error="llm_interrupted")

    def interrupt(self) -> None:
        """Have every answer end now as failed, with its text so far: the process is going down."""
        for answer in self._live.values():
            answer.end_as(Status.FAILED, "llm_interrupted")

    async def _attend(self, answer: LiveAnswer) -> tuple[Status, str | None]:
        """Read the answer to its end, telling and saving it meanwhile."""
        answer.reader = asyncio.create_task(self._read(answer))
        attendants = [asyncio.create_task(self._tell_growth(answer)), asyncio.create_task(self._save(answer))]
        try:
            return await self._outcome(answer, answer.reader)
        finally:
            for attendant in attendants:
                attendant.cancel()
            await asyncio.gather(*attendants, return_exceptions=True)

    async def _outcome(self, answer: LiveAnswer, reader: asyncio.Task[None]) -> tuple[Status, str | None]:
        try:
            await reader
        except asyncio.CancelledError:
            if answer.ending[0] is Status.COMPLETE:
                raise
            return answer.ending
        except LlmError as error:
            log.warning("answer_failed", run=str(answer.claim.run_id), model=answer.claim.model, code=error.code)
            return Status.FAILED, error.code
        except Exception:
            # Whatever a vendor's library throws, the answer must not hang: it fails where people can see it.
            log.exception("answer_failed", run=str(answer.claim.run_id), model=answer.claim.model)
            return Status.FAILED, "llm_unavailable"
        return (Status.COMPLETE, None) if answer.text.strip() else (Status.FAILED, "llm_empty")

    async def _read(self, answer: LiveAnswer) -> None:
        model = await self._model(answer.claim.model)
        reserve = min(model.max_output, model.context_window // 4)
        context = await asyncio.to_thread(
            build_context,
            answer.claim.history,
            system=SYSTEM,
            budget_tokens=model.context_window - reserve,
            count=estimate_tokens,
        )
        async with aclosing(self._gateway.stream(CompletionRequest(model.id, context.messages))) as pieces:
            async for piece in pieces:
                answer.usage = piece.usage or answer.usage
                if piece.text:
                    answer.text += storable(piece.text)
                    answer.grew.set()

    async def _model(self, model_id: str) -> ModelInfo:
        for model in await self._gateway.models():
            if model.id == model_id:
                return model
        raise LlmError("llm_model_not_found", model=model_id)

    async def _tell_growth(self, answer: LiveAnswer) -> None:
        while True:
            await answer.grew.wait()
            answer.grew.clear()
            await self._tell(answer)
            await asyncio.sleep(PIECE_SECONDS)

    async def _tell(self, answer: LiveAnswer) -> None:
        claim, more, offset = answer.claim, answer.text[answer.told :], answer.told_units
        answer.told = len(answer.text)
        answer.told_units += utf16_length(more)
        await self._work.tell(AnswerGrew(claim.room_id, claim.message_id, claim.run_id, offset, more))

    async def _save(self, answer: LiveAnswer) -> None:
        go_on = True
        while go_on:
            await asyncio.sleep(SAVE_SECONDS)
            try:
                async with self._work.begin() as ctx:
                    go_on = await keep_alive(ctx, answer.claim.run_id, answer.text)
            except (SQLAlchemyError, OSError):
                # The database may be away for a moment; the answer goes on, and so does the lease when it is back.
                log.exception("answer_not_saved", run=str(answer.claim.run_id))
        answer.end_as(Status.STOPPED)
