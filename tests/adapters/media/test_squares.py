"""The small square pictures of people, made by a real child process."""

import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from struct import pack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from chat_app.adapters.media.child.pictures.squared import square_picture
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.core.files.errors import FileRefused

SIDE = 192


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200), mode: str = "RGB", **more: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


def huge_png(side: int) -> bytes:
    """Return a small file that unpacks to a picture of `side` × `side`."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    header = pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def squared(examiner: ProcessExaminer, folder: Path, data: bytes) -> bytes:
    (folder / "given").write_bytes(data)
    await examiner.square(folder / "given", folder / "square", SIDE)
    return (folder / "square").read_bytes()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("size", [(1, 1), (3000, 20), (300, 200)])
async def test_a_picture_becomes_a_small_square(
    examiner: ProcessExaminer, into: Path, kind: str, size: tuple[int, int]
):
    with Image.open(BytesIO(await squared(examiner, into, picture(kind, size)))) as image:
        assert (image.format, image.size) == ("WEBP", (SIDE, SIDE))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
async def test_every_pixel_format_becomes_a_square(examiner: ProcessExaminer, into: Path, mode: str):
    assert await squared(examiner, into, picture(mode=mode))


async def test_nothing_but_pixels_is_kept(examiner: ProcessExaminer, into: Path):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    assert b"taken at home" in picture("JPEG", exif=exif)
    assert b"taken at home" not in await squared(examiner, into, picture("JPEG", exif=exif))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_rotated_picture_becomes_upright(examiner: ProcessExaminer, into: Path, kind: str):
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    out = BytesIO()
    scene = Image.new("RGB", (400, 400), "green")
    scene.paste("blue", (0, 0, 400, 200))
    scene.save(out, kind, exif=exif)
    with Image.open(BytesIO(await squared(examiner, into, out.getvalue()))) as square:
        assert square.getpixel((96, 170))[2] > 200


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (b"", "file_broken"),
        (b"<svg onload='alert(1)'/>", "file_broken"),
        (picture("TIFF"), "file_broken"),
        (picture("BMP"), "file_broken"),
        (picture()[:-30], "file_broken"),
        (picture("JPEG")[:100], "file_broken"),
        (12_000, "file_pixels_limit"),
        (20_000, "file_pixels_limit"),
    ],
    ids=["empty", "svg", "tiff", "bmp", "cut png", "cut jpeg", "bomb", "greater bomb"],
)
async def test_invalid_picture_is_refused(examiner: ProcessExaminer, into: Path, image: bytes | int, code: str):
    with pytest.raises(FileRefused) as refused:
        await squared(examiner, into, image if isinstance(image, bytes) else huge_png(image))
    assert refused.value.code == code


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([picture(kind, (20, 20)) for kind in ("PNG", "JPEG", "WEBP", "GIF")]),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), max_size=8),
    st.integers(0, 2000),
)
@pytest.mark.slow
def test_a_damaged_picture_is_a_picture_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, image: bytes, damage: list[tuple[int, int]], end: int
):
    """Every error of a library refuses the file; a crash would end the test."""
    damaged = bytearray(image)
    for place, value in damage:
        damaged[place % len(damaged)] = value
    folder = tmp_path_factory.mktemp("damaged", numbered=True)
    (folder / "given").write_bytes(bytes(damaged[: max(end, 8)]))
    with suppress(FileRefused, OSError, ValueError, SyntaxError, EOFError):
        square_picture(folder / "given", folder / "square", SIDE)
        assert (folder / "square").stat().st_size
