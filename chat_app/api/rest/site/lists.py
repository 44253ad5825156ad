"""List the site's groups, invitations and files, as its staff. Other people get not found."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from chat_app.api.auth import InSession, Reading
from chat_app.api.cursors import Cursor, paged, place_of
from chat_app.api.shapes import RequestBody
from chat_app.core.administration import groups, invitations, storage
from chat_app.core.administration.groups import GroupSource, SiteGroupDetailsOut, SiteGroupOut
from chat_app.core.administration.invitations import InvitationKind, PendingInvitationOut
from chat_app.core.administration.storage import StorageOut
from chat_app.core.kernel.wire import PageJson

router = APIRouter(tags=["site"])

Limit = Annotated[int, Query(ge=1, le=50)]
Words = Annotated[str, Query(max_length=100)]


class SiteGroupName(RequestBody):
    """The new name of a group."""

    name: Annotated[str, Field(max_length=20_000)]


@router.get("/admin/groups")
async def read_groups(
    ctx: Reading, q: Words = "", source: GroupSource | Literal[""] = "", cursor: Cursor = "", limit: Limit = 50
) -> PageJson[SiteGroupOut]:
    """List groups, the newest first. The name and the people of a person's private group are not shown."""
    page = await groups.list_site_groups(ctx, words=q, source=source, after=place_of(cursor), limit=limit)
    return paged([each.as_json() for each in page.items], page.next)


@router.get("/admin/groups/{group_id}")
async def read_group(ctx: Reading, group_id: str) -> SiteGroupDetailsOut:
    """Show a group."""
    return (await groups.view_site_group(ctx, group_id)).details()


@router.patch("/admin/groups/{group_id}")
async def rename_site_group(ctx: InSession, group_id: str, body: SiteGroupName) -> SiteGroupDetailsOut:
    """Rename a group that is named for a model."""
    await groups.rename_site_group(ctx, group_id, body.name)
    return (await groups.view_site_group(ctx, group_id)).details()


@router.delete("/admin/groups/{group_id}", status_code=204)
async def delete_site_group(ctx: InSession, group_id: str) -> None:
    """Delete a group. Its people stay in their rooms."""
    await groups.delete_site_group(ctx, group_id)


@router.get("/admin/invitations")
async def read_room_invitations(
    ctx: Reading, q: Words = "", kind: InvitationKind | Literal[""] = "", cursor: Cursor = "", limit: Limit = 50
) -> PageJson[PendingInvitationOut]:
    """List links that work and pending invitations, the newest first. No link can be used from here."""
    page = await invitations.list_room_invitations(ctx, words=q, kind=kind, after=place_of(cursor), limit=limit)
    return paged([each.as_json() for each in page.items], page.next)


@router.delete("/admin/invitations/{invitation_id}", status_code=204)
async def revoke_invitation(ctx: InSession, invitation_id: str) -> None:
    """Revoke a link, or cancel an invitation."""
    await invitations.revoke_room_invitation(ctx, invitation_id)


@router.get("/admin/storage")
async def read_storage(ctx: Reading) -> StorageOut:
    """Show what files take, by kind, room and person. No file is named."""
    return await storage.view_storage(ctx)


@router.delete("/admin/storage/{file_id}", status_code=204)
async def delete_refused(ctx: InSession, file_id: str) -> None:
    """Delete a file that was refused."""
    await storage.delete_refused_file(ctx, file_id)
