"""Sign people up by an admin's invitation to the site or by a room's invite link."""

from typing import TypedDict

from chat_app.core.accounts.tables import User
from chat_app.core.auth.addresses import mail_verification
from chat_app.core.auth.registration import register
from chat_app.core.auth.sessions.commands import begin_session
from chat_app.core.invitations.links import join_by_link, preview_link
from chat_app.core.kernel.context import Context
from chat_app.core.site.invitations import is_site_token, preview_site_invitation, use_site_invitation


class Admission(TypedDict):
    """The effect of an invitation on signing up: an account that an admin has invited is already ``approved``."""

    invited: bool
    approved: bool


async def admission_of(ctx: Context, token: str, *, address: str = "") -> Admission:
    """Return the effect of an invitation's token, "" for none. Raises if the token does not work."""
    if not token:
        return {"invited": False, "approved": False}
    if is_site_token(token):
        await preview_site_invitation(ctx, token, address=address)
        return {"invited": True, "approved": True}
    await preview_link(ctx, token, address=address)
    return {"invited": True, "approved": False}


async def sign_up(
    ctx: Context,
    *,
    email: str,
    username: str,
    password: str,
    name: str = "",
    locale: str = "en",
    invitation: str = "",
    address: str = "",
    user_agent: str = "",
) -> tuple[User, str]:
    """Make an account, begin its first session and welcome it. Return the account and the session's token.

    An account that waits has no session: the token is "". Otherwise the new person is the actor from here on. Raises
    as ``register`` does, or if the ``invitation``, a token, does not work.
    """
    admission = await admission_of(ctx, invitation, address=address)
    fields = {"email": email, "username": username, "password": password, "name": name, "locale": locale}
    user = await register(ctx, **fields, **admission, address=address)
    token = ""
    if not user.waits_for:
        ctx.actor, token = begin_session(ctx, user, address=address, user_agent=user_agent)
    await welcome_newcomer(ctx, user, invitation)
    return user, token


async def welcome_newcomer(ctx: Context, user: User, invitation: str) -> None:
    """Use the invitation by which an account was created, and mail the link that verifies its address.

    The actor, who is the new person, joins the room; but not while the account waits: the link still works afterwards.
    """
    if invitation and not user.waits_for:
        if is_site_token(invitation):
            await use_site_invitation(ctx, invitation, user)
        else:
            await join_by_link(ctx, invitation)
    await mail_verification(ctx, user)
