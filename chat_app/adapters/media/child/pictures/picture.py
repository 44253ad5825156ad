"""Examine a picture: check it, clean it, and make its thumbnails."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from chat_app.adapters.media.child.pictures.anew import encode_anew, orientation_of
from chat_app.adapters.media.child.pictures.gif import strip_gif
from chat_app.adapters.media.child.pictures.jpeg import strip_jpeg
from chat_app.adapters.media.child.pictures.png import strip_png
from chat_app.adapters.media.child.pictures.stripped import Stripped
from chat_app.adapters.media.child.pictures.thumbnails import BOXES, write_thumbnails
from chat_app.adapters.media.child.pictures.webp import strip_webp
from chat_app.adapters.media.child.writing import read, write
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.ports import CLEAN, Examined

PIXELS_MAX: Final = 50_000_000
SIDE_MAX: Final = 20_000
FRAMES_MAX: Final = 1_000
FRAME_PIXELS_MAX: Final = 1_000_000_000
"""The pixels of all frames of an animation: what a browser decodes to show it once."""

Image.MAX_IMAGE_PIXELS = None  # our own limits come first, and are stricter
_STRIP: Final[dict[str, Callable[[bytes], Stripped]]] = {
    "image/jpeg": strip_jpeg,
    "image/png": strip_png,
    "image/gif": strip_gif,
    "image/webp": strip_webp,
    "image/avif": Stripped,  # this picture is encoded again
}


def examine_picture(path: Path, mime_type: str, into: Path) -> Examined:
    """Return the findings about a picture, and write its clean file and its thumbnails. Raises ``FileRefused``."""
    stripped = _STRIP[mime_type](read(path))
    image: Image.Image = Image.open(BytesIO(stripped.data), formats=[mime_type.partition("/")[2].upper()])
    is_avif = mime_type == "image/avif"
    frames = getattr(image, "n_frames", 1) if is_avif else stripped.frames
    check_size(image.size, frames)
    exif = image.getexif().tobytes() if is_avif else stripped.exif
    orientation = orientation_of(exif) if frames == 1 else 1
    data = stripped.data
    if is_avif or orientation != 1 or image.mode == "CMYK":
        image, data = encode_anew(image, orientation, lossless=stripped.lossless, frames=frames)
    size = image.size
    image.draft(image.mode, (BOXES[-1], BOXES[-1]))  # a JPEG is decoded as small as will do
    image.load()
    write(into / CLEAN, data)
    write_thumbnails(image, into, largest=max(size))
    return Examined(mime_type, FileKind.IMAGE, width=size[0], height=size[1], animated=frames > 1)


def check_size(size: tuple[int, int], frames: int) -> None:
    """Raise ``FileRefused`` before anything is decoded that would take too much memory or time."""
    width, height = size
    if width * height > PIXELS_MAX or max(size) > SIDE_MAX:
        raise FileRefused("file_pixels_limit", maximum=PIXELS_MAX // 1_000_000)
    if frames > FRAMES_MAX or width * height * frames > FRAME_PIXELS_MAX:
        raise FileRefused("file_frames_limit", maximum=FRAMES_MAX)
