"""Examine a WebM by its header, which comes before sound and pictures."""

import struct
from pathlib import Path
from typing import Final

from chat_app.core.files.errors import FileRefused
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.ports import Examined

_HEADER: Final = 1024 * 1024
"""The bytes that are looked at."""

_EBML, _DOC_TYPE, _SEGMENT, _INFO, _SCALE, _DURATION = 0x1A45DFA3, 0x4282, 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489
_TRACKS, _TRACK, _TRACK_TYPE, _VIDEO, _WIDTH, _HEIGHT = 0x1654AE6B, 0xAE, 0x83, 0xE0, 0xB0, 0xBA
_PARENTS: Final = frozenset((_EBML, _SEGMENT, _INFO, _TRACKS, _TRACK, _VIDEO))
_WANTED: Final = frozenset((_DOC_TYPE, _SCALE, _DURATION, _TRACK_TYPE, _WIDTH, _HEIGHT))
_CLUSTER: Final = 0x1F43B675
_IS_VIDEO: Final = 1


def examine_webm(path: Path) -> Examined:
    """Return how long a WebM plays, and how large it is. Raises ``FileRefused`` for other files of Matroska."""
    with path.open("rb") as file:
        values = _values(file.read(_HEADER))
    if values.get(_DOC_TYPE, [b""])[0].rstrip(b"\0") != b"webm":
        raise FileRefused("file_type_refused")
    tracks = [int.from_bytes(each, "big") for each in values.get(_TRACK_TYPE, [])]
    if not tracks:
        raise FileRefused("file_broken")
    if _IS_VIDEO not in tracks:
        return Examined("audio/webm", FileKind.AUDIO, seconds=_seconds(values))
    return Examined(
        "video/webm",
        FileKind.VIDEO,
        width=_side(values, _WIDTH),
        height=_side(values, _HEIGHT),
        seconds=_seconds(values),
    )


def _values(data: bytes) -> dict[int, list[bytes]]:
    """Return the values of the elements that are wanted, by their ids, up to the first pictures or sounds."""
    values: dict[int, list[bytes]] = {}
    at = 0
    while at < len(data):
        element, at = _number(data, at, keep_mark=True)
        size, at = _number(data, at)
        if element == _CLUSTER or not element:
            break
        if element in _WANTED:
            values.setdefault(element, []).append(data[at : at + size])
        if element not in _PARENTS:
            at += size
    return values


def _number(data: bytes, at: int, *, keep_mark: bool = False) -> tuple[int, int]:
    """Return a number of 1 to 8 bytes, and its end. The first bits give its length."""
    first = data[at] if at < len(data) else 0
    length = 9 - first.bit_length()
    if length > 8:
        return 0, len(data)
    value = int.from_bytes(data[at : at + length], "big")
    return value if keep_mark else value & (1 << 7 * length) - 1, at + length


def _seconds(values: dict[int, list[bytes]]) -> float | None:
    """Return the duration. Recordings made by browsers do not contain it."""
    raw = values.get(_DURATION, [b""])[0]
    if len(raw) not in {4, 8}:
        return None
    [duration] = struct.unpack(">f" if len(raw) == 4 else ">d", raw)
    seconds = duration * int.from_bytes(values.get(_SCALE, [b"\x0f\x42\x40"])[0], "big") / 1e9
    return round(seconds, 3) if 0 < seconds < 1e7 else None


def _side(values: dict[int, list[bytes]], which: int) -> int | None:
    side = int.from_bytes(values.get(which, [b""])[0][:4], "big")
    return side if 0 < side <= 65_536 else None
