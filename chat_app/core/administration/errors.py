"""Errors of running the site."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotAllowed


class InvalidRole(Invalid):
    """There is no such role in running the site."""

    default_code = "site_role_invalid"


class NotOnOneself(NotAllowed):
    """Nobody does this to their own account: neither do they raise themselves, nor lock themselves out."""

    default_code = "not_on_oneself"


class IsAdmin(NotAllowed):
    """An admin's account is not touched: first their role is taken."""

    default_code = "is_site_admin"


class RoomHasOwner(Conflict):
    """A room is only given to another owner where its own is gone."""

    default_code = "room_has_owner"
