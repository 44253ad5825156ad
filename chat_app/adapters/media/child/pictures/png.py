"""Remove from a PNG all that is not needed to show it, without decoding it."""

from typing import Final
from zlib import crc32

from chat_app.adapters.media.child.pictures.stripped import Reader, Stripped
from chat_app.core.files.errors import FileRefused

_KEPT: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs cICP acTL fcTL fdAT".split(),
)


def strip_png(data: bytes) -> Stripped:
    """Keep pixels, colours and frames; drop texts, EXIF, times, unknown chunks and what follows the end."""
    reader, kept, exif, frames, kind = Reader(data, 8), [data[:8]], b"", 0, b""
    while kind != b"IEND":
        start = reader.at
        length, kind = reader.number(4), reader.take(4)
        body = reader.take(length)
        if kind in _KEPT:
            if reader.number(4) != crc32(body, crc32(kind)):
                raise FileRefused("file_broken")
            kept.append(data[start : reader.at])
        else:
            reader.take(4)
        frames += kind == b"fcTL"
        if kind == b"eXIf":
            exif = body
    return Stripped(b"".join(kept), frames=max(frames, 1), exif=exif)
