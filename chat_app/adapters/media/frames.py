"""The messages between the server and its children: JSON with its length before it."""

import struct
from typing import BinaryIO, Final

HEAD: Final = struct.Struct(">I")
FRAME_MAX: Final = 32 * 1024 * 1024
"""The size of a message in bytes: 2 MB of text, of which JSON may escape each character."""


def read_frame(source: BinaryIO) -> bytes | None:
    """Return the next message; ``None`` at the end."""
    head = source.read(HEAD.size)
    return source.read(HEAD.unpack(head)[0]) if len(head) == HEAD.size else None


def framed(message: bytes) -> bytes:
    """Return a message with its length before it."""
    return HEAD.pack(len(message)) + message
