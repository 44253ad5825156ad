"""Events for the process that writes an answer with tools."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CallDecided:
    """Somebody has approved or refused a call of this run."""

    run_id: UUID


@dataclass(frozen=True, slots=True)
class AnswerRests:
    """A call of this run waits for a person; perhaps its answer does nothing else."""

    run_id: UUID
