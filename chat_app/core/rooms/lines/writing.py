"""Write lines into a room's history: who joined or left, and what changed.

A line is a row among the room's messages, with its own place and without text. It is written in the transaction of the
change, into a locked room.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from limits import RateLimitItemPerHour
from sqlalchemy import column, insert, table
from sqlalchemy.dialects.postgresql import JSONB

from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.access import advance
from chat_app.core.rooms.events import LineWritten
from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.rooms.tables import Room, RoomKind

LINES = RateLimitItemPerHour(300, namespace="room_lines")
"""Limit of the lines that one person writes by joining, renaming and changing roles."""

_OF_SUPPORT: Final = frozenset(
    {
        *(LineKind.HELP_ASKED, LineKind.HELP_WITHDRAWN, LineKind.HELP_TAKEN, LineKind.HELP_RELEASED),
        LineKind.AI_SILENT,
    }
)
_VALUES: Final = ("id", "room_id", "seq", "rev", "author_id", "created_at")
_INSERT: Final = insert(
    # By its name: the feature of messages builds on this one.
    table("messages", *map(column, (*_VALUES, "is_ai", "text", "status")), column("event", JSONB))
)


async def write_line(ctx: Context, room: Room, kind: LineKind, by: Person, *about: Person, **more: str) -> None:
    """Add a line about an action of ``by``, possibly on ``about``.

    ``more`` is the new ``name`` or ``role``. A private chat or an aside only gets lines about support. A line changes
    neither what people have read nor when the room was last active.
    """
    if room.kind in (RoomKind.CHAT, RoomKind.ASIDE) and kind not in _OF_SUPPORT:
        return
    room.last_seq += 1
    place = (new_id(), room.id, room.last_seq, advance(room), by.id, _next_time(ctx, room))
    event = {"kind": kind.value, **_ids(about), **more}
    said = {"is_ai": False, "text": "", "status": "complete", "event": event}
    await ctx.db.flush()
    await ctx.db.execute(_INSERT, {**dict(zip(_VALUES, place, strict=True)), **said})
    ctx.emit(LineWritten(place[0], room.id, room.last_seq, room.rev, place[-1], by, kind, about, **more))


def _ids(people: Sequence[Person]) -> dict[str, Any]:
    return {"people": [str(person.id) for person in people]} if people else {}


def _next_time(ctx: Context, room: Room) -> datetime:
    """Return the time of the next message in a locked room: later than the last one, even if clocks differ."""
    return max(ctx.now, room.last_activity_at + timedelta(microseconds=1)) if room.last_seq else ctx.now
