"""Errors of running the site."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotAllowed


class InvalidRole(Invalid):
    """There is no such role in running the site."""

    default_code = "site_role_invalid"


class NotOnOneself(NotAllowed):
    """The action is not allowed on the actor's own account: nobody can promote themselves, or lock themselves out."""

    default_code = "not_on_oneself"


class IsAdmin(NotAllowed):
    """An admin's account is not touched: first their role is taken."""

    default_code = "is_site_admin"


class RoomHasOwner(Conflict):
    """The room has an owner: only a room whose owner was deleted can be given to another one."""

    default_code = "room_has_owner"
