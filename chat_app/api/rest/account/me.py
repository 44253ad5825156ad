"""Read and change the person's profile, and serve pictures."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import StrictBool

from chat_app.api.auth import ActorInSession, InSession, Parts, Reading, Viewer
from chat_app.api.shapes import MeOut, RequestBody
from chat_app.core.access.site import SiteRole
from chat_app.core.accounts.commands import update_profile
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.tables import User
from chat_app.core.auth.factors.proof import has_password
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import parse_id
from chat_app.core.people.presence import show_presence
from chat_app.core.pictures.avatars import remove_avatar, set_avatar
from chat_app.core.pictures.keys import MIME_TYPE
from chat_app.core.pictures.queries import find_avatar

router = APIRouter(tags=["people"])

PICTURE_ANSWER: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {200: {"content": {MIME_TYPE: {}}}},
}
PICTURE_BODY: Final = {
    "requestBody": {"required": True, "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}
}


class Profile(RequestBody):
    """The fields to change; an absent one stays."""

    name: str | None = None
    color: str | None = None
    locale: str | None = None
    theme: str | None = None
    shows_presence: StrictBool | None = None
    receipts: StrictBool | None = None


async def _body(request: Request) -> bytes:
    return await request.body()


Picture = Annotated[bytes, Depends(_body)]
"""The request's body.

It is read after the sender is known, and while no transaction is open: a stranger uses no memory, and a slow sender no
database connection.
"""


def me_json(ctx: Context, user: User) -> MeOut:
    """Return the person's own view of themselves."""
    return {
        **user.person().as_json(),
        "email": user.email,
        "email_verified": user.email_verified_at is not None,
        "has_password": has_password(user, ctx.policy),
        "account_page": ctx.policy.account_page,
        "locale": user.locale,
        "theme": user.theme,
        "shows_presence": user.shows_presence,
        "receipts": user.receipts,
        "is_admin": SiteRole.ADMIN in user.site_roles,
        "site_roles": user.site_roles,
    }


@router.get("/me")
async def get_me(ctx: Reading) -> MeOut:
    """Return the signed-in person."""
    return me_json(ctx, await get_user(ctx, ctx.me.user_id))


@router.patch("/me")
async def change_me(body: Profile, ctx: InSession) -> MeOut:
    """Change name, colour, language, theme, and whether presence and receipts are shown."""
    user = await update_profile(ctx, **body.model_dump(exclude={"shows_presence"}))
    if body.shows_presence is not None:
        await show_presence(ctx, body.shows_presence)
    return me_json(ctx, user)


@router.put("/me/avatar", openapi_extra=PICTURE_BODY)
async def put_avatar(parts: Parts, actor: ActorInSession, picture: Picture) -> MeOut:
    """Set the picture to the body, a PNG, JPEG, WebP or GIF of at most 5 MiB."""
    user = await set_avatar(parts.pictures, actor, picture)
    async with parts.work.begin(actor) as ctx:
        return me_json(ctx, user)


@router.delete("/me/avatar")
async def delete_avatar(ctx: InSession) -> MeOut:
    """Remove the picture."""
    return me_json(ctx, await remove_avatar(ctx))


@router.get("/users/{user_id}/avatar", **PICTURE_ANSWER)
async def get_avatar(user_id: str, parts: Parts, actor: Viewer, v: int | None = None) -> Response:
    """Return a person's picture. With its version as `v` it can be cached for ever."""
    wanted = parse_id(user_id, UserNotFound)
    return picture_response(await parts.pictures.show(actor, partial(find_avatar, user_id=wanted)), v)


def picture_response(image: bytes, version: int | None) -> Response:
    """Return a picture, to be cached for ever if its version was requested."""
    age = "no-cache" if version is None else "max-age=31536000, immutable"
    return Response(image, media_type=MIME_TYPE, headers={"Cache-Control": f"private, {age}"})
