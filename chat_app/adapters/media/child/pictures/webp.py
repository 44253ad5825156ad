"""Remove from a WebP all that is not needed to show it, without decoding it."""

from typing import Final

from chat_app.adapters.media.child.pictures.stripped import Reader, Stripped
from chat_app.core.files.errors import FileRefused

_KEPT: Final = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_EXIF_AND_XMP: Final = 0b1100
"""The flags of the header that announce them."""


def strip_webp(data: bytes) -> Stripped:
    """Keep pixels, frames and the colour profile; drop EXIF, XMP, unknown chunks and what follows the end."""
    end = int.from_bytes(data[4:8], "little") + 8
    if end > len(data):
        raise FileRefused("file_broken")
    reader, kept, exif, kinds = Reader(data[:end], 12), [], b"", []
    while reader.at + 8 <= end:
        kind, length = reader.take(4), reader.number(4, little=True)
        body = reader.take(length)
        reader.at += length & 1
        if kind == b"EXIF":
            exif = body
        if kind in _KEPT:
            kinds.append(kind)
            kept += [kind, len(body).to_bytes(4, "little"), _unannounced(kind, body), b"\0" * (length & 1)]
    body = b"WEBP" + b"".join(kept)
    whole = b"RIFF" + len(body).to_bytes(4, "little") + body
    return Stripped(whole, frames=max(1, kinds.count(b"ANMF")), exif=exif, lossless=b"VP8L" in kinds)


def _unannounced(kind: bytes, body: bytes) -> bytes:
    """Return a chunk which announces neither EXIF nor XMP."""
    return bytes((body[0] & ~_EXIF_AND_XMP,)) + body[1:] if kind == b"VP8X" and body else body
