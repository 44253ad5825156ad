"""Decide the permissions of a role in a room, given the room's state."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from chat_app.core.access.permissions import IN_ASIDES, IN_DIRECT_CHATS, WHILE_ARCHIVED, Least, Permission, Role, can
from chat_app.core.kernel.errors import DomainError, NotAllowed
from chat_app.core.rooms.errors import ChatClosed, RoomArchived, SupportHelps
from chat_app.core.rooms.kinds.help import HelpState


class RuledRoom(Protocol):
    """The properties of a room on which permissions depend."""

    pair: str | None
    parent_id: UUID | None
    closed: bool
    archived_at: datetime | None
    help_state: str

    @property
    def least(self) -> Least:
        """The least roles that the room has set for AI rights."""
        ...


def may(room: RuledRoom, role: Role, permission: Permission) -> bool:
    """Return whether ``role`` has a permission in the room in its present state."""
    if room.help_state == HelpState.TAKEN and permission is Permission.ASK_AI:
        return False
    is_shut = room.closed or room.archived_at is not None
    return _has(room, role, permission) and (not is_shut or permission in WHILE_ARCHIVED)


def refusal(room: RuledRoom, role: Role, permission: Permission, *, beside: bool = False) -> DomainError | None:
    """Return the error that prevents the permission, or nothing.

    It is :class:`RoomArchived` or :class:`ChatClosed` if these alone prevent it, and :class:`SupportHelps` if a
    supporter speaks in place of the AI, except ``beside`` the room, in an aside.
    """
    if may(room, role, permission):
        return None
    if not _has(room, role, permission):
        return NotAllowed()
    if room.closed:
        return ChatClosed()
    if room.archived_at:
        return RoomArchived()
    return None if beside else SupportHelps()


def _has(room: RuledRoom, role: Role, permission: Permission) -> bool:
    """Return whether ``role`` has a permission in the room while it is open."""
    if room.parent_id:
        return permission in IN_ASIDES
    return permission in IN_DIRECT_CHATS if room.pair else can(role, permission, least=room.least)
