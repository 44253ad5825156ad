"""Remove from a GIF all that is not needed to show it, without decoding it."""

from typing import Final

from chat_app.adapters.media.child.pictures.stripped import Reader, Stripped
from chat_app.core.files.errors import FileRefused

_EXTENSION, _IMAGE, _END = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS: Final = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")


def strip_gif(data: bytes) -> Stripped:
    """Keep frames, their timing and the loop; drop comments, XMP, other extensions and what follows the end."""
    reader, frames = Reader(data, 6), 0
    screen = reader.take(7)
    kept = [data[:6], screen, reader.take(_table(screen[4]))]
    while (kind := reader.number(1)) != _END:
        start = reader.at - 1
        if kind == _EXTENSION:
            label = reader.number(1)
            wanted = label == _CONTROL or (label == _APPLICATION and data.startswith(_LOOPS, reader.at))
        elif kind == _IMAGE:
            reader.take(_table(reader.take(9)[8]) + 1)
            frames, wanted = frames + 1, True
        else:
            raise FileRefused("file_broken")
        _skip_blocks(reader)
        if wanted:
            kept.append(data[start : reader.at])
    return Stripped(b"".join([*kept, b"\x3b"]), frames=frames)


def _table(flags: int) -> int:
    """Return the size of a table of colours."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip_blocks(reader: Reader) -> None:
    while size := reader.number(1):
        reader.take(size)
