"""Count the contents of rooms, by one statement for each kind, for all rooms or for those of a page."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Select, cast, func, select
from sqlmodel import col

from chat_app.core.administration.rooms.views import RoomFigures
from chat_app.core.ai.tables import AiRun
from chat_app.core.files.kinds import FileStatus
from chat_app.core.files.tables import Attachment
from chat_app.core.invitations.revoking import is_usable
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.tables import Member
from chat_app.core.safety.tables import Report


def _sum(value: Any) -> Any:
    return cast(func.coalesce(func.sum(value), 0), BigInteger)


TOKENS: Final = func.coalesce(col(AiRun.prompt_tokens), 0) + func.coalesce(col(AiRun.completion_tokens), 0)
MEMBERS: Final[Any] = select(col(Member.room_id).label("room_id"), func.count().label("value")).group_by(
    col(Member.room_id)
)
FILES: Final[Any] = (
    select(col(Attachment.room_id).label("room_id"), _sum(col(Attachment.size)).label("value"))
    .where(col(Attachment.status) != FileStatus.REFUSED)
    .group_by(col(Attachment.room_id))
)
USED: Final[Any] = select(col(AiRun.room_id).label("room_id"), _sum(TOKENS).label("value")).group_by(col(AiRun.room_id))
REPORTED: Final[Any] = (
    select(col(Message.room_id).label("room_id"), func.count().label("value"))
    .join_from(Report, Message, col(Message.id) == col(Report.message_id))
    .where(col(Report.resolved_at).is_(None))
    .group_by(col(Message.room_id))
)


async def read_figures(ctx: Context, room_ids: Sequence[UUID]) -> dict[UUID, RoomFigures]:
    """Return the numbers of these rooms."""
    members = await _counted(ctx, MEMBERS.where(col(Member.room_id).in_(room_ids)))
    of_files = FILES.add_columns(func.count()).where(col(Attachment.room_id).in_(room_ids))
    files = await _counted(ctx, of_files)
    runs = USED.add_columns(func.count(), _sum(col(AiRun.cost))).where(col(AiRun.room_id).in_(room_ids))
    used = await _counted(ctx, runs)
    reports = await _counted(ctx, REPORTED.where(col(Message.room_id).in_(room_ids)))
    links = await _counted(ctx, _links(ctx, room_ids))
    found: dict[UUID, RoomFigures] = {}
    for each in room_ids:
        (size, count), (tokens, answers, cost) = files.get(each, (0, 0)), used.get(each, (0, 0, 0))
        [people], [open_ones], [usable] = (of.get(each, (0,)) for of in (members, reports, links))
        found[each] = RoomFigures(people, size, count, answers, tokens, cost, open_ones, usable)
    return found


def _links(ctx: Context, room_ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    room_id = col(InviteLink.room_id)
    return select(room_id, func.count()).where(room_id.in_(room_ids), is_usable(ctx)).group_by(room_id)


async def _counted(ctx: Context, statement: Select[*tuple[Any, ...]]) -> dict[UUID, tuple[int, ...]]:
    return {row[0]: tuple(map(int, row[1:])) for row in (await ctx.db.execute(statement)).all()}
