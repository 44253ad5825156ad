"""Errors of rooms."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


class RoomNotFound(NotFound):
    """No such room, or the actor is not a member."""

    default_code = "room_not_found"


class RoomFull(Conflict):
    """The room has as many members as the site allows."""

    default_code = "room_full"


class RoomArchived(Conflict):
    """An archived room can be read, not changed."""

    default_code = "room_archived"


class ChatClosed(Conflict):
    """One person of a direct chat has blocked the other or is deleted: the chat can be read, but not written to."""

    default_code = "chat_closed"


class InvalidRoom(Invalid):
    """A room's field is not acceptable."""

    def __init__(self, code: str, field: str, **details: object) -> None:
        super().__init__(code, field=field, **details)


class MasterMustTransfer(Conflict):
    """The master cannot leave while others are in the room."""

    default_code = "master_must_transfer"


class MemberNotFound(NotFound):
    """The person is not a member of the room."""

    default_code = "member_not_found"


class Banned(NotAllowed):
    """The actor, or the person to be admitted, is banned from the room."""

    default_code = "banned"


class JoinRequestNotFound(NotFound):
    """The person has not requested to join, or no longer."""

    default_code = "join_request_not_found"


class AiIsOff(Conflict):
    """The AI of the room never speaks, so it cannot be asked in an aside either."""

    default_code = "ai_off"


class SupportHelps(Conflict):
    """A supporter has taken the conversation over: the AI does not answer until the end of the help."""

    default_code = "support_helps"


class NoAsideHere(Conflict):
    """The actor is alone with the AI already: in a private chat, or in an aside."""

    default_code = "no_aside_here"
