"""Export the account itself."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.applications.consents import my_applications
from chat_app.core.assistants.pictures import find_own_pictures
from chat_app.core.assistants.queries import own_assistants
from chat_app.core.auth.passkeys.commands import my_passkeys
from chat_app.core.auth.tables import UserSession
from chat_app.core.auth.tokens.api_tokens import api_tokens
from chat_app.core.auth.two_factor import two_factor
from chat_app.core.groups.queries import my_groups
from chat_app.core.identities.queries import my_identities
from chat_app.core.kernel.context import Context
from chat_app.core.mail.tables import Mail
from chat_app.core.people.tables import Block, Contact, Presence
from chat_app.core.pictures.queries import find_own_avatar
from chat_app.core.prompts.queries import own_prompts

Rows = list[dict[str, Any]]


async def account(ctx: Context, user: User) -> dict[str, Any]:
    """Return the actor's profile and settings, and where their picture is."""
    presence = await ctx.db.get(Presence, user.id)
    shown = ("id", "username", "name", "color", "email", "email_verified_at", "locale", "theme", "created_at")
    choices = ("shows_presence", "receipts", "site_roles")
    return {
        **{name: getattr(user, name) for name in (*shown, *choices)},
        "has_password": user.password_hash is not None,
        "two_factor": (await two_factor(ctx)).on,
        "last_seen_at": presence and presence.seen_at,
        "picture": await find_own_avatar(ctx),
    }


async def sessions(ctx: Context) -> Rows:
    """Return the actor's sessions, including ended ones."""
    mine = select(UserSession).where(col(UserSession.user_id) == ctx.me.user_id).order_by(col(UserSession.created_at))
    return [
        {
            "current": one.id == ctx.me.session_id,
            "device": one.user_agent,
            "address": one.address,
            "created_at": one.created_at,
            "seen_at": one.last_seen_at,
            "expires_at": one.expires_at,
            "ended_at": one.revoked_at,
        }
        for one in await ctx.db.scalars(mine)
    ]


async def tokens(ctx: Context) -> Rows:
    """Return the actor's API tokens, without their secrets."""
    return [
        {
            "name": token.name,
            "scopes": token.scopes,
            "created_at": token.created_at,
            "used_at": token.last_used_at,
            "expires_at": token.expires_at,
        }
        for token in await api_tokens(ctx)
    ]


async def passkeys(ctx: Context) -> Rows:
    """Return the actor's passkeys, without their keys."""
    return [
        {"name": each.name, "created_at": each.created_at, "used_at": each.last_used_at}
        for each in await my_passkeys(ctx)
    ]


async def own_identities(ctx: Context) -> Rows:
    """Return the accounts elsewhere by which the actor signs in."""
    return [
        {"issuer": each.issuer, "subject": each.subject, "label": each.label, "since": each.created_at}
        for each in (await my_identities(ctx)).values()
    ]


async def applications(ctx: Context) -> Rows:
    """Return the applications that the actor has given access to."""
    return [
        {"name": each.name, "scopes": each.scopes, "granted_at": each.granted_at} for each in await my_applications(ctx)
    ]


async def mails(ctx: Context) -> Rows:
    """Return the mails to the actor's address in the last days, without texts, whose links are secret."""
    address = select(col(User.email)).where(col(User.id) == ctx.me.user_id).scalar_subquery()
    mine = select(Mail).where(col(Mail.address) == address).order_by(col(Mail.created_at))
    return [{"kind": mail.kind, "at": mail.created_at, "sent_at": mail.sent_at} for mail in await ctx.db.scalars(mine)]


async def known_people(ctx: Context) -> Rows:
    """Return the actor's contacts."""
    mine = select(col(User.username), col(User.name), col(Contact.created_at)).join(
        Contact, col(Contact.contact_id) == col(User.id)
    )
    return _people(
        await ctx.db.execute(mine.where(col(Contact.user_id) == ctx.me.user_id).order_by(col(Contact.created_at)))
    )


async def blocked(ctx: Context) -> Rows:
    """Return the people whom the actor has blocked."""
    mine = select(col(User.username), col(User.name), col(Block.created_at)).join(
        Block, col(Block.blocked_id) == col(User.id)
    )
    return _people(
        await ctx.db.execute(mine.where(col(Block.blocker_id) == ctx.me.user_id).order_by(col(Block.created_at)))
    )


async def groups(ctx: Context) -> Rows:
    """Return the actor's groups."""
    return [
        {"name": group.name, "members": [person.username for person in group.people]} for group in await my_groups(ctx)
    ]


async def prompts(ctx: Context) -> Rows:
    """Return the actor's prompts, private and shared."""
    shown = ("name", "description", "text", "shared", "created_at", "updated_at")
    return [{name: getattr(prompt, name) for name in shown} for prompt in await own_prompts(ctx)]


async def assistants(ctx: Context) -> Rows:
    """Return the actor's assistants, private and shared, and where their pictures are."""
    shown = ("handle", "name", "description", "model", "instructions", "tools", "shared", "created_at", "updated_at")
    pictures = await find_own_pictures(ctx)
    return [
        {name: getattr(each, name) for name in shown} | {"picture": pictures.get(each.id)}
        for each in await own_assistants(ctx)
    ]


def _people(rows: Any) -> Rows:
    return [{"username": username, "name": name, "since": since} for username, name, since in rows]
