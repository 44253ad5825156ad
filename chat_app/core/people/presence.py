"""Record and publish presence, of the people who allow it.

Each process records every few seconds which people have an open tab (:func:`note_presence`), and any process finds
those whose presence has changed (:func:`settle_presence`). The records of a dead process expire.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import case, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.accounts.commands import PROFILES
from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.context import Context
from chat_app.core.people.events import PresencesChanged, PresenceState, PresenceView
from chat_app.core.people.tables import Presence

STALE: Final = timedelta(seconds=35)
"""The time after which a person no longer counts as present, or as active."""


async def note_presence(ctx: Context, here: Mapping[UUID, bool]) -> None:
    """Record that these people are present; the value says whether they are active."""
    active = [user_id for user_id, is_active in here.items() if is_active]
    active_at = case((col(User.id).in_(active), ctx.now), else_=ctx.now - 2 * STALE)
    people = (
        select(col(User.id), literal(PresenceState.OFFLINE.value), literal(ctx.now), active_at)
        .where(col(User.id).in_(here), col(User.shows_presence), col(User.deleted_at).is_(None))
        .order_by(col(User.id))
    )
    noted = insert(Presence).from_select(["user_id", "state", "seen_at", "active_at"], people)
    latest = func.greatest(col(Presence.active_at), noted.excluded.active_at)
    changes = {"seen_at": noted.excluded.seen_at, "active_at": latest}
    await ctx.db.execute(noted.on_conflict_do_update(index_elements=["user_id"], set_=changes))


async def settle_presence(ctx: Context) -> None:
    """Publish changes of presence. Several processes that do so publish each once."""
    since = ctx.now - STALE
    now = case(
        (col(Presence.seen_at) < since, PresenceState.OFFLINE),
        (col(Presence.active_at) < since, PresenceState.AWAY),
        else_=PresenceState.ONLINE,
    )
    other = select(col(Presence.user_id)).where(col(Presence.state) != now).order_by(col(Presence.user_id))
    statement = (
        update(Presence)
        .where(col(Presence.user_id).in_(other.with_for_update(skip_locked=True)))
        .values(state=now)
        .returning(col(Presence.user_id), col(Presence.state), col(Presence.seen_at))
        .execution_options(synchronize_session=False)
    )
    if changed := tuple(PresenceView(*row) for row in await ctx.db.execute(statement)):
        ctx.emit(PresencesChanged(changed))


async def presences(ctx: Context, user_ids: Iterable[UUID]) -> dict[UUID, PresenceView]:
    """Return the presence of the people among these who show it. The caller checks who may see it."""
    statement = select(col(Presence.user_id), col(Presence.state), col(Presence.seen_at)).where(
        col(Presence.user_id).in_(set(user_ids))
    )
    return {row[0]: PresenceView(*row) for row in await ctx.db.execute(statement)}


async def show_presence(ctx: Context, shown: bool) -> User:
    """Show the actor's presence to others, or hide it: then it is deleted and disappears at once.

    Raises ``RateLimited``.
    """
    await ctx.limit(PROFILES, str(ctx.me.user_id))
    user = await get_user(ctx, ctx.me.user_id)
    user.shows_presence = shown
    if not shown:
        await ctx.db.execute(delete(Presence).where(col(Presence.user_id) == user.id))
        ctx.emit(PresencesChanged((PresenceView(user.id, "", None),)))
    return user
