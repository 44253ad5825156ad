"""Events for the process that writes answers."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RunQueued:
    """There is an answer to write."""

    run_id: UUID


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run has ended: the next one of its room and model may begin."""

    run_id: UUID


@dataclass(frozen=True, slots=True)
class PlaceFreed:
    """A call that is not an answer has released its place at a limited connection."""

    connection: str


@dataclass(frozen=True, slots=True)
class RunWaits:
    """A queued answer begins once ``before`` others of its connection have ended."""

    room_id: UUID
    message_id: UUID
    seq: int
    before: int


@dataclass(frozen=True, slots=True)
class FavoriteModelsChanged:
    """A person has other favorite models than before."""

    user_id: UUID
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunStopRequested:
    """A person has requested the end of this run."""

    run_id: UUID


@dataclass(frozen=True, slots=True)
class WindowOverflowed:
    """Messages of a room did not fit into a model's window: those up to ``message_id`` should be summarised."""

    room_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class DecisionAwaited:
    """The AI of a room should decide whether it joins in, once people are silent."""

    room_id: UUID


@dataclass(frozen=True, slots=True)
class AnswerGrew:
    """A live answer has grown by ``text``, beginning at ``offset`` (in UTF-16 code units, as browsers count). ``anew``:
    it replaces the text that was published before. With ``seconds`` it is the answer's reasoning that grew, with its
    duration.
    """

    room_id: UUID
    message_id: UUID
    seq: int
    run_id: UUID
    offset: int
    text: str
    anew: bool = False
    seconds: int | None = None
