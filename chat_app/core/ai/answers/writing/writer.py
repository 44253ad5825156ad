"""Write answers: call the model, publish the text piece by piece, and save it at intervals."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from chat_app.core.ai.answers.beginning import begin_run
from chat_app.core.ai.answers.giving_up import give_up_run, heartbeats
from chat_app.core.ai.answers.prompts import Prompts
from chat_app.core.ai.answers.reading import find_model, read_answer, read_picture
from chat_app.core.ai.answers.taking import take_runs
from chat_app.core.ai.answers.titles import name_room
from chat_app.core.ai.answers.writing.saving import Saving
from chat_app.core.ai.answers.writing.steps import rest_after
from chat_app.core.ai.claimed import ClaimedRun
from chat_app.core.ai.drawing.painter import Painter
from chat_app.core.ai.events import AnswerGrew, RunStopRequested
from chat_app.core.ai.images import ImageSource
from chat_app.core.ai.models.offers import default_model
from chat_app.core.ai.ports.gateway import LlmError, LlmGateway, ModelInfo
from chat_app.core.ai.rules import is_unfinished
from chat_app.core.ai.runs.changing import (
    INTERRUPTED,
    claim_runs,
    finish_run,
)
from chat_app.core.ai.runs.live_answer import LiveAnswer
from chat_app.core.ai.runs.places import AnswerSlots
from chat_app.core.ai.tool_use.events import CallDecided
from chat_app.core.ai.tool_use.making import PATIENCE, CallPatience, Maker
from chat_app.core.ai.tool_use.rounds import Rounds
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.persistence import persist
from chat_app.core.messages.tables import Status
from chat_app.core.tools.ports import Toolbox

LOOKS: Final = 4
"""The number of successive polls with an unchanged heartbeat after which a run is abandoned. While the database is away
there are neither heartbeats nor polls, and the count restarts.
"""

log = structlog.get_logger()


class AnswerWriter:
    """Calls models and writes their answers. No other code calls models for answers."""

    def __init__(
        self,
        work: UnitOfWork,
        gateway: LlmGateway,
        toolbox: Toolbox | None = None,
        patience: CallPatience = PATIENCE,
        *,
        limits: Callable[[], Mapping[str, int]] = dict,
        images: ImageSource | None = None,
        painter: Painter | None = None,
    ) -> None:
        """Ask the models of ``gateway``; ``limits`` returns how many answers limited connections write at once.

        Without ``images`` models see no pictures, without a ``painter`` they draw none.
        """
        self._work, self._gateway = work, gateway
        self._calls = Maker(work, toolbox, patience, painter) if toolbox else None
        self._limits, self._places = limits, AnswerSlots(work, limits)
        self._prompts, self._painter = Prompts(work, images), painter
        self._saving = Saving(work)
        self._live: dict[UUID, LiveAnswer] = {}
        self._claimed: dict[UUID, datetime] = {}
        self._begun: dict[UUID, ClaimedRun | None] = {}
        self._still: dict[UUID, tuple[datetime, int]] = {}

    @property
    def resting(self) -> int:
        """Return how many answers only wait for people to decide about calls."""
        return len(self._calls.resting) if self._calls else 0

    async def claim(self, limit: int) -> list[UUID]:
        """Take up to ``limit`` of the oldest queued runs, each for :meth:`write`."""
        model, _ = await self._models()
        async with self._work.begin() as ctx:
            claimed = await claim_runs(ctx, limit, model, self._limits())
        self._claimed |= claimed
        return list(claimed)

    async def take(self, limit: int, write: Callable[[UUID], None]) -> bool:
        """Claim the oldest queued runs, begin those whose rooms are not locked, and pass each to ``write``, which calls
        :meth:`write`. Returns whether there may be more. If that fails, each run begins separately, so that one invalid
        run does not affect the others.
        """

        def note(claimed: Mapping[UUID, datetime], begun: Mapping[UUID, ClaimedRun | None]) -> None:
            self._claimed.update(claimed)
            self._begun.update(begun)
            for run_id in claimed:
                write(run_id)

        try:
            return await take_runs(self._work, limit, await self._models(), self._limits(), note)
        except (DomainError, SQLAlchemyError) as error:
            log.warning("answers_not_begun_together", error=type(error).__name__)
        claimed = await self.claim(limit)
        for run_id in claimed:
            write(run_id)
        return len(claimed) == limit

    async def write(self, run_id: UUID) -> None:
        """Write one claimed answer to its end, and retry to store it while the database is down."""
        try:
            await self._write(run_id)
        finally:
            self._claimed.pop(run_id, None)

    async def _models(self) -> tuple[str, list[ModelInfo]]:
        """Return the site's default model, and all models whose prices are used for reservations."""
        offered = await self._gateway.models()
        return default_model(offered).id, [*offered, *await self._gateway.drawers()]

    async def _write(self, run_id: UUID) -> None:
        if run_id in self._begun:
            claim = self._begun.pop(run_id)
        else:
            model, offered = await self._models()
            claim = await persist(self._work, begin_run, run_id, model, self._claimed.get(run_id), offered)
        if claim is None:
            return
        answer = self._live[run_id] = LiveAnswer(claim)
        self._work.live_texts[run_id] = answer.received
        try:
            status, error = await self._attend(answer)
            text, thought = _ended(answer.text, status, error), answer.thinking.whole()
            about: dict[str, Any] = {"error": error, "usage": answer.usage, "cost": answer.cost}
            about |= {"prompt": answer.prompt, "drawn": answer.drawn, "speaking": answer.age}
            await persist(self._work, finish_run, run_id, status, text, reasoning=thought, **about)
        finally:
            del self._live[run_id], self._work.live_texts[run_id]
        if claim.first_answer and status is Status.COMPLETE and claim.drawing is None:
            await self._name_room(answer.claim, answer.text)  # by the model that has answered

    async def _name_room(self, claim: ClaimedRun, text: str) -> None:
        try:
            if not (await find_model(self._gateway, claim.model)).is_demo:
                await name_room(self._work, self._gateway, self._places, claim, text)
        except DomainError as error:  # an admin may have removed the model in between
            log.warning("room_not_named", room=str(claim.room_id), code=error.code)

    async def on_event(self, event: object) -> None:
        """Stop a run if ``event`` requests it; continue with a call that was decided."""
        if isinstance(event, CallDecided) and self._calls:
            self._calls.decided(event.run_id)
        if isinstance(event, RunStopRequested) and (answer := self._live.get(event.run_id)):
            answer.end_as(Status.STOPPED)

    async def give_up_abandoned(self) -> None:
        """Mark the runs of dead processes as failed, and keep their texts; never runs that this process writes."""
        seen, self._still = self._still, {}
        async with self._work.begin() as ctx:
            beats = await heartbeats(ctx)
        for run_id, beat in beats.items():
            if run_id in self._claimed:
                continue
            before, looks = seen.get(run_id, (beat, 0))
            self._still[run_id] = (beat, looks + 1 if before == beat else 1)
        for run_id, (beat, looks) in self._still.items():
            if looks >= LOOKS:
                await self._give_up(run_id, beat)

    async def _give_up(self, run_id: UUID, beat: datetime) -> None:
        try:
            async with self._work.begin() as ctx:
                await give_up_run(ctx, run_id, beat)
        except DomainError as error:
            log.warning("abandoned_answer_not_ended", run=str(run_id), code=error.code)

    def interrupt(self) -> None:
        """Have every answer end now as failed, with its text so far: the process is going down."""
        for answer in self._live.values():
            answer.end_as(Status.FAILED, INTERRUPTED)

    async def stop(self) -> None:
        """Save no more, after all answers have ended."""
        await self._saving.stop()

    async def _attend(self, answer: LiveAnswer) -> tuple[Status, str | None]:
        """Read the answer to its end; publish and save it at intervals."""
        rounds = Rounds(self._calls) if self._calls else None
        write = partial(read_answer, self._prompts, self._work, self._gateway)
        draws = answer.claim.drawing is not None
        answer.reader = asyncio.create_task(read_picture(self._painter, answer) if draws else write(answer, rounds))
        attendants = [asyncio.create_task(self._publish_growth(answer)), asyncio.create_task(self._save(answer))]
        try:
            return await self._outcome(answer, answer.reader)
        finally:
            for attendant in attendants:
                attendant.cancel()
            await asyncio.gather(*attendants, return_exceptions=True)
            await self._publish(answer)  # then the final message need not repeat the text

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
            # For any error of a vendor's library, the answer must not hang: it fails, and people see that.
            log.exception("answer_failed", run=str(answer.claim.run_id), model=answer.claim.model)
            return Status.FAILED, "llm_unavailable"
        return answer.ending if answer.text.strip() else (Status.FAILED, "llm_empty")

    async def _publish_growth(self, answer: LiveAnswer) -> None:
        while True:
            await answer.grew.wait()
            answer.grew.clear()
            await self._publish(answer)
            await asyncio.sleep(rest_after(answer.age, answer.gap, len(self._live)))

    async def _publish(self, answer: LiveAnswer) -> None:
        claim, thinking = answer.claim, answer.thinking
        place = (claim.room_id, claim.message_id, claim.seq, claim.run_id)
        for growth, seconds in ((thinking.growth, thinking.seconds), (answer.said, None)):
            if more := growth.take():
                await self._work.publish(AnswerGrew(*place, *more, seconds))

    async def _save(self, answer: LiveAnswer) -> None:
        go_on, begun = True, False
        while go_on:
            begun = await answer.next_save(begun)
            try:
                go_on = await self._saving.save(answer.claim.run_id, answer.written())
            except (DomainError, SQLAlchemyError, OSError) as error:
                # The database may be away for a while; the answer continues, and so do its heartbeats afterwards.
                log.warning("answer_not_saved", run=str(answer.claim.run_id), error=type(error).__name__)
        answer.end_as(Status.STOPPED)


def _ended(text: str, status: Status, error: str | None) -> str:
    """Return a text as it is stored. A space at the end of a cut answer is kept for its continuation."""
    return text if text.strip() and is_unfinished(status, error, text) else text.rstrip()
