"""The permissions of each role."""

from typing import Any

from chat_app.core.access.permissions import Permission, Role, can


def permissions_of(role: Role, **room: Any) -> list[Permission]:
    """All permissions of a role, in the order of `Permission`, in a room as `can` describes it."""
    return [permission for permission in Permission if can(role, permission, **room)]
