"""A picture without the metadata that a camera has added."""

from dataclasses import dataclass

from chat_app.core.files.errors import FileRefused


@dataclass(frozen=True, slots=True)
class Stripped:
    """A picture without metadata.

    ``data`` decodes to the same pixels. ``exif`` is the removed metadata; it may contain the orientation.
    """

    data: bytes
    frames: int = 1
    exif: bytes = b""
    lossless: bool = False


class Reader:
    """Reads bytes in order. Raises ``FileRefused`` if there are no more: the file is truncated."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def take(self, count: int) -> bytes:
        """Return the next ``count`` bytes."""
        end = self.at + count
        if count < 0 or end > len(self.data):
            raise FileRefused("file_broken")
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def number(self, count: int, *, little: bool = False) -> int:
        """Return the number that the next ``count`` bytes make."""
        return int.from_bytes(self.take(count), "little" if little else "big")
