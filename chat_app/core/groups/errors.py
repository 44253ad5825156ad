"""Errors of groups."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotFound


class GroupNotFound(NotFound):
    """The group does not exist, or belongs to another person."""

    default_code = "group_not_found"


class GroupNameInvalid(Invalid):
    """A group's name must have 1 to ``maximum`` characters."""

    default_code = "group_name_invalid"


class GroupsFull(Conflict):
    """There are already ``maximum`` groups, or people in the group."""

    default_code = "groups_full"
