"""Errors of contacts."""

from chat_app.core.kernel.errors import (
    Conflict,
)


class TooManyContacts(Conflict):
    """The person has as many contacts as the limit allows."""

    default_code = "too_many_contacts"
