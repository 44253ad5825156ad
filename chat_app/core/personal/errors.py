"""Errors of deleting an account."""

from chat_app.core.kernel.errors import Conflict


class RoomsWithoutMaster(Conflict):
    """The actor is master of rooms with other members; ``rooms`` names them."""

    default_code = "rooms_without_master"


class RoomsChanged(Conflict):
    """The actor joined or left a room at the same time."""

    default_code = "rooms_changed"


class LastAdmin(Conflict):
    """The site would have no admin left."""

    default_code = "last_admin"
