"""Changes to a person's own profile."""

import asyncio
import zlib
from contextlib import suppress
from io import BytesIO
from struct import pack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from chat_app.core.accounts.commands import (
    AVATAR_MAX_BYTES,
    AVATAR_SIDE,
    PICTURES,
    PROFILES,
    set_avatar,
    square_webp,
    update_profile,
)
from chat_app.core.accounts.errors import InvalidField
from chat_app.core.accounts.events import ProfileChanged
from chat_app.core.accounts.queries import avatar_image
from chat_app.core.kernel.context import UnitOfWork
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


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


async def test_given_fields_are_changed_and_published(do: Do, make: Factory, events: list[object]):
    aiko = await make.actor()
    await do(aiko, update_profile, name=" Aiko\tT ", color="plum")
    user = await do(aiko, update_profile, locale="ja", theme="dark")
    assert (user.name, user.color, user.locale, user.theme) == ("Aiko T", "plum", "ja", "dark")
    assert events[-1] == ProfileChanged(user.person(), "ja", "dark")


async def test_a_person_appears_otherwise_only_so_often(do: Do, make: Factory, work: UnitOfWork):
    aiko = await make.actor()
    for _ in range(PROFILES.amount):
        await work.limiter.hit(PROFILES, str(aiko.user_id))
    with refused("rate_limited"):
        await do(aiko, update_profile, name="Aiko again")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "name_invalid"),
        ({"color": "#ff0000"}, "choice_invalid"),
        ({"locale": "fr"}, "choice_invalid"),
        ({"theme": "neon"}, "choice_invalid"),
    ],
)
async def test_a_bad_value_changes_nothing(do: Do, make: Factory, events: list[object], change: dict, code: str):
    aiko = await make.actor()
    with refused(code):
        await do(aiko, update_profile, **({"name": "Other"} | change))
    assert (await do(aiko, update_profile)).name == aiko.person.name
    assert [event.person.name for event in events] == [aiko.person.name]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("size", [(1, 1), (3000, 20), (300, 200)])
async def test_a_picture_becomes_a_small_square(do: Do, make: Factory, kind: str, size: tuple[int, int]):
    aiko = await make.actor()
    user = await do(aiko, set_avatar, picture(kind, size))
    assert user.person().avatar is not None
    with Image.open(BytesIO(await do(None, avatar_image, aiko.user_id))) as image:
        assert (image.format, image.size) == ("WEBP", (AVATAR_SIDE, AVATAR_SIDE))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_pixel(mode: str):
    assert square_webp(picture(mode=mode))


def test_nothing_but_pixels_is_kept():
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    assert b"taken at home" in picture("JPEG", exif=exif)
    assert b"taken at home" not in square_webp(picture("JPEG", exif=exif))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_stands_upright(kind: str):
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    out = BytesIO()
    scene = Image.new("RGB", (400, 400), "green")
    scene.paste("blue", (0, 0, 400, 200))
    scene.save(out, kind, exif=exif)
    with Image.open(BytesIO(square_webp(out.getvalue()))) as square:
        assert square.getpixel((96, 170))[2] > 200


async def test_two_pictures_at_a_time_are_decoded_and_nobody_waits(do: Do, make: Factory):
    people = [await make.actor() for _ in range(6)]
    large = picture(size=(6_000, 6_000), mode="RGBA")
    done = await asyncio.gather(*(do(person, set_avatar, large) for person in people), return_exceptions=True)
    assert sorted(getattr(each, "code", "done") for each in done) == ["done"] * 2 + ["rate_limited"] * 4


async def test_a_person_changes_pictures_only_so_often(do: Do, make: Factory):
    aiko = await make.actor()
    for _ in range(PICTURES.amount):
        await do(aiko, set_avatar, picture())
    with refused("rate_limited"):
        await do(aiko, set_avatar, picture())


async def test_each_picture_has_a_version_of_its_own(do: Do, make: Factory, clock: Clock):
    aiko = await make.actor()
    versions = [(await do(aiko, set_avatar, picture())).avatar for _ in range(2)]
    assert (await do(aiko, set_avatar, None)).avatar is None
    with refused("user_not_found"):
        await do(None, avatar_image, aiko.user_id)
    clock.advance(minutes=1)
    versions.append((await do(aiko, set_avatar, picture())).avatar)
    assert len(set(versions)) == 3


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (b"", "image_invalid"),
        (b"<svg onload='alert(1)'/>", "image_invalid"),
        (picture("TIFF"), "image_invalid"),
        (picture("BMP"), "image_invalid"),
        (picture()[:-30], "image_invalid"),
        (picture("JPEG")[:100], "image_invalid"),
        (huge_png(12_000), "image_too_large"),
        (huge_png(20_000), "image_too_large"),
        (bytes(AVATAR_MAX_BYTES + 1), "image_too_large"),
    ],
    ids=["empty", "svg", "tiff", "bmp", "cut png", "cut jpeg", "bomb", "greater bomb", "too many bytes"],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
async def test_what_is_no_good_picture_is_refused(do: Do, make: Factory, image: bytes, code: str):
    aiko = await make.actor()
    with refused(code):
        await do(aiko, set_avatar, image)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([picture(kind, (20, 20)) for kind in ("PNG", "JPEG", "WEBP", "GIF")]),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), max_size=8),
    st.integers(0, 2000),
)
def test_a_damaged_picture_is_a_picture_or_refused(image: bytes, damage: list[tuple[int, int]], end: int):
    damaged = bytearray(image)
    for place, value in damage:
        damaged[place % len(damaged)] = value
    with suppress(InvalidField):
        assert square_webp(bytes(damaged[: max(end, 8)]))
