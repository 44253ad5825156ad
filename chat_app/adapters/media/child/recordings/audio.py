"""Examine an audio recording."""

from pathlib import Path
from typing import Final

from tinytag import TinyTag

from chat_app.core.files.errors import FileRefused
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.ports import Examined

_ENDS: Final = {"audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/ogg": ".ogg", "audio/flac": ".flac"}
"""The endings by which the library tells formats apart."""


def examine_audio(path: Path, mime_type: str) -> Examined:
    """Return the duration of a recording. Raises ``FileRefused`` if it has no sound."""
    if mime_type not in _ENDS:
        return Examined(mime_type, FileKind.AUDIO)  # AAC alone has no header with its duration
    with path.open("rb") as file:
        tag = TinyTag.get(f"sound{_ENDS[mime_type]}", file_obj=file, tags=False)
    if not tag.duration or tag.duration < 0:
        raise FileRefused("file_broken")
    return Examined(mime_type, FileKind.AUDIO, seconds=round(tag.duration, 3))
