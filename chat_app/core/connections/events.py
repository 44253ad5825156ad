"""Events of connections."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConnectionsChanged:
    """A connection or a decision about a model has changed: every process reads all of them again."""
