"""Crop any picture to the small square that is shown of a person."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from chat_app.adapters.media.child.pictures.picture import check_size
from chat_app.adapters.media.child.writing import read, write

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def square_picture(path: Path, into: Path, side: int) -> None:
    """Write the middle square of a picture as a WebP: only pixels are kept, of the first frame."""
    picture: Image.Image = Image.open(BytesIO(read(path)), formats=FORMATS)
    check_size(picture.size, 1)
    picture.draft("RGB", (2 * side, 2 * side))
    pixels = picture if picture.mode == "RGB" else picture.convert("RGB")
    square = ImageOps.exif_transpose(ImageOps.fit(pixels, (side, side)))
    output = BytesIO()
    square.save(output, "WEBP", quality=82, exif=b"")
    write(into, output.getvalue())
