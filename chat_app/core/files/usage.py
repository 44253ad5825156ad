"""Report the storage that files use."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.permissions import Permission
from chat_app.core.files.kinds import FileStatus
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.rooms.access import access_room


class SpaceJson(TypedDict):
    """Bytes that files take, and the most that they may; `quota` is `null` without a limit."""

    used: int
    quota: int | None


async def room_space(ctx: Context, room_id: AnyId) -> SpaceJson:
    """Return the space that the files of a room take."""
    room = (await access_room(ctx, room_id, Permission.VIEW)).room
    return await _space(ctx, in_room(room.id), ctx.policy.quota_room_bytes)


async def own_space(ctx: Context) -> SpaceJson:
    """Return the space that the files of the actor take."""
    return await _space(ctx, of_person(ctx.me.user_id), ctx.policy.quota_person_bytes)


def in_room(room_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition of files that count for a room."""
    return col(Attachment.room_id) == room_id


def of_person(user_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition of files that count for a person."""
    return col(Attachment.uploader_id) == user_id


async def used_space(ctx: Context, *which: ColumnElement[bool]) -> int:
    """Return the bytes that these files take, announced ones too, refused ones not."""
    size = select(func.coalesce(func.sum(Attachment.size), 0)).where(
        col(Attachment.status) != FileStatus.REFUSED, *which
    )
    return int(await ctx.db.scalar(size) or 0)


async def _space(ctx: Context, which: ColumnElement[bool], quota: int) -> SpaceJson:
    return {"used": await used_space(ctx, which), "quota": quota or None}
