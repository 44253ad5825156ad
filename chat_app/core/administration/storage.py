"""Show the storage that files use, and delete refused files, as the site's staff. No file is named or opened."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, or_, select
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.queries import people
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.files.errors import AttachmentNotFound
from chat_app.core.files.kinds import FileStatus
from chat_app.core.files.objects.sweeping import UNSENT_KEPT
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.wire import PersonJson, Timestamp, timestamp
from chat_app.core.rooms.staff_names import shown_name
from chat_app.core.rooms.tables import Room

LISTED: Final = 20
"""The number of the largest files, people and rooms that are listed."""


class KindSpaceOut(TypedDict):
    """The files of a kind, such as `image`; `kind` is empty for files that were not examined."""

    kind: str
    files: int
    bytes: int


class RoomSpaceOut(TypedDict):
    """The files of a room; its name is empty if the staff do not see it."""

    id: str
    name: str
    files: int
    bytes: int


class PersonSpaceOut(TypedDict):
    """The files that a person has uploaded."""

    person: PersonJson
    files: int
    bytes: int


class SiteFileOut(TypedDict):
    """A file, without its name. `problem` is why it was refused."""

    id: str
    kind: str
    mime_type: str
    bytes: int
    room_id: str | None
    uploader: PersonJson | None
    problem: str | None
    created_at: Timestamp


class StorageOut(TypedDict):
    """The bytes that files take. Quotas are null without a limit.

    `left` are files that no message has any more, which the next sweep deletes.
    """

    used: int
    files: int
    left: KindSpaceOut
    quota_site: int | None
    quota_room: int | None
    quota_person: int | None
    kinds: list[KindSpaceOut]
    rooms: list[RoomSpaceOut]
    people: list[PersonSpaceOut]
    largest: list[SiteFileOut]
    refused: list[SiteFileOut]


_SIZE: Final = cast(func.coalesce(func.sum(col(Attachment.size)), 0), BigInteger)
_KEPT: Final = col(Attachment.status) != FileStatus.REFUSED


async def view_storage(ctx: Context) -> StorageOut:
    """Return the storage that files use, by kind, room and person. Raises ``NotFound`` without the permission."""
    access_site(ctx, SitePermission.VIEW_ROOMS)
    kinds = await _by(ctx, col(Attachment.kind))
    over = or_(
        col(Attachment.room_id).is_(None),
        col(Attachment.message_id).is_(None) & (col(Attachment.created_at) < ctx.now - UNSENT_KEPT),
    )
    left = (await ctx.db.execute(select(func.count(), _SIZE).where(over))).one()
    largest = select(Attachment).where(col(Attachment.status) == FileStatus.READY).order_by(col(Attachment.size).desc())
    refused = select(Attachment).where(col(Attachment.status) == FileStatus.REFUSED)
    return {
        "used": sum(size for _, _, size in kinds),
        "files": sum(count for _, count, _ in kinds),
        "left": {"kind": "", "files": left[0], "bytes": left[1]},
        "quota_site": ctx.policy.quota_site_bytes or None,
        "quota_room": ctx.policy.quota_room_bytes or None,
        "quota_person": ctx.policy.quota_person_bytes or None,
        "kinds": [{"kind": kind, "files": count, "bytes": size} for kind, count, size in kinds],
        "rooms": await _rooms(ctx),
        "people": await _people(ctx),
        "largest": await _files(ctx, largest.limit(LISTED)),
        "refused": await _files(ctx, refused.order_by(col(Attachment.created_at).desc()).limit(LISTED)),
    }


async def delete_refused_file(ctx: Context, file_id: AnyId) -> None:
    """Delete a refused file; a job deletes its stored data.

    Raises ``NotFound``, or ``AttachmentNotFound``, also for an accepted file, which belongs to the people of its room.
    """
    access_site(ctx, SitePermission.MANAGE_ROOMS)
    which = parse_id(file_id, AttachmentNotFound)
    refused = (col(Attachment.id) == which, col(Attachment.status) == FileStatus.REFUSED)
    file = await ctx.db.scalar(select(Attachment).where(*refused).with_for_update())
    if file is None:
        raise AttachmentNotFound()
    record(ctx, Action.DELETE_FILE, room_id=file.room_id, user_id=file.uploader_id, problem=file.problem or "")
    file.room_id = file.message_id = file.sent_at = None  # as a file that its person has deleted


async def _by(ctx: Context, key: Any, limit: int = LISTED) -> list[tuple[Any, int, int]]:
    found = select(key, func.count(), _SIZE).where(_KEPT, key.is_not(None)).group_by(key).order_by(_SIZE.desc(), key)
    return [(row[0], row[1], row[2]) for row in (await ctx.db.execute(found.limit(limit))).all()]


async def _rooms(ctx: Context) -> list[RoomSpaceOut]:
    rows = await _by(ctx, col(Attachment.room_id))
    known = await ctx.db.scalars(select(Room).where(col(Room.id).in_([row[0] for row in rows])))
    names = {room.id: shown_name(room) for room in known}
    return [{"id": str(key), "name": names.get(key, ""), "files": count, "bytes": size} for key, count, size in rows]


async def _people(ctx: Context) -> list[PersonSpaceOut]:
    rows = await _by(ctx, col(Attachment.uploader_id))
    known = await people(ctx, [row[0] for row in rows])
    return [
        {"person": known[key].as_json(), "files": count, "bytes": size} for key, count, size in rows if key in known
    ]


async def _files(ctx: Context, statement: Any) -> list[SiteFileOut]:
    files: Sequence[Attachment] = (await ctx.db.scalars(statement)).all()
    known = await people(ctx, list({each.uploader_id for each in files if each.uploader_id}))
    return [_file(each, known[each.uploader_id].as_json() if each.uploader_id in known else None) for each in files]


def _file(file: Attachment, uploader: PersonJson | None) -> SiteFileOut:
    room_id: UUID | None = file.room_id
    return {
        "id": str(file.id),
        "kind": file.kind,
        "mime_type": file.mime_type,
        "bytes": file.size,
        "room_id": str(room_id) if room_id else None,
        "uploader": uploader,
        "problem": file.problem,
        "created_at": timestamp(file.created_at),
    }
