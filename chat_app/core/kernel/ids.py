"""Identifiers: UUIDv7 (RFC 9562), made in the app, so that they sort by time of creation."""

from uuid import UUID

from uuid_utils.compat import uuid7

from chat_app.core.kernel.errors import DomainError

AnyId = UUID | str
"""An id as outer layers pass it. A use case takes it, and ``access_*`` parses it; below there are only UUIDs."""


def new_id() -> UUID:
    """Return a fresh UUIDv7."""
    return uuid7()


def parse_id(value: object, missing: type[DomainError]) -> UUID:
    """Parse an id from outside.

    An invalid id cannot exist, so it raises ``missing``, the error of the requested thing.
    """
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value))
    except ValueError:
        raise missing() from None
