"""What can be in the way of deleting an account."""

from chat_app.core.kernel.errors import Conflict


class RoomsWithoutMaster(Conflict):
    """Others are in rooms whose master the actor is; ``rooms`` names them."""

    default_code = "rooms_without_master"


class RoomsChanged(Conflict):
    """The actor came into a room, or out of one, at the same moment."""

    default_code = "rooms_changed"


class LastAdmin(Conflict):
    """The site would have nobody who administers it."""

    default_code = "last_admin"
