"""The request for speech and its pieces, for the port of the models."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

SILENCE_SECONDS: Final = 30.0
"""The longest wait for the next piece: models say the first words within a few seconds."""

SOUND_TYPE: Final = "audio/mpeg"
"""MP3: every browser plays it while it comes, and pieces of it may follow one another."""

UTTERANCE_MAX: Final = 4_000
"""Characters of a request: vendors take no more."""


class Speaker(NamedTuple):
    """The model that the admins have named for reading aloud, and its voice."""

    model: str
    voice: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """A text that a model is to say with a voice."""

    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Sound:
    """The next piece of what is said, MP3. The first one has the `cost` of all, in millionths of a US dollar; None
    where the price is unknown.
    """

    data: bytes = field(repr=False)
    cost: int | None = None
