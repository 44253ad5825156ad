"""The pictures of the site's brand: permissions, processing, and their display in every process."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.access.site import SiteRole
from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.kernel.policy import Policy
from chat_app.core.pictures.branding import BrandPictures, brand_versions, remove_brand_picture, set_brand_picture
from chat_app.core.pictures.moving import MovedPictures, bring_pictures_back, move_pictures
from chat_app.core.pictures.pictures import Pictures
from chat_app.core.pictures.sweeping import sweep_pictures
from chat_app.core.site.commands import update_settings
from chat_app.core.site.queries import read_settings
from chat_app.core.site.settings import BRAND_PICTURES, changed
from tests.core.pictures.test_pictures import objects
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


def drawn(kind: str = "PNG", size: tuple[int, int] = (1280, 320), mode: str = "RGBA", **more: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


async def follow(do: Do) -> None:
    """Give the process the policy that the database has, as the watch of settings does."""
    do.work.policy = changed(Policy(limited=False), await do(None, read_settings))


async def test_a_logo_is_kept_small_with_its_proportions_and_shown_to_all(
    do: Do, make: Factory, pictures: Pictures, storage: DiskStorage, tmp_path: Path, clock: Clock
):
    admin, everywhere = await make.actor(is_admin=True), BrandPictures(pictures)
    with refused("not_found"):
        await everywhere.show("logo")
    await set_brand_picture(pictures, admin, "logo", drawn())
    await follow(do)
    first, image = await everywhere.show("logo")
    with Image.open(BytesIO(image)) as kept:
        assert (kept.format, kept.size, kept.mode) == ("PNG", (640, 160), "RGBA")
    logo = do.work.policy.brand.logo
    assert logo
    assert (logo.version, logo.width, logo.height) == (first, 640, 160)
    await set_brand_picture(pictures, admin, "logo", drawn(size=(20, 30)))
    await follow(do)
    assert (await sweep_pictures(do.work, storage), objects(tmp_path)) == (1, 1)
    second, image = await everywhere.show("logo")
    with Image.open(BytesIO(image)) as kept:
        assert (second > first, kept.size) == (True, (20, 30)), "never enlarged"
    await do(admin, update_settings, Policy(), {"brand_name": None, "brand_accent": None, "brand_text": None})
    await follow(do)
    assert do.work.policy.brand.logo, "defaults of the texts leave the pictures"
    await do(admin, remove_brand_picture, "logo")
    await do(admin, remove_brand_picture, "logo")
    await follow(do)
    with refused("not_found"):
        await everywhere.show("logo")
    assert (await sweep_pictures(do.work, storage), objects(tmp_path)) == (1, 0)
    async with do.work.begin() as ctx:
        log = (await ctx.db.scalars(select(AuditEntry).order_by(AuditEntry.id))).all()
    assert [entry.action for entry in log] == [Action.CHANGE_SETTINGS] * 3
    assert log[1].details == {"setting": "brand_logo", "old": "640 × 160", "new": "20 × 30"}


async def test_an_icon_is_a_square_and_tells_nothing_of_where_it_was_made(do: Do, make: Factory, pictures: Pictures):
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "taken at home", 6
    admin = await make.actor(is_admin=True)
    await set_brand_picture(pictures, admin, "icon", drawn("JPEG", (900, 300), "RGB", exif=exif))
    await follow(do)
    _, image = await BrandPictures(pictures).show("icon")
    with Image.open(BytesIO(image)) as kept:
        assert (kept.size, kept.getpixel((0, 256)), kept.getpixel((256, 256))) == ((512, 512), (0,) * 4, (0, 0, 0, 255))
        assert not kept.getexif()
    assert b"home" not in image


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "brand_picture_invalid"),
        (drawn("GIF", (9, 9), "P"), "brand_picture_invalid"),
        (drawn()[:200], "brand_picture_invalid"),
        (b"", "brand_picture_invalid"),
        (bytes(5 * 1024 * 1024 + 1), "image_too_large"),
    ],
    ids=["SVG", "GIF", "broken", "nothing", "large"],
)
async def test_invalid_brand_picture_is_refused_and_changes_nothing(
    do: Do, make: Factory, pictures: Pictures, tmp_path: Path, image: bytes, code: str
):
    admin = await make.actor(is_admin=True)
    with refused(code):
        await set_brand_picture(pictures, admin, "icon", image)
    assert await do(admin, brand_versions) == dict.fromkeys(BRAND_PICTURES, 0)
    assert objects(tmp_path) == 0


@pytest.mark.parametrize("role", [None, *(role for role in SiteRole if role is not SiteRole.ADMIN)])
async def test_admins_alone_change_the_pictures(do: Do, make: Factory, pictures: Pictures, role: SiteRole | None):
    other = await make.actor(site_roles=[role] if role else [])
    with refused("not_found"):
        await set_brand_picture(pictures, other, "logo", drawn())
    with refused("not_found"):
        await do(other, remove_brand_picture, "logo")


async def test_only_the_named_pictures_exist(do: Do, make: Factory, pictures: Pictures):
    admin = await make.actor(is_admin=True)
    for name in ("name", "__class__", "../logo", ""):
        with refused("not_found"):
            await set_brand_picture(pictures, admin, name, drawn())
        with refused("not_found"):
            await BrandPictures(pictures).show(name)


async def test_pictures_of_the_brand_move_back_with_the_others(
    do: Do, make: Factory, pictures: Pictures, storage: DiskStorage
):
    await set_brand_picture(pictures, await make.actor(is_admin=True), "icon", drawn(size=(64, 64)))
    await follow(do)
    before = await BrandPictures(pictures).show("icon")
    assert await bring_pictures_back(do.work, storage) == MovedPictures(1, 0)
    assert await BrandPictures(pictures).show("icon") == before
    assert (await move_pictures(do.work, storage), await sweep_pictures(do.work, storage)) == (1, 0)
    assert await BrandPictures(pictures).show("icon") == before
