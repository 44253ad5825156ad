"""The permission table. Every check in Parley ends here."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """A member's role in one room, from the least to the most."""

    READER = "reader"
    GUEST = "guest"
    MEMBER = "member"
    ADMIN = "admin"
    MASTER = "master"

    @property
    def rank(self) -> int:
        """Return the position in the order of roles, 0 for the lowest."""
        return list(Role).index(self)


class Permission(StrEnum):
    """A permission in a room."""

    VIEW = "view"
    SEND = "send"
    ASK_AI = "ask_ai"
    CHOOSE_MODEL = "choose_model"
    REGENERATE_ANY_ANSWER = "regenerate_any_answer"
    """Stop and regenerate other people's answers."""
    MANAGE_AI = "manage_ai"
    """Choose when the AI speaks, see its decisions, and choose which roles have the AI permissions."""
    APPROVE_TOOLS = "approve_tools"
    """Decide whether a model's tool call is made, if it sends data out of the server or changes something."""
    MENTION_ALL = "mention_all"
    PIN = "pin"
    INVITE = "invite"
    MANAGE_MEMBERS = "manage_members"
    EDIT_ROOM = "edit_room"
    EXPORT_ROOM = "export_room"
    """Download the room's conversation, as oneself sees it."""
    DELETE_ANY_MESSAGE = "delete_any_message"
    ARCHIVE_ROOM = "archive_room"
    TRANSFER_ROOM = "transfer_room"
    MANAGE_BILLING = "manage_billing"
    """Choose who pays for what models do."""
    DELETE_ROOM = "delete_room"


_READER = frozenset({Permission.VIEW})
_GUEST = _READER | {Permission.SEND}
_MEMBER = _GUEST | {Permission.ASK_AI, Permission.MENTION_ALL}
_ADMIN = _MEMBER | {
    Permission.CHOOSE_MODEL,
    Permission.REGENERATE_ANY_ANSWER,
    Permission.MANAGE_AI,
    Permission.APPROVE_TOOLS,
    Permission.PIN,
    Permission.INVITE,
    Permission.MANAGE_MEMBERS,
    Permission.EDIT_ROOM,
    Permission.EXPORT_ROOM,
}
_MASTER = _ADMIN | {
    Permission.DELETE_ANY_MESSAGE,
    Permission.ARCHIVE_ROOM,
    Permission.TRANSFER_ROOM,
    Permission.MANAGE_BILLING,
    Permission.DELETE_ROOM,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.READER: _READER,
    Role.GUEST: _GUEST,
    Role.MEMBER: _MEMBER,
    Role.ADMIN: _ADMIN,
    Role.MASTER: _MASTER,
}

WHILE_ARCHIVED = frozenset(
    {
        Permission.VIEW,
        Permission.EXPORT_ROOM,
        Permission.ARCHIVE_ROOM,
        Permission.TRANSFER_ROOM,
        Permission.DELETE_ROOM,
    }
)
"""The permissions that remain in an archived room, for the roles that have them."""

IN_DIRECT_CHATS = frozenset(
    {
        Permission.VIEW,
        Permission.SEND,
        Permission.ASK_AI,
        Permission.CHOOSE_MODEL,
        Permission.REGENERATE_ANY_ANSWER,
        Permission.MANAGE_AI,
        Permission.APPROVE_TOOLS,
        Permission.PIN,
        Permission.EXPORT_ROOM,
    }
)
"""The permissions of both people in a direct chat, whatever their roles: neither has a higher rank."""

IN_ASIDES = frozenset(
    {
        Permission.VIEW,
        Permission.SEND,
        Permission.ASK_AI,
        Permission.CHOOSE_MODEL,
        Permission.REGENERATE_ANY_ANSWER,
        Permission.PIN,
        Permission.EXPORT_ROOM,
        Permission.DELETE_ANY_MESSAGE,
        Permission.DELETE_ROOM,
    }
)
"""A person's permissions in their aside of a room; asking also takes ``ASK_AI`` in the room."""

AI_RIGHTS = {
    Permission.ASK_AI: Role.MEMBER,
    Permission.CHOOSE_MODEL: Role.ADMIN,
    Permission.REGENERATE_ANY_ANSWER: Role.ADMIN,
    Permission.MANAGE_AI: Role.ADMIN,
    Permission.APPROVE_TOOLS: Role.ADMIN,
}
"""The permissions that each room sets itself: the lowest role that has each, by default as in :data:`PERMISSIONS`."""

Least = Mapping[Permission, Role]
"""The lowest roles that a room has set for some of :data:`AI_RIGHTS`."""


def can(role: Role, permission: Permission, *, archived: bool = False, least: Least = MappingProxyType({})) -> bool:
    """Return whether ``role`` has ``permission`` in a room that is ``archived`` or not, and has set ``least`` roles."""
    if archived and permission not in WHILE_ARCHIVED:
        return False
    if permission in least:
        return role.rank >= least[permission].rank
    return permission in PERMISSIONS[role]
