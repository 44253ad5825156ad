"""What can go wrong with a group."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotFound


class GroupNotFound(NotFound):
    """No such group, or somebody else's."""

    default_code = "group_not_found"


class GroupNameInvalid(Invalid):
    """A group's name has from one to ``maximum`` characters."""

    default_code = "group_name_invalid"


class GroupsFull(Conflict):
    """There are ``maximum`` groups, or people in the group, already."""

    default_code = "groups_full"
