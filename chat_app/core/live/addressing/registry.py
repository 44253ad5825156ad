"""Translate events to ops: each feature's handlers register themselves with :func:`ops_for`."""

from collections.abc import Iterator
from functools import singledispatch

from chat_app.core.live.wire import AnyOp

Addressed = tuple[str, AnyOp]


@singledispatch
def ops_for(event: object) -> Iterator[Addressed]:
    """Return the ops of ``event``, with their channels; none for an event without an audience."""
    return iter(())
