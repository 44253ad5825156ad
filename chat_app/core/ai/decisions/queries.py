"""Show the AI's decisions: the reasons to people who manage a room's AI, the numbers to the site's admins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, cast
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.permissions import Permission
from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.ai.tables import AiDecision, DecisionChoice, DecisionStatus
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.database.columns import table_of
from chat_app.core.kernel.ids import AnyId
from chat_app.core.kernel.pages import Page, Place, page_of
from chat_app.core.kernel.wire import Timestamp, one_of, timestamp
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.access import access_room
from chat_app.core.safety.errors import ReportNotFound

PAGE_MAX: Final = 50
COUNTED: Final = timedelta(days=30)


class DecisionJson(TypedDict):
    """A decision about a message: to speak, to react with the `emoji`, or to stay silent, and the model's `reason`.

    `dropped`: the decision was too late, and had no effect. `error` is the code of the error that kept the AI silent.
    `cost` is in millionths of a US dollar; null if the price is unknown.
    """

    message: str
    choice: Annotated[str, one_of(DecisionChoice)]
    reason: str
    emoji: str | None
    dropped: bool
    error: str | None
    model: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: int | None
    at: Timestamp


class DecisionCountJson(TypedDict):
    """The decisions of a model in the last 30 days, with tokens and cost; `cost` as in a decision."""

    model: str
    decisions: int
    spoken: int
    reacted: int
    prompt_tokens: int
    completion_tokens: int
    cost: int | None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision that was made. The reason is empty once the message is deleted, whose words may be in it."""

    message_id: UUID
    choice: DecisionChoice
    reason: str
    emoji: str | None
    dropped: bool
    error: str | None
    model: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: int | None
    at: datetime

    def as_json(self) -> DecisionJson:
        """Return the shape in REST."""
        return {
            "message": str(self.message_id),
            "choice": self.choice.value,
            "reason": self.reason,
            "emoji": self.emoji,
            "dropped": self.dropped,
            "error": self.error,
            "model": self.model,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "cost": self.cost,
            "at": timestamp(self.at),
        }


async def list_decisions(
    ctx: Context, room_id: AnyId, *, after: Place | None = None, limit: int = PAGE_MAX
) -> Page[DecisionView]:
    """Return the decisions of a room's AI, the newest first. Needs ``Permission.MANAGE_AI``."""
    access = await access_room(ctx, room_id, Permission.MANAGE_AI)
    limit = max(1, min(limit, PAGE_MAX))
    order = tuple_(col(AiDecision.decided_at), col(AiDecision.id))
    statement = (
        select(AiDecision, col(Message.deleted_at).is_not(None))
        .join(Message, col(Message.id) == col(AiDecision.message_id))
        .where(col(AiDecision.room_id) == access.room.id, col(AiDecision.decided_at).is_not(None))
        .order_by(col(AiDecision.decided_at).desc(), col(AiDecision.id).desc())
        .limit(limit + 1)
    )
    statement = statement.where(order < after) if after else statement
    rows = (await ctx.db.execute(statement)).all()
    page = page_of(rows, limit, lambda row: Place(cast(datetime, row[0].decided_at), row[0].id))
    return Page([_view(*row) for row in page.items], page.next)


async def count_decisions(ctx: Context) -> list[DecisionCountJson]:
    """Count the newest decisions of all rooms by the model that made them; for the site's admins."""
    access_site(ctx, SitePermission.MANAGE_MODELS, ReportNotFound)
    columns: list[ColumnElement[Any]] = [
        table_of(AiDecision).c.model,
        *(func.count(), _number_of(DecisionChoice.SPEAK), _number_of(DecisionChoice.REACT)),
        *(
            func.coalesce(func.sum(each), 0)
            for each in (col(AiDecision.prompt_tokens), col(AiDecision.completion_tokens))
        ),
        func.sum(col(AiDecision.cost)),
    ]
    newest = col(AiDecision.decided_at) > ctx.now - COUNTED, col(AiDecision.model).is_not(None)
    counted = select(*columns).where(*newest).group_by(columns[0]).order_by(columns[1].desc())
    return [
        {
            "model": model,
            "decisions": decisions,
            "spoken": spoken,
            "reacted": reacted,
            "prompt_tokens": read,
            "completion_tokens": written,
            "cost": cost,
        }
        for model, decisions, spoken, reacted, read, written, cost in await ctx.db.execute(counted)
    ]


def _number_of(choice: DecisionChoice) -> ColumnElement[int]:
    done = col(AiDecision.choice) == choice, col(AiDecision.status) == DecisionStatus.DECIDED
    return func.count().filter(*done)


def _view(row: AiDecision, is_deleted: bool) -> DecisionView:
    assert row.decided_at, "the statement wants it"
    return DecisionView(
        row.message_id,
        DecisionChoice(row.choice or DecisionChoice.SILENT),
        "" if is_deleted else row.reason,
        row.emoji,
        row.status == DecisionStatus.DROPPED,
        row.error,
        row.model,
        row.prompt_tokens,
        row.completion_tokens,
        row.cost,
        row.decided_at,
    )
