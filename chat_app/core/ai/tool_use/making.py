"""Make the tool calls of one round, after approval if it is needed, and return results for the model."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import structlog

from chat_app.core.ai.claimed import ClaimedRun
from chat_app.core.ai.costs.holding import CANNOT_PAY, holding, pass_on
from chat_app.core.ai.drawing.painter import DrawnFile, Painter
from chat_app.core.ai.ports.gateway import ToolCall
from chat_app.core.ai.runs.live_answer import LiveAnswer
from chat_app.core.ai.tool_use.commands import CallEnd, CallWait, NewCall, begin_calls, call_wait, end_call, expire_call
from chat_app.core.ai.tool_use.events import AnswerRests
from chat_app.core.ai.tool_use.resting import Resting
from chat_app.core.ai.tool_use.rules import (
    NOTHING,
    REFUSED,
    UNPAID,
    CallError,
    CheckedCall,
    check_call,
    error_result,
    told_not_kept,
    within,
)
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.persistence import persist
from chat_app.core.messages.answer_tables import TOOL_FAILED, CallStatus
from chat_app.core.messages.tables import Status
from chat_app.core.tools.ports import MadeFile, Toolbox, ToolInfo

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CallPatience:
    """The time-outs in seconds: for a tool, which also has its own limit; for an approval by a person; and between
    checks for an approval that another process has stored.
    """

    tool: float = 120.0
    approval: float = 600.0
    look: float = 1.0


PATIENCE: Final = CallPatience()


@dataclass(slots=True)
class Maker:
    """Makes the calls of the answers of a process."""

    work: UnitOfWork
    toolbox: Toolbox
    patience: CallPatience = PATIENCE
    painter: Painter | None = None
    """Stores the files that tools make; None if tools may make no files."""
    resting: Resting = field(default_factory=Resting)
    _decided: dict[UUID, asyncio.Event] = field(default_factory=dict)

    def decided(self, run_id: UUID) -> None:
        """Note that a call of a run has been approved or refused."""
        if event := self._decided.get(run_id):
            event.set()

    async def make(
        self, answer: LiveAnswer, round_: int, calls: Sequence[ToolCall], tools: Sequence[ToolInfo], allowed: int
    ) -> list[str]:
        """Make the first ``allowed`` calls, all at once, and return the results of all, in their order."""
        found = [self._checked(answer, check_call(call, tools)) for call in calls[:allowed]]
        beyond = [
            NewCall(new_id(), CheckedCall(call, error="tool_limit"), CallStatus.FAILED) for call in calls[allowed:]
        ]
        shown = [*found, *beyond[:1]]  # one line reports that there were too many
        run_id = answer.claim.run_id
        if not await persist(self.work, begin_calls, run_id, round_, shown, answer.written()):
            answer.end_as(Status.STOPPED)  # which cancels this task
            raise asyncio.CancelledError
        self._decided[run_id] = asyncio.Event()
        try:
            with self.resting.round(run_id, len(found)):
                async with asyncio.TaskGroup() as group:
                    made = [group.create_task(self._make(answer.claim, each)) for each in found]
        finally:
            del self._decided[run_id]
        return [*(each.result() for each in made), *(error_result("tool_limit") for _ in beyond)]

    def _checked(self, answer: LiveAnswer, checked: CheckedCall) -> NewCall:
        """Return a call as it begins."""
        tool, arguments, error = checked.tool, checked.arguments, checked.error
        status = CallStatus.RUNNING
        if tool and arguments is not None:
            try:
                if self.toolbox.needs_approval(tool.id, arguments):
                    status = CallStatus.WAITING
                    error = "tool_private" if answer.claim.is_aside else None
            except Exception:
                log.exception("tool_not_asked", tool=tool.id)
                error = "tool_failed"
        if error:
            return NewCall(new_id(), CheckedCall(checked.call, tool, error=error), CallStatus.FAILED)
        return NewCall(new_id(), checked, status)

    async def _make(self, claim: ClaimedRun, call: NewCall) -> str:
        """Make one call, and return its result for the model."""
        run_id = claim.run_id
        try:
            if call.checked.error:
                return error_result(call.checked.error)
            if call.status == CallStatus.WAITING and (refusal := await self._refusal(run_id, call.id)):
                return refusal
            end = await self._called(claim, call.checked)
            await persist(self.work, end_call, run_id, call.id, end)
            return end.result or error_result("tool_timeout" if end.error == "tool_timeout" else "tool_failed")
        finally:
            self.resting.end(run_id)

    async def _refusal(self, run_id: UUID, call_id: UUID) -> str | None:
        """Wait until a call is decided; return the error for the model if it is refused."""
        with self.resting.pause(run_id):
            await self.work.publish(AnswerRests(run_id))
            try:
                async with asyncio.timeout(self.patience.approval):
                    wait = await self._decision(run_id, call_id)
            except TimeoutError:
                wait = CallWait(CallStatus.WAITING)
            if wait.status == CallStatus.WAITING:  # unless it was decided immediately before
                wait = await persist(self.work, expire_call, run_id, call_id)
        if wait.status == CallStatus.RUNNING:
            return None
        if wait.status == CallStatus.REFUSED:
            return error_result(wait.error) if wait.error else REFUSED
        return error_result("tool_not_approved")

    async def _decision(self, run_id: UUID, call_id: UUID) -> CallWait:
        """Wait until a call was decided, or can be no more."""
        event = self._decided[run_id]
        while True:
            event.clear()
            with suppress(Unavailable):  # no decision is possible while the database is away
                async with self.work.begin() as ctx:
                    wait = await call_wait(ctx, call_id)
                if wait.status != CallStatus.WAITING or wait.is_shut:
                    return wait
            with suppress(TimeoutError):
                async with asyncio.timeout(self.patience.look):
                    await event.wait()

    async def _called(self, claim: ClaimedRun, checked: CheckedCall) -> CallEnd:
        """Call the tool, and return its end, after any error too."""
        tool, arguments = checked.tool, checked.arguments
        assert tool is not None
        assert arguments is not None
        asker = None if claim.unasked else claim.asker
        try:
            async with asyncio.timeout(self.patience.tool):
                price = await self.toolbox.price(tool.id)
            # Waiting for the database does not count as the tool's time.
            async with holding(self.work, claim.room_id, asker, price, patient=True) as held:
                async with asyncio.timeout(self.patience.tool):
                    result = await self.toolbox.call(tool.id, arguments)
                if took := sum(file.note.get("cost") or 0 for file in result.files):
                    await persist(self.work, pass_on, held, claim.run_id, took)  # it is settled with the answer
        except TimeoutError:
            return _failed("tool_timeout")
        except CANNOT_PAY as error:
            return CallEnd(CallStatus.FAILED, UNPAID, error.code)
        except Exception:
            log.exception("tool_raised", tool=tool.id)
            return _failed("tool_failed")
        if result.failed:
            return CallEnd(CallStatus.FAILED, within(result.text), result.code or TOOL_FAILED)
        made, not_kept = await self._kept(claim, result.files)
        if not_kept and result.needs_files:
            name, code = next(iter(not_kept.items()))
            return CallEnd(CallStatus.FAILED, told_not_kept({name: code}), code, made)
        text = "\n\n".join(filter(None, (result.text, told_not_kept(not_kept))))
        return CallEnd(CallStatus.DONE, within(text) or NOTHING, made=made)

    async def _kept(self, claim: ClaimedRun, files: Sequence[MadeFile]) -> tuple[tuple[DrawnFile, ...], dict[str, str]]:
        """Store the files that a tool has made.

        Return the stored files and those that have a cost, and the error codes of the others by name.
        """
        made, not_kept = list[DrawnFile](), dict[str, str]()
        for file in files:
            if self.painter is None or claim.asker is None:
                not_kept[file.name] = "tool_failed"
                continue
            try:
                drawn = await self.painter.keep(file, claim.room_id, claim.asker)
            except Exception:
                log.exception("made_not_kept")
                drawn = DrawnFile(None, file.note, error="tool_failed")
            if drawn.error:
                not_kept[file.name] = drawn.error
            if drawn.note or not drawn.error:
                made.append(drawn)
        return tuple(made), not_kept


def _failed(error: CallError) -> CallEnd:
    return CallEnd(CallStatus.FAILED, error=error)
