"""Errors of direct chats."""

from chat_app.core.kernel.errors import NotAllowed


class PersonBlocked(NotAllowed):
    """One of the two people has blocked the other. The error does not say which."""

    default_code = "person_blocked"
