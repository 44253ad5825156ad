"""What can go wrong with direct chats."""

from chat_app.core.kernel.errors import NotAllowed


class PersonBlocked(NotAllowed):
    """One of the two has blocked the other; whose block it is, is not said."""

    default_code = "person_blocked"
