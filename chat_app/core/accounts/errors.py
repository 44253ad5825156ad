"""Errors of accounts."""

from chat_app.core.kernel.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
)


class InvalidField(Invalid):
    """A form field is not valid: the code says why, ``field`` names the field."""

    def __init__(self, code: str, field: str, **details: object) -> None:
        super().__init__(code, field=field, **details)


class Taken(Conflict):
    """The email or username is already in use."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}_taken", field=field)


class SignUpClosed(NotAllowed):
    """The site accepts no new accounts (``sign_up_closed``), or only invited ones (``sign_up_by_invitation``)."""

    default_code = "sign_up_closed"


class DomainNotAllowed(NotAllowed):
    """The site accepts only addresses of its ``domains``."""

    default_code = "sign_up_domain"

    def __init__(self, domains: str) -> None:
        super().__init__(field="email", domains=domains)


class UserNotFound(NotFound):
    """No such user."""

    default_code = "user_not_found"
