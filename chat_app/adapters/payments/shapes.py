"""Take an answer of another shape than documented for one of a provider that is away."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from chat_app.adapters.answers import MALFORMED
from chat_app.core.payments.errors import PaymentsAway

log = structlog.get_logger()


@contextmanager
def as_documented() -> Iterator[None]:
    """Read answers of a provider of payments. Raises :class:`PaymentsAway` where they lack what they should have."""
    try:
        yield
    except (*MALFORMED, OverflowError) as error:
        log.warning("payments_malformed", error=type(error).__name__)
        raise PaymentsAway() from None
