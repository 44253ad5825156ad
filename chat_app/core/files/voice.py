"""Rules of voice messages: pure checks of the browser's measurements of a recording."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chat_app.core.files.errors import FileRefused

VOICE_SECONDS_MAX: Final = 600
"""The longest recording."""

PEAKS_MAX: Final = 64
PEAK_MAX: Final = 31
"""The loudest peak; 0 is silence."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Measurements of a recording by its recorder: how long it plays, and how loud it is, part by part."""

    seconds: float
    peaks: tuple[int, ...]


def check_voice(seconds: float, peaks: Sequence[int]) -> Voice:
    """Return the measurements of a recording. Raises ``FileRefused`` if they cannot be true."""
    if not (math.isfinite(seconds) and 0 < seconds <= VOICE_SECONDS_MAX):
        raise FileRefused("voice_length_invalid", field="voice", maximum=VOICE_SECONDS_MAX)
    if not 0 < len(peaks) <= PEAKS_MAX or not all(0 <= each <= PEAK_MAX for each in peaks):
        raise FileRefused("voice_peaks_invalid", field="voice", maximum=PEAKS_MAX)
    return Voice(round(seconds, 1), tuple(peaks))
