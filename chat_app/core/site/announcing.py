"""Read the site's current announcement, and dismiss it."""

import hashlib
from datetime import datetime
from typing import Final

from limits import RateLimitItemPerMinute
from sqlalchemy import update
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.policy import Announcement
from chat_app.core.site.events import AnnouncementDismissed

DISMISSALS: Final = RateLimitItemPerMinute(30, namespace="announcements")


def shown_at(announcement: Announcement, now: datetime) -> Announcement | None:
    """Return the announcement, if there is one at this time."""
    if not (announcement.en or announcement.ja):
        return None
    begun = not announcement.since or datetime.fromisoformat(announcement.since) <= now
    over = bool(announcement.until) and datetime.fromisoformat(announcement.until) <= now
    return announcement if begun and not over else None


def announcement_id(announcement: Announcement) -> str:
    """Return what names an announcement: another one as soon as its words or its level are others."""
    said = "\0".join((announcement.en, announcement.ja, announcement.level))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


async def dismiss_announcement(ctx: Context) -> None:
    """Hide the present announcement from the actor, in all their tabs, until there is another one."""
    me = ctx.me.user_id
    await ctx.limit(DISMISSALS, str(me))
    shown = shown_at(ctx.policy.announcement, ctx.now)
    if shown is None or not shown.dismissible:
        return
    name = announcement_id(shown)
    await ctx.db.execute(update(User).where(col(User.id) == me).values(announcement_seen=name))
    ctx.emit(AnnouncementDismissed(me, name))
