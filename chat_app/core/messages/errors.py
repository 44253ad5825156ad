"""Errors of messages."""

from chat_app.core.kernel.errors import Conflict, Invalid, NotFound, RateLimited


class MessageNotFound(NotFound):
    """No such message in a room that the actor may see."""

    default_code = "message_not_found"


class MessageEmpty(Invalid):
    """Nothing is left of the text once blank space is cut."""

    default_code = "message_empty"


class MessageTooLong(Invalid):
    """Longer than ``details["maximum"]`` characters; ``details["length"]`` is the length of the text."""

    default_code = "message_too_long"


class MessageDeleted(Conflict):
    """A deleted message cannot be changed."""

    default_code = "message_deleted"


class SlowMode(RateLimited):
    """The room is in slow mode, and the actor's last message in it is too young."""

    default_code = "slow_mode"


class InvalidReaction(Invalid):
    """Not one emoji."""

    default_code = "reaction_invalid"


class ReactionsFull(Conflict):
    """A message has room for ``details["maximum"]`` different reactions."""

    default_code = "reactions_full"


class PinsFull(Conflict):
    """A room has room for ``details["maximum"]`` pinned messages."""

    default_code = "pins_full"


class AiPinsFull(Conflict):
    """A room has room for ``details["maximum"]`` messages that are pinned for AI."""

    default_code = "ai_pins_full"


class BranchNotFound(NotFound):
    """The answer has no text of this number, or no more."""

    default_code = "branch_not_found"


class InvalidRating(Invalid):
    """A rating is *up* or *down*, with a reason of at most ``details["maximum"]`` characters."""

    default_code = "rating_invalid"


class NothingToRate(Conflict):
    """The message is not an answer of an AI, or has no text yet."""

    default_code = "nothing_to_rate"
