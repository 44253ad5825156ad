"""Iterate over the boxes of MP4 and QuickTime files."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from chat_app.core.files.errors import FileRefused

TOP_MAX: Final = 100_000
"""The number of boxes of a file that comes in fragments."""

_PARENTS: Final = frozenset((b"moov", b"trak", b"mdia"))


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its start, the start of its contents, and its end."""

    kind: bytes
    start: int
    body: int
    end: int


def boxes_of(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two places in a file. Raises ``FileRefused`` if one goes beyond the end."""
    for _ in range(TOP_MAX):
        if start + 8 > end:
            return
        file.seek(start)
        head = file.read(16)
        size, kind, body = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if size == 1:
            size, body = int.from_bytes(head[8:], "big"), start + 16
        stop = start + size if size else end
        if not body <= stop <= end:
            raise FileRefused("file_broken")
        yield Box(kind, start, body, stop)
        start = stop


def boxes_within(file: BinaryIO, box: Box) -> Iterator[Box]:
    """Yield the boxes in a box that describes the film or a track, and those within them."""
    for each in boxes_of(file, box.body, box.end):
        yield each
        if each.kind in _PARENTS:
            yield from boxes_within(file, each)
