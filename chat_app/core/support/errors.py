"""Errors of support."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotFound


class NoHelpHere(Conflict):
    """Help is only for rooms and chats with an AI: not for asides, nor if the AI is off."""

    default_code = "no_help_here"


class NoHelpAsked(Conflict):
    """There is no request for help, or not any more."""

    default_code = "no_help_asked"


class SessionTaken(Conflict):
    """Another supporter has taken the conversation over; ``details["name"]`` names them."""

    default_code = "session_taken"


class SupportSessionNotFound(NotFound):
    """No such conversation that the actor may know of."""

    default_code = "session_not_found"


class InvalidHelp(Invalid):
    """A reason or a note is not acceptable."""

    default_code = "help_text_long"
