"""Recordings that models write down."""

from dataclasses import dataclass, field
from typing import Final

RECORDING_BYTES: Final = 25 * 2**20
"""The largest recording that is transcribed, in bytes: vendors take no larger ones."""

TRANSCRIPTION_SECONDS: Final = 100.0
"""The longest time that a transcription takes."""

BYTES_PER_SECOND: Final = 6_000
"""What a second of a recording takes as browsers are asked to record it."""

_ENDINGS: Final = {
    "audio/webm": "webm", "audio/mp4": "m4a", "audio/mpeg": "mp3", "audio/wav": "wav", "audio/ogg": "ogg",
    "audio/flac": "flac", "audio/aac": "aac",
}  # fmt: skip
"""Vendors tell formats by the ends of names."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that a model is to write down: its bytes, their type, and a name whose end tells that type, too."""

    model: str
    name: str
    mime_type: str
    data: bytes = field(repr=False)


def seconds_of(seconds: float | None, size: int) -> float:
    """Return how long a recording plays, by its size in bytes where it does not say so itself. Pure."""
    return size / BYTES_PER_SECOND if seconds is None else seconds


def recording_of(model: str, mime_type: str, data: bytes) -> Recording:
    """Return a recording for a model, with a name of its own: that of its file is nothing to a vendor."""
    return Recording(model, f"recording.{_ENDINGS.get(mime_type, 'bin')}", mime_type, data)
