"""Build the claims that applications get of a person, by scope."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.applications.rules import OAuthScope
from chat_app.core.directory.following import directory_owner
from chat_app.core.directory.tables import DirectoryGroup
from chat_app.core.groups.tables import Group, GroupMember
from chat_app.core.kernel.context import Context

CLAIMS: Final[dict[OAuthScope, tuple[str, ...]]] = {
    OAuthScope.OPENID: ("sub",),
    OAuthScope.PROFILE: ("name", "preferred_username", "profile", "locale"),
    OAuthScope.EMAIL: ("email", "email_verified"),
    OAuthScope.GROUPS: ("groups",),
}


async def claims_of(ctx: Context, user: User) -> Mapping[str, Mapping[str, Any]]:
    """Return the claims about a person, by scope."""
    return {
        OAuthScope.OPENID: {"sub": str(user.id)},
        OAuthScope.PROFILE: {
            "name": user.name,
            "preferred_username": user.username,
            "profile": f"{ctx.policy.origin}/u/{user.username}",
            "locale": user.locale,
        },
        OAuthScope.EMAIL: {"email": user.email, "email_verified": user.email_verified_at is not None},
        OAuthScope.GROUPS: {"groups": await _groups_of(ctx, user)},
    }


def claims_within(claims: Mapping[str, Mapping[str, Any]], scopes: Iterable[str]) -> dict[str, Any]:
    """Return the claims that these scopes allow."""
    return {name: value for scope in scopes for name, value in claims.get(scope, {}).items()}


async def _groups_of(ctx: Context, user: User) -> list[str]:
    """Return the names of the person's groups in the organisation.

    Private groups of people are not included. Only two kinds are: groups that a directory provisions, and groups of the
    account that the operator has named as the owner of the organisation's groups.
    """
    mine = select(Group).join(GroupMember, col(GroupMember.group_id) == col(Group.id))
    mine = mine.where(col(GroupMember.user_id) == user.id)
    owner = await directory_owner(ctx) if ctx.policy.directory_owner else None
    told: list[ColumnElement[bool]] = [col(Group.id).in_(select(col(DirectoryGroup.group_id)))]
    if owner:
        told.append(col(Group.owner_id) == owner.id)
    return sorted({group.name for group in await ctx.db.scalars(mine.where(or_(*told)))})
