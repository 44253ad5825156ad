"""The request for a transcription, for the port of the models."""

from dataclasses import dataclass, field
from typing import Final

RECORDING_BYTES: Final = 25 * 2**20
"""The largest recording that is transcribed, in bytes: vendors take no larger ones."""

TRANSCRIPTION_SECONDS: Final = 100.0
"""The longest time that a transcription takes."""

BYTES_PER_SECOND: Final = 6_000
"""The bytes of a second of a recording, as browsers are asked to record it."""

THINNEST: Final = 500
LOSSLESS: Final = 1_600_000
_DENSEST: Final = {"audio/webm": 16_000, **dict.fromkeys(("audio/mp4", "audio/mpeg", "audio/ogg", "audio/aac"), 40_000)}
"""The least and the most bytes of a second: 320 kbit/s where sound is compressed, less as browsers record it."""

_ENDINGS: Final = {
    "audio/webm": "webm", "audio/mp4": "m4a", "audio/mpeg": "mp3", "audio/wav": "wav", "audio/ogg": "ogg",
    "audio/flac": "flac", "audio/aac": "aac",
}  # fmt: skip
"""Providers detect formats by the extensions of file names."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording to transcribe: its bytes, their type, and a name with the extension of that type."""

    model: str
    name: str
    mime_type: str
    data: bytes = field(repr=False)


def seconds_of(seconds: float | None, size: int, mime_type: str) -> float:
    """Return the seconds that a recording of so many bytes plays, as a basis of its price. Pure. A length that the
    recording or its sender states counts as far as its size allows.
    """
    if seconds is None:
        return size / BYTES_PER_SECOND
    return max(size / _DENSEST.get(mime_type, LOSSLESS), min(seconds, size / THINNEST))


def recording_of(model: str, mime_type: str, data: bytes) -> Recording:
    """Return a recording for a model, with a neutral name: the name of the file is not sent to providers."""
    return Recording(model, f"recording.{_ENDINGS.get(mime_type, 'bin')}", mime_type, data)
