"""Jobs delete what is no longer needed, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import MagicMock

from procrastinate.periodic import croniter
from sqlalchemy import func, select

from chat_app.adapters.hub.memory_hub import MemoryHub
from chat_app.core.access.permissions import Role
from chat_app.core.audit.commands import forget_audit
from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.auth.mailed_links import LIFE, forget_mailed_tokens, mint
from chat_app.core.auth.sessions.commands import KEPT, forget_sessions
from chat_app.core.auth.tables import MailedToken, Purpose, UserSession
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.work.jobs import JobAttempt
from chat_app.core.messages.retention.expiry import EXPIRE_MESSAGES
from chat_app.core.messages.tables import Message
from chat_app.core.safety.suspending import restore_user, suspend_user
from chat_app.core.site.commands import update_settings
from chat_app.worker.jobs import handlers
from chat_app.worker.watching.site import SiteWatch
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def count(ctx: Context, table: type) -> int:
    return await ctx.db.scalar(select(func.count()).select_from(table))


async def test_sessions_are_forgotten_long_after_their_end(do: Do, make: Factory, clock: Clock):
    await make.actor()
    for days, left in ((do.work.policy.session_days + KEPT.days, 1), (1, 0)):
        clock.advance(days=days)
        await do(None, forget_sessions)
        assert await do(None, count, UserSession) == left


async def test_mailed_tokens_are_forgotten_when_they_are_good_no_more(do: Do, make: Factory, clock: Clock):
    actor = await make.actor()
    await do(None, mint, actor.user_id, Purpose.RESET_PASSWORD, "a@example.com")
    for later, left in ((LIFE[Purpose.RESET_PASSWORD], 1), (timedelta(seconds=1), 0)):
        clock.now += later
        await do(None, forget_mailed_tokens)
        assert await do(None, count, MailedToken) == left


async def test_the_admins_log_is_kept_two_years(do: Do, make: Factory, clock: Clock):
    actor = await make.actor(is_admin=True)
    async with do.work.begin() as ctx:
        ctx.db.add(AuditEntry(at=ctx.now, actor_id=actor.user_id, action=Action.RESTORE_USER))
    for later, left in ((timedelta(days=do.work.policy.audit_days), 1), (timedelta(seconds=1), 0)):
        clock.now += later
        await do(None, forget_audit)
        assert await do(None, count, AuditEntry) == left


async def test_log_entry_of_an_active_suspension_is_kept(do: Do, make: Factory, clock: Clock):
    """What a directory may lift goes by it."""
    admin, spammer = await make.actor(is_admin=True), await make.actor()
    admin = replace(admin, site_roles=frozenset({"admin"}))
    await do(admin, suspend_user, spammer.user_id, "Spam")
    clock.now += timedelta(days=do.work.policy.audit_days + 1)
    await do(None, forget_audit)
    assert await do(None, count, AuditEntry) == 1
    await do(admin, restore_user, spammer.user_id)
    await do(None, forget_audit)
    async with make.work.begin() as ctx:
        assert (await ctx.db.scalars(select(AuditEntry.action))).all() == [Action.RESTORE_USER]


async def test_every_schedule_can_be_kept(do: Do):
    """One that cannot be read ends the worker, whatever else it has to do."""
    anything = MagicMock()
    schedules = [kind.cron for kind in handlers(do.work, *[anything] * 4) if kind.cron]
    assert [each for each in schedules if not croniter.croniter.is_valid(each)] == []
    assert len(set(schedules)) > len(schedules) / 2, "spread over the hour"


async def test_messages_are_deleted_by_the_newest_retention_setting(do: Do, make: Factory, clock: Clock):
    """Not by what this process has heard of it last."""
    admin, anything, base = await make.actor(site_roles=["admin"]), MagicMock(), do.work.policy
    room = await make.room({Role.MASTER: admin})
    message = await make.message(room, admin, "Old", created_at=clock.now - timedelta(days=31))
    await do(admin, update_settings, base, {"retention_days": 30})
    await (site := SiteWatch(do.work, MemoryHub())).load()
    await do(admin, update_settings, base, {"retention_days": 0})
    await handlers(do.work, anything, anything, anything, site)[EXPIRE_MESSAGES](JobAttempt(1, last=False))
    async with do.work.begin() as ctx:
        assert (await ctx.db.get_one(Message, message.id)).text == "Old"
