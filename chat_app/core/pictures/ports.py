"""The port that crops pictures."""

from pathlib import Path
from typing import Protocol


class Cropper(Protocol):
    """Crops pictures away from the event loop, within limits of time and memory."""

    async def square(self, path: Path, into: Path, side: int) -> None:
        """Write the middle square of a PNG, JPEG, WebP or GIF as a WebP of so many pixels, without its metadata.

        Raises ``FileRefused`` if it cannot be read, or is too large.
        """
        ...

    async def fit(self, path: Path, into: Path, width: int, height: int) -> tuple[int, int]:
        """Write a PNG, JPEG or WebP as a PNG that fits into so many pixels, without its metadata; return its size.

        It keeps its proportions and its transparency. Where width and height are equal, transparency is added around
        it until it is a square. Raises as :meth:`square`.
        """
        ...
