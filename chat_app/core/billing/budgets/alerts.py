"""Alert people of budgets: each percentage once in a month, by mail and in their open tabs."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.access.site import SitePermission
from chat_app.core.accounts.queries import is_staff
from chat_app.core.accounts.tables import User
from chat_app.core.billing.events import BudgetReached
from chat_app.core.billing.tables import CREDIT, BudgetScope, TokenBudget, TokenBudgetAlert
from chat_app.core.groups.tables import Group
from chat_app.core.kernel.context import Context
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind
from chat_app.core.rooms.tables import Member, Room

_MAILS: Final = {
    BudgetScope.OWN: MailKind.BUDGET_OWN,
    BudgetScope.PERSON: MailKind.BUDGET_OWN,
    BudgetScope.ROOM: MailKind.BUDGET_ROOM,
    BudgetScope.MEMBER: MailKind.BUDGET_ROOM,
    BudgetScope.GROUP: MailKind.BUDGET_GROUP,
    BudgetScope.SITE: MailKind.BUDGET_SITE,
}
_PATHS: Final = {BudgetScope.GROUP: "/groups", BudgetScope.SITE: "/admin"}


async def alert_of_budget(ctx: Context, budget_id: UUID, month: date, percent: int) -> None:
    """Alert the people whom a budget concerns about its use, once for each percentage and month."""
    budget = await ctx.db.get(TokenBudget, budget_id)
    if budget is None:
        return
    once = insert(TokenBudgetAlert).values(budget_id=budget.id, month=month, percent=percent, sent_at=ctx.now)
    if (await ctx.db.scalar(once.on_conflict_do_nothing().returning(col(TokenBudgetAlert.percent)))) is None:
        return
    name = await _name(ctx, budget)
    scope = BudgetScope(budget.scope)
    path = f"/r/{budget.room_id}" if budget.room_id else _PATHS.get(scope, "/settings/usage")
    words = {"percent": str(percent), "amount": f"{budget.amount / CREDIT:,.2f}", "of": name}
    for user in await _concerned(ctx, budget):
        await queue_mail(ctx, user.email, _MAILS[scope], locale=user.locale, name=user.name, path=path, **words)
        ctx.emit(BudgetReached(user.id, budget.scope, name, percent))


async def _name(ctx: Context, budget: TokenBudget) -> str:
    room = await ctx.db.get(Room, budget.room_id) if budget.room_id else None
    group = await ctx.db.get(Group, budget.group_id) if budget.group_id else None
    return room.name if room else group.name if group else ""


async def _concerned(ctx: Context, budget: TokenBudget) -> list[User]:
    """Return the people whom a budget concerns: its author, and the person whose use it limits, if it limits one."""
    wanted = [col(User.id) == budget.user_id] if budget.user_id else []
    if budget.room_id:
        owners = select(col(Member.user_id)).where(
            col(Member.room_id) == budget.room_id, col(Member.role) == Role.MASTER.value
        )
        wanted.append(col(User.id).in_(owners))
    if budget.group_id:
        owner = select(col(Group.owner_id)).where(col(Group.id) == budget.group_id)
        wanted.append(col(User.id).in_(owner))
    if budget.scope == BudgetScope.SITE:
        wanted.append(is_staff(SitePermission.MANAGE_BILLING))
    there = (col(User.deleted_at).is_(None), col(User.suspended_at).is_(None))
    found = [list(await ctx.db.scalars(select(User).where(each, *there))) for each in wanted]
    return list({user.id: user for users in found for user in users}.values())
