"""What can go wrong between people."""

from chat_app.core.kernel.errors import (
    Conflict,
)


class TooManyContacts(Conflict):
    """A person keeps as many contacts as one may."""

    default_code = "too_many_contacts"
