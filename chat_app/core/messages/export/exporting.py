"""Export a room as its reader sees it, in pieces, so that no export holds much memory or a long transaction."""

import asyncio
import json
from collections.abc import AsyncGenerator, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from limits import RateLimitItemPerHour

from chat_app.core.access.permissions import Permission
from chat_app.core.auth.sessions.commands import recognise_session
from chat_app.core.direct.queries import direct_peers
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import Invalid, NotSignedIn
from chat_app.core.kernel.ids import AnyId
from chat_app.core.messages.export.markdown import ReaderWords, heading, message_lines
from chat_app.core.messages.queries import history_after
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.people.blocks import blocked_ids
from chat_app.core.rooms.access import access_room

EXPORTS: Final = RateLimitItemPerHour(20, namespace="room-exports")
PIECE: Final = 50


class Format(StrEnum):
    """A format of an export."""

    MARKDOWN = "markdown"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class RoomExport:
    """An admitted export: its room, its time in the reader's zone, and the words of its language."""

    room: UUID
    name: str
    description: str
    at: datetime
    wording: ReaderWords


async def begin_room_export(ctx: Context, room_id: AnyId, wording: ReaderWords) -> RoomExport:
    """Admit an export of a room. Raises ``RoomNotFound``, ``NotAllowed`` or ``RateLimited``."""
    access = await access_room(ctx, room_id, Permission.EXPORT_ROOM)
    await ctx.limit(EXPORTS, str(ctx.me.user_id))
    room = access.room
    peers = await direct_peers(ctx, [room])
    name = peers[room.id].name if room.id in peers else room.name
    return RoomExport(room.id, name, room.description, ctx.now.astimezone(wording.zone), wording)


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone by its name, such as Asia/Tokyo. Raises ``Invalid``."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # the name of no zone, of a folder, or of another file
        raise Invalid("invalid_request", field="zone") from None


async def exported_room(
    work: UnitOfWork, actor: Actor, export: RoomExport, format_: Format
) -> AsyncGenerator[bytes, None]:
    """Yield the export: the messages that exist for the actor, oldest first, without deleted ones.

    Raises ``NotSignedIn`` or ``NotAllowed`` where the session or the permission has ended meanwhile.
    """
    is_json, after = format_ is Format.JSON, 0
    before = (_json_start if is_json else _markdown_start)(export)
    begun, more = False, True
    while more:
        async with work.begin(actor) as ctx:
            if await recognise_session(ctx, actor.session_id) is None:
                raise NotSignedIn()
            access = await access_room(ctx, export.room, Permission.EXPORT_ROOM)
            page = await history_after(ctx, access, after, limit=PIECE)
            blocked = set(await blocked_ids(ctx))
        if shown := [each for each in page.messages if not each.deleted]:
            piece = await asyncio.to_thread(_json_rows if is_json else _markdown, shown, blocked, export.wording)
            yield before + piece
            begun, before = True, b",\n" if is_json else b""
        more, after = page.more, page.messages[-1].seq if page.messages else 0
    end = b"\n]}\n" if is_json else b""
    yield end if begun else before + end


def _json_start(export: RoomExport) -> bytes:
    about = {"id": str(export.room), "name": export.name, "description": export.description}
    head = json.dumps({"room": about, "exported_at": export.at.isoformat(timespec="milliseconds")}, ensure_ascii=False)
    return f'{head[:-1]}, "messages": [\n'.encode()


def _markdown_start(export: RoomExport) -> bytes:
    return heading(export.name, export.description, export.at, export.wording).encode()


def _json_rows(shown: Collection[MessageView], blocked: Collection[UUID], wording: ReaderWords) -> bytes:
    return ",\n".join(json.dumps(_row(each, blocked, wording), ensure_ascii=False) for each in shown).encode()


def _markdown(shown: Collection[MessageView], blocked: Collection[UUID], wording: ReaderWords) -> bytes:
    return "".join(message_lines(each, blocked, wording) for each in shown if not each.event).encode()


def _row(message: MessageView, blocked: Collection[UUID], wording: ReaderWords) -> Mapping[str, Any]:
    """Return a message as in REST, with its time in the reader's zone and the name of its model; of who is blocked,
    nothing that they have written.
    """
    row: dict[str, Any] = {**message.as_json()}
    row["at"] = message.at.astimezone(wording.zone).isoformat(timespec="milliseconds")
    if message.answer and message.answer.model:
        row["model_name"] = wording.models.get(message.answer.model, message.answer.model)
    if message.author and message.author.id in blocked:
        row = {key: row[key] for key in ("id", "seq", "at", "author")} | {"text": "", "blocked": True}
    return row
