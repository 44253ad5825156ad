"""Set which messages newcomers to a room see."""

from chat_app.core.kernel.errors import Invalid, NotAllowed
from chat_app.core.rooms.access import RoomAccess, newcomers_see
from chat_app.core.rooms.tables import NewcomersSee


def choose_newcomers(access: RoomAccess, wanted: str) -> None:
    """Set whether newcomers see all messages, or only later ones.

    Choosing the same again does not move the start. Raises ``NotAllowed`` if the actor would show messages that they do
    not see themselves.
    """
    room = access.room
    if wanted not in set(NewcomersSee):
        raise Invalid("choice_invalid", field="newcomers_see")
    if wanted == NewcomersSee.FROM_HERE:
        room.newcomers_after = room.newcomers_after or room.last_seq
    elif access.member.sees_after and newcomers_see(room) != NewcomersSee.EVERYTHING:
        raise NotAllowed()
    else:
        room.newcomers_after = 0
