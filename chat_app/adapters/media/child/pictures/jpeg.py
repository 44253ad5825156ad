"""Remove from a JPEG all that is not needed to show it, without decoding it."""

import re
from typing import Final

from chat_app.adapters.media.child.pictures.stripped import Reader, Stripped
from chat_app.core.files.errors import FileRefused

SCANS_MAX: Final = 200
"""A progressive JPEG has about ten; each of thousands would be decoded over the whole picture."""

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_JFIF, _EXIF, _PROFILE, _ADOBE, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]", re.DOTALL)


def strip_jpeg(data: bytes) -> Stripped:
    """Keep tables, frames, scans and the colour profile; drop EXIF, XMP, comments and what follows the end."""
    reader, kept, exif, scans = Reader(data, 2), [data[:2]], b"", 0
    while (marker := _marker(reader)) != _END:
        if marker in _ALONE:
            continue
        length = reader.number(2)
        body = reader.take(length - 2)
        if marker == _EXIF and body.startswith(b"Exif\0\0"):
            exif = exif or body
        if part := _kept(marker, body):
            kept += [bytes((0xFF, marker)), (len(part) + 2).to_bytes(2, "big"), part]
        if marker == _SCAN:
            scans += 1
            kept.append(_scan(reader))
        if marker == _START or scans > SCANS_MAX:
            raise FileRefused("file_broken")
    return Stripped(b"".join([*kept, b"\xff\xd9"]), exif=exif)


def _marker(reader: Reader) -> int:
    """Return the next marker; bytes before it belong to nothing."""
    found = _NEXT_MARKER.search(reader.data, reader.at)
    if found is None:
        raise FileRefused("file_broken")
    reader.at = found.end()
    return found[0][1]


def _scan(reader: Reader) -> bytes:
    """Return the pixels of a scan, which end before the next marker."""
    found = _NEXT_MARKER.search(reader.data, reader.at)
    if found is None:
        raise FileRefused("file_broken")
    return reader.take(found.start() - reader.at)


def _kept(marker: int, body: bytes) -> bytes:
    """Return the part of a segment to keep; nothing of most segments that programs define."""
    if marker == _JFIF:
        return body[:12] + b"\0\0" if body.startswith(b"JFIF\0") and len(body) >= 14 else b""  # without its thumbnail
    if marker == _PROFILE:
        return body if body.startswith(b"ICC_PROFILE\0") else b""
    if marker == _ADOBE:
        return body[:12] if body.startswith(b"Adobe") else b""
    return b"" if 0xE0 <= marker <= 0xEF or marker == _COMMENT else body
