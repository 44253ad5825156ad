"""Recordings that models write down."""

from dataclasses import dataclass, field
from typing import Final

RECORDING_BYTES: Final = 25 * 2**20
"""The largest recording that is transcribed, in bytes: vendors take no larger ones."""

TRANSCRIPTION_SECONDS: Final = 100.0
"""The longest time that a transcription takes."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that a model is to write down: its bytes, their type, and a name whose end tells that type, too."""

    model: str
    name: str
    mime_type: str
    data: bytes = field(repr=False)
