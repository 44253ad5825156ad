"""Events for the process that writes an answer with tools."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CallDecided:
    """A person has approved or refused a call of this run."""

    run_id: UUID


@dataclass(frozen=True, slots=True)
class AnswerRests:
    """A call of this run waits for a person; its answer may be idle."""

    run_id: UUID
