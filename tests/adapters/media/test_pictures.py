"""Pictures: nothing of their makers stays, they are turned, limited, and have thumbnails."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.ports import CLEAN, THUMBNAILS
from tests.adapters.media import made
from tests.adapters.media.asked import Examine, Refusal

FORMS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")


def opened(path: Path) -> Image.Image:
    image = Image.open(path)
    image.load()
    return image


def is_red(image: Image.Image, x: int, y: int) -> bool:
    red, _, blue = image.convert("RGB").getpixel((x, y))
    return red > 200 and blue < 60


@pytest.mark.parametrize("form", FORMS)
async def test_camera_and_location_data_are_removed(examine: Examine, into: Path, form: str):
    data = made.private_picture(form)
    assert made.SECRET in data
    found = await examine(data)
    assert (found.mime_type, found.kind) == (f"image/{form.lower()}", FileKind.IMAGE)
    assert (found.width, found.height, found.animated) == (800, 600, False)
    for name in (CLEAN, *THUMBNAILS):
        kept = (into / name).read_bytes()
        assert made.SECRET not in kept
        for trace in (b"Exif", b"EXIF", b"XMP ", b"xmpmeta", b"eXIf", b"tEXt", b"iTXt"):
            assert trace not in kept
        assert not opened(into / name).getexif()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
async def test_picture_without_rotation_keeps_its_pixels(examine: Examine, into: Path, form: str):
    data = made.private_picture(form)
    await examine(data)
    before, after = Image.open(io.BytesIO(data)), opened(into / CLEAN)
    assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("orientation", "red"), [(3, (700, 500)), (6, (500, 100)), (8, (100, 700))])
async def test_a_turned_picture_is_turned(
    examine: Examine, into: Path, form: str, orientation: int, red: tuple[int, int]
):
    found = await examine(made.private_picture(form, orientation))
    image = opened(into / CLEAN)
    assert (found.width, found.height) == image.size == ((600, 800) if orientation > 4 else (800, 600))
    assert is_red(image, *red)
    assert [is_red(image, x, y) for x in (50, image.width - 50) for y in (50, image.height - 50)].count(True) == 1
    assert opened(into / THUMBNAILS[1]).size == tuple(side * 720 // 800 for side in image.size)
    assert made.SECRET not in (into / CLEAN).read_bytes()


async def test_a_turned_jpeg_keeps_its_quality(examine: Examine, into: Path):
    data = made.encoded(made.picture(), "JPEG", quality=93, subsampling=0, exif=made.exif(6))
    await examine(data)
    assert opened(into / CLEAN).quantization == Image.open(io.BytesIO(data)).quantization


@pytest.mark.parametrize(
    ("mode", "form", "alpha"),
    [
        ("CMYK", "JPEG", False),
        ("L", "JPEG", False),
        ("I;16", "PNG", False),
        ("LA", "PNG", True),
        ("P", "PNG", False),
        ("1", "PNG", False),
        ("RGBA", "PNG", True),
        ("RGBA", "WEBP", True),
        ("RGBA", "AVIF", True),
    ],
)
async def test_every_mode_is_shown(examine: Examine, into: Path, mode: str, form: str, alpha: bool):
    image = made.picture(mode)
    if alpha:
        image.putalpha(100)
    await examine(made.encoded(image, form))
    thumbnail = opened(into / THUMBNAILS[0])
    assert thumbnail.size == (360, 270)
    assert thumbnail.has_transparency_data is alpha
    left, right = (thumbnail.convert("L").getpixel((x, 60)) for x in (40, 320))
    assert left > right, "the red corner is lighter than the blue one"
    assert opened(into / CLEAN).mode != "CMYK"
    if mode == "I;16":
        assert opened(into / CLEAN).mode == "I;16"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
async def test_the_colour_profile_is_kept(examine: Examine, into: Path, form: str):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    await examine(made.encoded(made.picture(), form, icc_profile=profile, exif=made.exif(6)))
    assert opened(into / CLEAN).info["icc_profile"] == opened(into / THUMBNAILS[0]).info["icc_profile"] == profile


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
async def test_animations_stay_animated(examine: Examine, into: Path, form: str):
    found = await examine(made.animation(form))
    assert found.animated
    kept = Image.open(into / CLEAN)
    assert kept.n_frames == 3
    assert form != "GIF" or kept.info["loop"] == 0
    assert Image.open(into / THUMBNAILS[0]).n_frames == 1


async def test_small_pictures_are_not_enlarged(examine: Examine, into: Path):
    await examine(made.encoded(made.picture(size=(200, 100)), "PNG"))
    assert opened(into / THUMBNAILS[0]).size == (200, 100)
    assert not (into / THUMBNAILS[1]).exists()


async def test_a_picture_between_the_boxes_has_a_second_thumbnail_of_its_own_size(examine: Examine, into: Path):
    await examine(made.encoded(made.picture(size=(100, 500)), "JPEG"))
    assert [opened(into / name).size for name in THUMBNAILS] == [(72, 360), (100, 500)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (made.png_of_size(50_000, 50_000), "file_pixels_limit"),
        (made.png_of_size(20_001, 1), "file_pixels_limit"),
        (made.png_of_size(8_000, 6_251), "file_pixels_limit"),
        (made.png_of_size(5_000, 5_000), "file_broken"),
    ],
)
async def test_bombs_are_refused(refusal: Refusal, data: bytes, code: str):
    assert await refusal(data) == code


async def test_an_animation_without_end_is_refused(refusal: Refusal):
    assert await refusal(made.animation("GIF", frames=1_001, size=(4, 4))) == "file_frames_limit"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
async def test_truncated_pictures_are_refused(refusal: Refusal, form: str, share: float):
    data = made.encoded(Image.effect_noise((300, 200), 90).convert("RGB"), form)
    assert await refusal(data[: int(len(data) * share)]) == "file_broken"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", made.zipped({"a.txt": "hidden"})])
async def test_data_after_end_of_picture_is_removed(examine: Examine, into: Path, form: str, tail: bytes):
    await examine(made.encoded(made.picture(), form) + tail)
    assert tail not in (into / CLEAN).read_bytes()
    opened(into / CLEAN)


async def test_a_script_in_a_comment_of_gif_is_cut_out(examine: Examine, into: Path):
    await examine(made.encoded(made.picture("P"), "GIF", comment=b"*/=1;alert(1)//"))
    assert b"alert" not in (into / CLEAN).read_bytes()


async def test_the_second_picture_of_a_phone_is_cut_off(examine: Examine, into: Path):
    """Phones add a depth map or a smaller picture, with its own EXIF, behind the first one."""
    data = made.encoded(made.picture(), "MPO", save_all=True, append_images=[made.picture()], exif=made.exif())
    assert data.count(b"MPF\0") > 0
    assert (await examine(data)).mime_type == "image/jpeg"
    clean = (into / CLEAN).read_bytes()
    assert clean.count(b"\xff\xd8\xff") == 1
    assert opened(into / CLEAN).format == "JPEG"
    turned = made.encoded(made.picture(), "MPO", save_all=True, append_images=[made.picture()], exif=made.exif(6))
    assert (await examine(turned)).width == 600
