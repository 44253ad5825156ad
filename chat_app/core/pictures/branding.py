"""Set, remove and show the pictures of the site's brand: its logo, one for the dark theme, and its icon."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.errors import InvalidField
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotFound
from chat_app.core.kernel.policy import BrandPicture, Policy
from chat_app.core.pictures.pictures import Pictures
from chat_app.core.pictures.queries import FoundPicture
from chat_app.core.pictures.rows import next_version, release_pictures, take_picture
from chat_app.core.pictures.tables import Picture
from chat_app.core.site.events import SiteSettingsChanged
from chat_app.core.site.settings import BRAND_PICTURES
from chat_app.core.site.tables import SiteSetting

_LOGO: Final = (640, 160)
_BOXES: Final[Mapping[str, tuple[int, int]]] = {"logo": _LOGO, "logo_dark": _LOGO, "icon": (512, 512)}
"""The pixels of each: those of a logo are enough for its place at three times the usual density."""

assert _BOXES.keys() == set(BRAND_PICTURES)


class BrandVersionsOut(TypedDict):
    """The versions of the pictures of the brand, by which their addresses differ; 0 for none."""

    logo: int
    logo_dark: int
    icon: int


async def set_brand_picture(pictures: Pictures, actor: Actor, name: str, image: bytes) -> None:
    """Set a picture of the brand to ``image``, a PNG, JPEG or WebP.

    All processes show it within a moment. Raises ``NotFound`` without the permission, or for another name;
    ``InvalidField``, ``RateLimited`` and ``StorageAway``.
    """
    async with pictures.work.begin(actor) as ctx:
        _access(ctx, name)
    try:
        kept = await pictures.keep_fitted(actor, image, name, _BOXES[name])
    except InvalidField as error:
        raise (InvalidField("brand_picture_invalid", name) if error.code == "image_invalid" else error) from None
    async with pictures.work.begin(actor) as ctx:
        _access(ctx, name)
        before = await _lock(ctx, name)
        old = _size(before.value) if before else ""
        await take_picture(ctx, kept.id, brand=name)
        version = next_version(ctx, before.value["version"] if before else None)
        value = {"version": version, "width": kept.width, "height": kept.height}
        if before:
            before.value, before.changed_at, before.changed_by = value, ctx.now, ctx.me.user_id
        else:
            ctx.db.add(SiteSetting(name=_key(name), value=value, changed_at=ctx.now, changed_by=ctx.me.user_id))
        _announce(ctx, name, old=old, new=_size(value))


async def remove_brand_picture(ctx: Context, name: str) -> None:
    """Remove a picture of the brand: Parley's is shown again. Raises ``NotFound`` as :func:`set_brand_picture`."""
    _access(ctx, name)
    before = await _lock(ctx, name)
    if before is None:
        return
    await release_pictures(ctx, brand=name)
    await ctx.db.delete(before)
    _announce(ctx, name, old=_size(before.value), new="")


async def brand_versions(ctx: Context) -> BrandVersionsOut:
    """Return the versions of the brand's pictures, 0 for none. Raises ``NotFound`` for who may not see the settings."""
    access_site(ctx, SitePermission.VIEW_SITE)
    await ctx.db.flush()
    names = {_key(name): name for name in BRAND_PICTURES}
    rows = await ctx.db.scalars(select(SiteSetting).where(col(SiteSetting.name).in_(names)))
    found = {names[row.name]: int(row.value["version"]) for row in rows}
    return {"logo": found.get("logo", 0), "logo_dark": found.get("logo_dark", 0), "icon": found.get("icon", 0)}


class BrandPictures:
    """Shows the pictures of the brand to everybody. A process reads each version from the storage once."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._read: dict[str, tuple[int, bytes]] = {}

    async def show(self, name: str) -> tuple[int, bytes]:
        """Return the version and the bytes of a picture, a PNG. Raises ``NotFound`` if it does not exist."""
        shown = picture_of(self._pictures.work.policy, name)
        if shown is None:
            raise NotFound()
        if name in self._read and self._read[name][0] == shown.version:
            return self._read[name]
        async with self._pictures.work.begin() as ctx:
            found = await ctx.db.scalar(select(Picture).where(col(Picture.brand) == name))
            version = await ctx.db.scalar(select(SiteSetting.value).where(col(SiteSetting.name) == _key(name)))
        if found is None or version is None:
            raise NotFound()
        try:
            image = await self._pictures.read(FoundPicture(found.id, found.image))
        except FileNotFoundError:
            raise NotFound() from None
        self._read[name] = int(version["version"]), image
        return self._read[name]


def picture_of(policy: Policy, name: str) -> BrandPicture | None:
    """Return a picture of the brand by its name, or nothing."""
    found: BrandPicture | None = getattr(policy.brand, name) if name in BRAND_PICTURES else None
    return found


def _access(ctx: Context, name: str) -> None:
    access_site(ctx, SitePermission.MANAGE_SITE)
    if name not in BRAND_PICTURES:
        raise NotFound()


async def _lock(ctx: Context, name: str) -> SiteSetting | None:
    await ctx.lock_key("site-settings")
    return await ctx.db.get(SiteSetting, _key(name), populate_existing=True)


def _announce(ctx: Context, name: str, *, old: str, new: str) -> None:
    record(ctx, Action.CHANGE_SETTINGS, setting=_key(name), old=old, new=new)
    ctx.emit(SiteSettingsChanged())


def _key(name: str) -> str:
    return f"brand_{name}"


def _size(value: Mapping[str, Any]) -> str:
    return f"{value['width']} × {value['height']}"
