"""The request for speech, for the port of the models."""

from dataclasses import dataclass
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
