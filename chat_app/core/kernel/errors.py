"""Domain errors: what can go wrong, named by a stable code.

``api/errors.py`` translates the code into an HTTP status, the browser's catalogue (``errors.<code>``) into a sentence.
"""

from typing import ClassVar


class DomainError(Exception):
    """A request of the actor cannot be fulfilled.

    ``code`` is stable and public; ``details`` are JSON values for its sentence (a limit, a field's name).
    """

    default_code: ClassVar[str] = "error"

    def __init__(self, code: str | None = None, **details: object) -> None:
        self.code = code or self.default_code
        self.details = details
        super().__init__(self.code)


class NotFound(DomainError):
    """The thing does not exist, or the actor may not know that it does."""

    default_code = "not_found"


class NotSignedIn(DomainError):
    """The request carries no valid session."""

    default_code = "not_signed_in"


class NotAllowed(DomainError):
    """The actor can see the thing, but may not do this with it."""

    default_code = "not_allowed"


class Conflict(DomainError):
    """The thing's present state does not admit the change."""

    default_code = "conflict"


class Invalid(DomainError):
    """A value is not acceptable; ``details["field"]`` names it."""

    default_code = "invalid"


class Unavailable(DomainError):
    """A service that is needed cannot be reached now."""

    default_code = "unavailable"


class Busy(Unavailable):
    """Too many requests need the same row at once, or one of them locks it for too long."""

    default_code = "busy"


class RateLimited(DomainError):
    """Too many attempts; ``details["retry_after"]`` is in seconds."""

    default_code = "rate_limited"
