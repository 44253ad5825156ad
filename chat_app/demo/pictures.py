"""Draw small landscapes for people without a photograph."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

from chat_app.core.pictures.pictures import SIDE

_SIDE = 384
"""Twice the side of what is returned, which smooths the edges."""


def landscape(sky_above: str, sky_below: str, sun: str, far: str, near: str) -> bytes:
    """Return a square WebP of a sun over two hills, in colours as ``#rrggbb``."""
    picture = Image.composite(
        Image.new("RGB", (_SIDE, _SIDE), sky_below),
        Image.new("RGB", (_SIDE, _SIDE), sky_above),
        Image.linear_gradient("L").resize((_SIDE, _SIDE)),
    )
    draw = ImageDraw.Draw(picture)
    draw.ellipse((210, 70, 300, 160), fill=sun)
    draw.ellipse((-160, 210, 330, 700), fill=far)
    draw.ellipse((90, 260, 620, 800), fill=near)
    out = BytesIO()
    picture.filter(ImageFilter.GaussianBlur(0.8)).resize((SIDE, SIDE)).save(out, "WEBP", quality=82)
    return out.getvalue()
