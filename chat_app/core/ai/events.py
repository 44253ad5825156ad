"""What the process that writes answers needs to hear."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RunQueued:
    """There is an answer to write."""

    run_id: UUID


@dataclass(frozen=True, slots=True)
class RunStopRequested:
    """Somebody wants this run to end."""

    run_id: UUID
