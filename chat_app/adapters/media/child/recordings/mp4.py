"""Examine an MP4 or QuickTime file, and remove the location of the recording."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO, Final

from chat_app.adapters.media.child.recordings.boxes import Box, boxes_of, boxes_within
from chat_app.adapters.media.child.writing import DiskFailed
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.ports import CLEAN, Examined

_PRIVATE: Final = frozenset((b"udta", b"meta", b"uuid"))
"""The boxes with locations, devices and names."""

_QUICKTIME: Final = b"qt  "
_SWAPPED: Final = b"\0\0\0\0"
_PIECE: Final = 1024 * 1024


def examine_mp4(path: Path, into: Path) -> Examined:
    """Return the duration of a film or sound. Raises ``FileRefused`` if it has no table of contents."""
    with path.open("rb") as file:
        top = list(boxes_of(file, 0, os.fstat(file.fileno()).st_size))
        movies = [box for box in top if box.kind == b"moov"]
        if len(movies) != 1:
            raise FileRefused("file_broken")
        inner = list(boxes_within(file, movies[0]))
        examined = _shown(file, inner)
    if private := [box for box in (*top, *inner) if box.kind in _PRIVATE and box.body < box.end]:
        _write_clean(path, into / CLEAN, private)
    return examined


def _shown(file: BinaryIO, inner: list[Box]) -> Examined:
    """Return the kinds of the tracks."""
    handlers = [_read(file, box)[8:12] for box in inner if box.kind == b"hdlr"]
    seconds = next((_seconds(_read(file, box)) for box in inner if box.kind == b"mvhd"), None)
    if b"vide" in handlers:
        file.seek(8)
        mime_type = "video/quicktime" if file.read(4) == _QUICKTIME else "video/mp4"
        sizes = [_size(_read(file, box)) for box in inner if box.kind == b"tkhd"]
        width, height = max(sizes, default=(0, 0))
        return Examined(mime_type, FileKind.VIDEO, width=width or None, height=height or None, seconds=seconds)
    if b"soun" in handlers:
        return Examined("audio/mp4", FileKind.AUDIO, seconds=seconds)
    raise FileRefused("file_broken")


def _read(file: BinaryIO, box: Box) -> bytes:
    """Return the beginning of a box, which is all that such boxes have."""
    file.seek(box.body)
    return file.read(min(box.end - box.body, 256))


def _seconds(header: bytes) -> float | None:
    """Return the duration of the film from its header. A fragmented film has no duration there."""
    wide = header[:1] == b"\1"
    scale = int.from_bytes(header[20:24] if wide else header[12:16], "big")
    duration = int.from_bytes(header[24:32] if wide else header[16:20], "big")
    seconds = duration / scale if scale else 0
    return round(seconds, 3) if 0 < seconds < 1e7 else None


def _size(header: bytes) -> tuple[int, int]:
    """Return the displayed width and height of a track, which may be rotated by 90 degrees."""
    matrix, sides = header[-44:-8], header[-8:]
    width, height = int.from_bytes(sides[:2], "big"), int.from_bytes(sides[4:6], "big")
    return (height, width) if matrix[:4] == _SWAPPED and matrix[16:20] == _SWAPPED else (width, height)


def _write_clean(path: Path, clean: Path, private: list[Box]) -> None:
    """Write a copy in which the boxes are empty space: nothing moves, so that the tables of places stay right."""
    try:
        shutil.copyfile(path, clean)
        with clean.open("r+b") as file:
            for box in private:
                file.seek(box.start + 4)
                file.write(b"free")
                file.seek(box.body)
                for at in range(box.body, box.end, _PIECE):
                    file.write(bytes(min(_PIECE, box.end - at)))
    except OSError as error:
        raise DiskFailed(str(error)) from error
