"""Detect a file's type by its first bytes."""

import re
from typing import Final

HEAD: Final = 4096
"""The number of bytes that are looked at."""

ZIP: Final = "application/zip"
MP4: Final = "video/mp4"
WEBM: Final = "video/webm"

_BEGINNINGS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\x1a\x45\xdf\xa3", WEBM),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}

HEIC: Final = "image/heic"
OLD_OFFICE: Final = "application/x-ole-storage"
"""Types that are refused by a code of their own."""

_HEIF_BRANDS: Final = frozenset(b"heic heix heim heis hevc hevx hevm hevs mif1 msf1".split())
_AVIF_BRANDS: Final = frozenset((b"avif", b"avis"))
_FILM_BRANDS: Final = re.compile(
    rb"isom|iso[2-9]|mp4[12]|avc1|M4[VABP] |MSNV|NDSC|NDSH|F4V |dash|cmfc|mmp4|3g[p2].|qt  ", re.DOTALL
)

_REFUSED: Final = (
    b"MZ",
    b"\x7fELF",
    b"{\\rtf",
    b"%!PS",
    b"\xca\xfe\xba\xbe",
    b"\x1f\x8b",
    b"BZh",
    b"7z\xbc\xaf",
    b"Rar!",
)
"""Beginnings of files that could pass as text, or as something else, and are neither."""


def type_of(head: bytes) -> str | None:
    """Return the type by the first bytes; ``None`` if it is unknown, ``""`` if it is never accepted."""
    if head.startswith(_REFUSED):
        return ""
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return OLD_OFFICE
    for beginning, mime_type in _BEGINNINGS:
        if head.startswith(beginning):
            return mime_type
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _type_by_brand(head)
    return _type_by_sound(head)


def _type_by_brand(head: bytes) -> str:
    """Return the type of a file in the format of MP4: by its brand, or by its compatible brands."""
    size = int.from_bytes(head[:4], "big")
    brand = head[8:12]
    others = {head[at : at + 4] for at in range(16, min(size, len(head)) - 3, 4)}
    if brand in _AVIF_BRANDS or (brand in _HEIF_BRANDS and others & _AVIF_BRANDS):
        return "image/avif"
    if brand in _HEIF_BRANDS:
        return HEIC
    return MP4 if any(_FILM_BRANDS.fullmatch(each) for each in (brand, *others)) else ""


def _type_by_sound(head: bytes) -> str | None:
    """Return the type of sound without any header: two frames must follow one another."""
    if len(head) < 6 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:
        size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        return "audio/aac" if size >= 7 and _follows(head, size, 0xF6) else None
    size = _mp3_frame(head)
    return "audio/mpeg" if size and _follows(head, size, 0xFE) else None


def _follows(head: bytes, size: int, mask: int) -> bool:
    """Return whether a frame like the first one follows, or the file is not that long."""
    second = head[size : size + 2]
    return len(second) == 2 and second[0] == 0xFF and second[1] & mask == head[1] & mask


_RATES: Final = (
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
)
_SAMPLES: Final = ((11025, 12000, 8000), (), (22050, 24000, 16000), (44100, 48000, 32000))


def _mp3_frame(head: bytes) -> int:
    """Return the size of the first frame of MP3; 0 if this is none."""
    version, layer, rate, samples = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    if head[1] < 0xE0 or version == 1 or layer != 1 or rate in {0, 15} or samples == 3:
        return 0
    first = version == 3
    return (144 if first else 72) * 1000 * _RATES[first][rate] // _SAMPLES[version][samples] + (head[2] >> 1 & 1)
