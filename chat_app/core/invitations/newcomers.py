"""What brings newcomers: an admin's invitation to the site, or a room's invite link."""

from typing import TypedDict

from chat_app.core.accounts.tables import User
from chat_app.core.invitations.links import join_by_link, preview_link
from chat_app.core.kernel.context import Context
from chat_app.core.site.invitations import is_site_token, preview_site_invitation, use_site_invitation


class Admission(TypedDict):
    """The meaning of an invitation for signing up: whoever an admin has invited is ``approved`` already."""

    invited: bool
    approved: bool


async def admission_of(ctx: Context, token: str, *, address: str = "") -> Admission:
    """Return what the token of an invitation means, "" for none. Raises where it does not work."""
    if not token:
        return {"invited": False, "approved": False}
    if is_site_token(token):
        await preview_site_invitation(ctx, token, address=address)
        return {"invited": True, "approved": True}
    await preview_link(ctx, token, address=address)
    return {"invited": True, "approved": False}


async def use_invitation(ctx: Context, token: str, user: User) -> None:
    """Use the invitation by which a new account came: join its room as the actor, or take the roles that it gives.

    A room is not joined by whom the site has not approved yet: their link still works then.
    """
    if token and is_site_token(token):
        await use_site_invitation(ctx, token, user)
    elif token and ctx.actor:
        await join_by_link(ctx, token)
