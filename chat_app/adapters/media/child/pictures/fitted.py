"""Convert any picture to a small PNG for the site's brand. Proportions and transparency stay."""

from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from chat_app.adapters.media.child.pictures.picture import check_size
from chat_app.adapters.media.child.pictures.thumbnails import plain
from chat_app.adapters.media.child.writing import read, write

FORMATS: Final = ("PNG", "JPEG", "WEBP")


def fit_picture(path: Path, into: Path, width: int, height: int) -> tuple[int, int]:
    """Write the first frame of a picture as a PNG that fits into so many pixels; return its size.

    It is never enlarged. In a square box transparency is added around it until it is a square itself.
    """
    picture: Image.Image = Image.open(BytesIO(read(path)), formats=FORMATS)
    check_size(picture.size, 1)
    picture.draft(picture.mode, (2 * width, 2 * height))
    shown = ImageOps.exif_transpose(plain(picture))
    shown.thumbnail((width, height), Image.Resampling.LANCZOS)
    if width == height and shown.width != shown.height:
        side = max(shown.size)
        shown = ImageOps.pad(shown.convert("RGBA"), (side, side), color=(0, 0, 0, 0))
    output = BytesIO()
    shown.info = {}
    shown.save(output, "PNG", optimize=True)
    write(into, output.getvalue())
    return shown.size
