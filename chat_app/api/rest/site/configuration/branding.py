"""Set the pictures of the site's brand, and show them to everybody, with the manifest of the site as an app."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from chat_app.api.auth import ActorInSession, InSession, Parts
from chat_app.api.rest.account.me import PICTURE_BODY, Picture
from chat_app.core.kernel.policy import Brand
from chat_app.core.pictures.branding import BrandVersionsOut, brand_versions, remove_brand_picture, set_brand_picture
from chat_app.core.pictures.keys import BRAND_TYPE
from chat_app.core.site.brand import picture_address

router = APIRouter(tags=["site"])

_SHOWN: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {200: {"content": {BRAND_TYPE: {}}}, 304: {"description": "The caller has it"}},
}
_BUILT_IN: Final = ({"src": "/apple-touch-icon.png", "sizes": "180x180", "type": BRAND_TYPE},)


@router.put("/admin/branding/{name}", openapi_extra=PICTURE_BODY)
async def put_brand_picture(name: str, parts: Parts, actor: ActorInSession, picture: Picture) -> BrandVersionsOut:
    """Set the `logo`, the `logo_dark` of the dark theme, or the `icon`: a PNG, JPEG or WebP of at most 5 MiB."""
    await set_brand_picture(parts.pictures, actor, name, picture)
    async with parts.work.begin(actor) as ctx:
        return await brand_versions(ctx)


@router.delete("/admin/branding/{name}")
async def delete_brand_picture(name: str, ctx: InSession) -> BrandVersionsOut:
    """Remove a picture of the brand: Parley's own is shown again."""
    await remove_brand_picture(ctx, name)
    return await brand_versions(ctx)


@router.get("/site/pictures/{name}", **_SHOWN)
async def get_brand_picture(name: str, request: Request, parts: Parts, v: int | None = None) -> Response:
    """Get a picture of the brand; public. With its version as `v` it may be cached without limit."""
    version, image = await parts.brand.show(name)
    tag = f'"{name}-{version}"'
    age = "max-age=31536000, immutable" if v == version else "no-cache"
    headers = {"Cache-Control": f"public, {age}", "ETag": tag}
    if tag in (each.strip() for each in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    return Response(image, media_type=BRAND_TYPE, headers=headers)


@router.get("/site/manifest", include_in_schema=False)
async def get_manifest(parts: Parts) -> Response:
    """Return the web app manifest: the site's name, and its icon, for the home screen of a device."""
    brand = parts.work.policy.brand
    name = brand.name or "Parley"
    about = {"name": name, "short_name": name, "start_url": "/", "display": "browser", "icons": _icons(brand)}
    return JSONResponse(about, headers={"Cache-Control": "no-cache"}, media_type="application/manifest+json")


def _icons(brand: Brand) -> list[dict[str, str]]:
    if brand.icon is None:
        return list(_BUILT_IN)
    sizes = f"{brand.icon.width}x{brand.icon.height}"
    return [{"src": picture_address("icon", brand.icon), "sizes": sizes, "type": BRAND_TYPE}]
