"""The permission table. Every check in Parley ends here."""

from enum import StrEnum


class Role(StrEnum):
    """A member's role in one room, from the least to the most."""

    READER = "reader"
    GUEST = "guest"
    MEMBER = "member"
    ADMIN = "admin"
    MASTER = "master"

    @property
    def rank(self) -> int:
        """Place in the order of roles, 0 for the least."""
        return list(Role).index(self)


class Permission(StrEnum):
    """Something one can do in a room."""

    VIEW = "view"
    SEND = "send"
    ASK_AI = "ask_ai"
    MANAGE_AI = "manage_ai"
    """Choose the room's model and when it speaks; stop and regenerate other people's answers."""
    INVITE = "invite"
    MANAGE_MEMBERS = "manage_members"
    EDIT_ROOM = "edit_room"
    DELETE_ANY_MESSAGE = "delete_any_message"
    ARCHIVE_ROOM = "archive_room"
    DELETE_ROOM = "delete_room"


_READER = frozenset({Permission.VIEW})
_GUEST = _READER | {Permission.SEND}
_MEMBER = _GUEST | {Permission.ASK_AI}
_ADMIN = _MEMBER | {Permission.MANAGE_AI, Permission.INVITE, Permission.MANAGE_MEMBERS, Permission.EDIT_ROOM}
_MASTER = _ADMIN | {Permission.DELETE_ANY_MESSAGE, Permission.ARCHIVE_ROOM, Permission.DELETE_ROOM}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.READER: _READER,
    Role.GUEST: _GUEST,
    Role.MEMBER: _MEMBER,
    Role.ADMIN: _ADMIN,
    Role.MASTER: _MASTER,
}

WHILE_ARCHIVED = frozenset({Permission.VIEW, Permission.ARCHIVE_ROOM, Permission.DELETE_ROOM})
"""What an archived room still admits (to the roles that have it)."""


def can(role: Role, permission: Permission, *, archived: bool = False) -> bool:
    """Whether ``role`` has ``permission`` in a room that is ``archived`` or not."""
    return permission in PERMISSIONS[role] and (not archived or permission in WHILE_ARCHIVED)


def permissions_of(role: Role, *, archived: bool = False) -> list[Permission]:
    """All that ``role`` may do, in the order of :class:`Permission`."""
    return [permission for permission in Permission if can(role, permission, archived=archived)]
