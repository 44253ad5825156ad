"""Revoke invite links; the caller has checked the permission."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import col

from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.context import Context


def is_usable(ctx: Context) -> ColumnElement[bool]:
    """Return the condition of links that work, as :meth:`InviteLink.usable` has it."""
    return and_(
        col(InviteLink.revoked_at).is_(None),
        or_(col(InviteLink.expires_at).is_(None), col(InviteLink.expires_at) > ctx.now),
        or_(col(InviteLink.max_uses).is_(None), col(InviteLink.uses) < col(InviteLink.max_uses)),
    )


async def revoke_links(ctx: Context, **which: Any) -> Sequence[UUID]:
    """Revoke the links with these values that work; return their ids."""
    usable = update(InviteLink).filter_by(**which).where(is_usable(ctx))
    return (await ctx.db.scalars(usable.values(revoked_at=ctx.now).returning(col(InviteLink.id)))).all()
