"""Scale pictures down to a size that models take."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from chat_app.adapters.media.child.pictures.picture import check_size
from chat_app.adapters.media.child.pictures.thumbnails import plain
from chat_app.adapters.media.child.writing import read, write

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")


def scale_picture(path: Path, into: Path, longest: int) -> str:
    """Write the first frame of a picture, at most so many pixels long and wide; return its media type.

    It is a JPEG, which every model accepts, or a WebP if the picture has transparency.
    """
    image: Image.Image = Image.open(BytesIO(read(path)), formats=FORMATS)
    check_size(image.size, 1)
    image.draft(image.mode, (longest, longest))
    small = plain(image)
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    form = "JPEG" if small.mode == "RGB" else "WEBP"
    output = BytesIO()
    small.save(output, form, quality=85, icc_profile=None, exif=b"")
    write(into, output.getvalue())
    return f"image/{form.lower()}"
