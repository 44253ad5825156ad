"""The names of rooms that the staff may see.

A name made from messages reveals their content, and the name of a private chat is private: both are neither shown nor
found by a search.
"""

from typing import Final

from sqlalchemy import ColumnElement, and_
from sqlmodel import col

from chat_app.core.rooms.tables import Room, RoomKind

_SHARED: Final = (RoomKind.ROOM, RoomKind.GROUP)


def is_named() -> ColumnElement[bool]:
    """Return the condition of rooms whose names the staff see."""
    return and_(col(Room.kind).in_(_SHARED), ~col(Room.auto_named))


def shown_name(room: Room) -> str:
    """Return the name of a room as the staff see it; empty if it is not for them."""
    return room.name if room.kind in _SHARED and not room.auto_named else ""


def typed_name(room: Room) -> str:
    """Return what is typed to confirm that a room is deleted: its name, or its id where the name is not shown."""
    return shown_name(room) or str(room.id)
