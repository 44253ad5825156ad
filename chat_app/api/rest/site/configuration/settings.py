"""Read and change the site's settings, and invite people to it."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from typing_extensions import TypedDict

from chat_app.api.auth import InSession, Parts, Reading
from chat_app.api.cursors import whole
from chat_app.api.shapes import RequestBody
from chat_app.core.kernel.wire import PageJson
from chat_app.core.site.announcing import dismiss_announcement
from chat_app.core.site.approving import approve_user, decline_user
from chat_app.core.site.commands import update_settings
from chat_app.core.site.invitations import (
    DAYS_MAX,
    SiteInvitationOut,
    invitation_json,
    invite_to_site,
    list_site_invitations,
    revoke_site_invitation,
)
from chat_app.core.site.queries import SettingOut, view_settings

router = APIRouter(tags=["site"])

Name = Annotated[str, Field(max_length=40)]


class SettingChanges(RequestBody):
    """The settings to change, by name. `null` gives one back its default."""

    values: Annotated[dict[Name, Any], Field(max_length=100)]


class NewSiteInvitation(RequestBody):
    """An invitation to the site, for so many days. It is mailed if there is an `email`, and may give `roles`."""

    email: str = Field("", max_length=320)
    roles: list[Name] = Field(default_factory=list, max_length=20)
    days: int = Field(7, ge=1, le=DAYS_MAX)
    locale: Annotated[str, Field(max_length=10)] = "en"


class MadeInvitationOut(TypedDict):
    """An invitation to the site, and its path there, which is shown once."""

    invitation: SiteInvitationOut
    path: str


@router.get("/admin/settings")
async def read_settings(ctx: Reading, parts: Parts) -> PageJson[SettingOut]:
    """List the site's settings. Settings that are `fixed` by the environment cannot be changed."""
    return whole([each.as_json() for each in await view_settings(ctx, parts.site.base)])


@router.patch("/admin/settings")
async def change_settings(ctx: InSession, parts: Parts, body: SettingChanges) -> PageJson[SettingOut]:
    """Change settings of the site: all of the given ones, or none. All processes apply them within a moment."""
    await update_settings(ctx, parts.site.base, body.values)
    return whole([each.as_json() for each in await view_settings(ctx, parts.site.base)])


@router.get("/admin/site-invitations")
async def read_site_invitations(ctx: Reading) -> PageJson[SiteInvitationOut]:
    """List the invitations to the site that work."""
    return whole([invitation_json(each) for each in await list_site_invitations(ctx)])


@router.post("/admin/site-invitations", status_code=201)
async def create_invitation(ctx: InSession, body: NewSiteInvitation) -> MadeInvitationOut:
    """Invite a person to the site: they may create an account, even if the site is closed to new accounts."""
    locale = body.locale if body.locale in ("en", "ja") else "en"
    made = await invite_to_site(ctx, email=body.email, roles=body.roles, days=body.days, locale=locale)
    return {"invitation": invitation_json(made.invitation), "path": made.path}


@router.delete("/admin/site-invitations/{invitation_id}", status_code=204)
async def delete_invitation(ctx: InSession, invitation_id: str) -> None:
    """Revoke an invitation to the site."""
    await revoke_site_invitation(ctx, invitation_id)


@router.post("/admin/people/{user_id}/approve", status_code=204)
async def approve(ctx: InSession, user_id: str) -> None:
    """Approve a new account. Its person is notified by mail."""
    await approve_user(ctx, user_id)


@router.post("/admin/people/{user_id}/decline", status_code=204)
async def decline(ctx: InSession, user_id: str) -> None:
    """Delete a new account that waits for approval. Its person is notified by mail."""
    await decline_user(ctx, user_id)


@router.post("/me/announcement/dismiss", status_code=204)
async def dismiss(ctx: InSession) -> None:
    """Hide the present announcement of the site from the person."""
    await dismiss_announcement(ctx)
