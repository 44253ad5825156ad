"""Show budgets to the people whom they limit, and to the people who may set them."""

from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.queries import people
from chat_app.core.billing.ledger.entries import month_of
from chat_app.core.billing.payers import renewal
from chat_app.core.billing.tables import BudgetScope, TokenBudget
from chat_app.core.billing.wire import BudgetJson
from chat_app.core.groups.queries import access_group
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.wire import timestamp
from chat_app.core.rooms.access import access_room

BUDGETS_MAX: Final = 200
_PERSONAL: Final = (BudgetScope.OWN, BudgetScope.PERSON)


async def my_budgets(ctx: Context) -> list[BudgetJson]:
    """Return the budget that the actor has set for themselves, and the one set by the site's staff."""
    mine = (col(TokenBudget.user_id) == ctx.me.user_id, col(TokenBudget.scope).in_(_PERSONAL))
    return await _list(ctx, *mine)


async def room_budgets(ctx: Context, room_id: AnyId) -> list[BudgetJson]:
    """Return a room's budget and the actor's own; people who may set budgets get the budgets of all members."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    here: list[ColumnElement[bool]] = [col(TokenBudget.room_id) == access.room.id]
    if not access.allows(Permission.MANAGE_BILLING):
        user = col(TokenBudget.user_id)
        here.append(or_(user.is_(None), user == ctx.me.user_id))
    return await _list(ctx, *here)


async def group_budgets(ctx: Context, group_id: AnyId) -> list[BudgetJson]:
    """Return the budget of one of the actor's groups, if it has one."""
    return await _list(ctx, col(TokenBudget.group_id) == (await access_group(ctx, group_id)).id)


async def person_budgets(ctx: Context, user_id: AnyId) -> list[BudgetJson]:
    """Return the budget that the site's staff have set for a person, if they have."""
    access_site(ctx, SitePermission.VIEW_BILLING)
    who = parse_id(user_id, UserNotFound)
    return await _list(ctx, col(TokenBudget.scope) == BudgetScope.PERSON, col(TokenBudget.user_id) == who)


async def site_budgets(ctx: Context) -> list[BudgetJson]:
    """Return the budget of the site, if it has one."""
    access_site(ctx, SitePermission.VIEW_BILLING)
    return await _list(ctx, col(TokenBudget.scope) == BudgetScope.SITE)


async def _list(ctx: Context, *which: Any) -> list[BudgetJson]:
    found = select(TokenBudget).where(*which).order_by(col(TokenBudget.user_id).nulls_first(), col(TokenBudget.id))
    rows = (await ctx.db.scalars(found.limit(BUDGETS_MAX).execution_options(populate_existing=True))).all()
    persons = await people(ctx, {row.user_id for row in rows if row.user_id})
    month, renews_at = month_of(ctx.now), timestamp(renewal(ctx.now))
    return [
        {
            "scope": row.scope,
            "person": persons[row.user_id].as_json() if row.user_id in persons else None,
            "amount": row.amount,
            "hard": row.hard,
            "alerts": list(row.alerts),
            "spent": row.spent if row.month >= month else 0,
            "reserved": row.reserved,
            "renews_at": renews_at,
        }
        for row in rows
    ]
