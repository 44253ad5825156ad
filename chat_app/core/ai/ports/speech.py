"""The request for speech, for the port of the models."""

from dataclasses import dataclass
from typing import Final, NamedTuple

SILENCE_SECONDS: Final = 30.0
"""The longest wait for the next piece: models send the first words within a few seconds."""

SOUND_TYPE: Final = "audio/mpeg"
"""MP3: every browser can play it while it arrives, and pieces can be joined."""

UTTERANCE_MAX: Final = 4_000
"""The maximum characters of a request: vendors accept no more."""


LETTERS_A_SECOND: Final = 12
"""Letters that are spoken in a second; a third of them in scripts whose letters are syllables or words."""


FIRST_WIDE: Final = "\u2e80"
"""The first letter of the scripts of Chinese, Japanese and Korean."""


class Speaker(NamedTuple):
    """The model that the admins have named for reading aloud, and its voice."""

    model: str
    voice: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """A text to speak, and the voice."""

    speaker: Speaker
    text: str

    @property
    def seconds(self) -> float:
        """Return an estimate of the seconds that speaking takes."""
        wide = sum(character >= FIRST_WIDE for character in self.text)
        return (len(self.text) + 2 * wide) / LETTERS_A_SECOND
