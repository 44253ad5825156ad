"""Make the thumbnails of a picture."""

from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from chat_app.adapters.media.child.writing import write
from chat_app.core.files.storage.ports import THUMBNAILS

BOXES: Final = (360, 720)
"""The sides of the boxes that thumbnails fit into, for plain and for dense screens."""

_PROFILE_MAX: Final = 16_384
"""The maximum bytes of a colour profile: larger ones are for printers, or contain unneeded data."""


def write_thumbnails(image: Image.Image, into: Path, *, largest: int) -> None:
    """Write the thumbnails of a picture, whose longer side has ``largest`` pixels; the second only if it differs."""
    profile = image.info.get("icc_profile")
    small = plain(image)
    for box, name in reversed(list(zip(BOXES, THUMBNAILS, strict=True))):
        if small is image:
            small = image.copy()
        small.thumbnail((box, box), Image.Resampling.LANCZOS, reducing_gap=2.0)
        if name == THUMBNAILS[0] or largest > BOXES[0]:
            write(into / name, _webp(small, profile))


def _webp(image: Image.Image, profile: bytes | None) -> bytes:
    output = BytesIO()
    kept = profile if profile and len(profile) <= _PROFILE_MAX else None
    image.save(output, "WEBP", quality=80, method=2, icc_profile=kept, exif=b"", xmp=b"")
    return output.getvalue()


def plain(image: Image.Image) -> Image.Image:
    """Return the first frame with 8 bits per colour, with its transparency."""
    if image.mode.startswith("I") or image.mode == "F":
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == wanted else image.convert(wanted)
