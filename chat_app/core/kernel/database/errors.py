"""Convert errors of the database into domain errors."""

from typing import Final

import psycopg
import structlog
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chat_app.core.kernel.errors import Busy, Conflict, DomainError, Invalid, Unavailable

_KEPT_WAITING: Final = frozenset({"55P03", "40P01"})
"""PostgreSQL's codes for a lock time-out and for a deadlock."""

_ENDED_FOR_US: Final = "25"
"""The prefix of codes of transactions that the server ended as idle, or that are read-only."""

_LACKS: Final = ("53", "58")
"""The prefixes of codes of a server that lacks space, memory or connections, or cannot use its disk."""

_AWAY: Final = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)
_REFUSED: Final = (IntegrityError, DataError, psycopg.IntegrityError, psycopg.DataError, UnicodeEncodeError)
"""The errors of values that cannot be stored; a lone surrogate cannot even be sent."""

FAILURES: Final = (*_AWAY, *_REFUSED, InternalError, psycopg.InternalError)
"""The errors that :func:`told_of` knows."""

log = structlog.get_logger()


def told_of(error: Exception) -> DomainError | None:
    """Return the domain error for one of ``FAILURES``; ``None`` if it is a defect of ours."""
    if isinstance(error, _REFUSED):
        return _not_stored(error)
    if _state(error).startswith(_LACKS):  # which only the site's operator can mend
        log.error("database_lacks", error=type(getattr(error, "orig", error)).__name__)
    if isinstance(error, _AWAY) or _state(error).startswith(_ENDED_FOR_US):
        return (Busy if _state(error) in _KEPT_WAITING else Unavailable)(retry_after=1)
    return None


def _not_stored(error: Exception) -> DomainError:
    """Return the domain error for a refused value.

    The log gets only the name of the constraint: the database's error text may contain people's texts.
    """
    cause = getattr(error, "orig", error)
    diagnosis = getattr(cause, "diag", None)
    log.warning("database_error", error=type(cause).__name__, constraint=getattr(diagnosis, "constraint_name", None))
    return Conflict() if isinstance(cause, psycopg.IntegrityError) else Invalid("invalid_request")


def _state(error: Exception) -> str:
    """Return PostgreSQL's code for an error; empty if it has none."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""
