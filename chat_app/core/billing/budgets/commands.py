"""Set budgets: people for themselves, owners for their rooms and groups, the site's staff for people and the site."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from limits import RateLimitItemPerMinute
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, true
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.queries import people
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.billing.errors import BudgetInvalid
from chat_app.core.billing.ledger.entries import month_of
from chat_app.core.billing.payers import month_began
from chat_app.core.billing.tables import CREDIT, BudgetScope, TokenBudget, TokenUsage
from chat_app.core.groups.queries import access_group
from chat_app.core.groups.tables import Group, GroupMember
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.errors import MemberNotFound
from chat_app.core.rooms.tables import Member, Room

CHANGES: Final = RateLimitItemPerMinute(60, namespace="budgets")
AMOUNT_MAX: Final = 10**15
ALERTS_MAX: Final = 5
ALERTS: Final = (50, 80, 100)


@dataclass(frozen=True, slots=True)
class BudgetWish:
    """A requested budget: micro-units of a month, whether it is hard, and the percentages for alerts.

    None in its place deletes the budget.
    """

    amount: int
    hard: bool = False
    alerts: Sequence[int] = ALERTS


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a budget."""

    scope: BudgetScope
    user_id: UUID | None = None
    room_id: UUID | None = None
    group_id: UUID | None = None

    def is_it(self) -> list[ColumnElement[bool]]:
        """Return the conditions that a budget is for it."""
        columns = (TokenBudget.user_id, TokenBudget.room_id, TokenBudget.group_id)
        ids = zip(columns, (self.user_id, self.room_id, self.group_id), strict=True)
        return [col(TokenBudget.scope) == self.scope, *(col(column).is_not_distinct_from(id_) for column, id_ in ids)]


async def set_my_budget(ctx: Context, wish: BudgetWish | None) -> None:
    """Set the maximum that the actor pays in a month. It includes usage that the site pays for them."""
    await _set(ctx, Subject(BudgetScope.OWN, user_id=ctx.me.user_id), wish)


async def set_room_budget(ctx: Context, room_id: AnyId, wish: BudgetWish | None) -> None:
    """Set the maximum cost of a room and its asides in a month, as a person who may choose the payer there."""
    access = await access_room(ctx, room_id, Permission.MANAGE_BILLING)
    await _set(ctx, Subject(BudgetScope.ROOM, room_id=access.room.id), wish)


async def set_member_budget(ctx: Context, room_id: AnyId, user_id: AnyId, wish: BudgetWish | None) -> None:
    """Set the maximum that one person may ask in a room in a month. Raises ``MemberNotFound``."""
    access = await access_room(ctx, room_id, Permission.MANAGE_BILLING)
    who = parse_id(user_id, MemberNotFound)
    if wish and await ctx.db.get(Member, (access.room.id, who)) is None:
        raise MemberNotFound()
    await _set(ctx, Subject(BudgetScope.MEMBER, user_id=who, room_id=access.room.id), wish)


async def set_group_budget(ctx: Context, group_id: AnyId, wish: BudgetWish | None) -> None:
    """Set the maximum that the people of one of the actor's groups may ask in a month at the actor's cost."""
    group = await access_group(ctx, group_id)
    await _set(ctx, Subject(BudgetScope.GROUP, group_id=group.id), wish)


async def set_person_budget(ctx: Context, user_id: AnyId, wish: BudgetWish | None) -> None:
    """Set the maximum that a person may use in a month, as the site's staff; the log records it."""
    access_site(ctx, SitePermission.MANAGE_BILLING)
    who = parse_id(user_id, UserNotFound)
    if who not in await people(ctx, [who]):
        raise UserNotFound()
    await _set(ctx, Subject(BudgetScope.PERSON, user_id=who), wish)
    record(ctx, Action.SET_BUDGET, user_id=who, **_details(wish))


async def set_site_budget(ctx: Context, wish: BudgetWish | None) -> None:
    """Set the maximum that the site pays in a month, as its staff; the log records it."""
    access_site(ctx, SitePermission.MANAGE_BILLING)
    await _set(ctx, Subject(BudgetScope.SITE), wish)
    record(ctx, Action.SET_BUDGET, **_details(wish))


def _details(wish: BudgetWish | None) -> dict[str, Any]:
    """Return the log's details of a budget that was set or deleted."""
    return {"credits": wish.amount / CREDIT, "hard": wish.hard} if wish else {"credits": 0}


async def _set(ctx: Context, subject: Subject, wish: BudgetWish | None) -> None:
    await ctx.limit(CHANGES, str(ctx.me.user_id))
    if wish is None:
        await ctx.db.execute(delete(TokenBudget).where(*subject.is_it()))
        return
    wish = _checked(wish)
    await ctx.lock_key(f"budget {subject.scope} {subject.user_id} {subject.room_id} {subject.group_id}")
    budget = await ctx.db.scalar(select(TokenBudget).where(*subject.is_it()).with_for_update())
    if budget is None:
        spent = await _spent(ctx, subject)
        budget = TokenBudget(scope=subject.scope, amount=wish.amount, month=month_of(ctx.now), spent=spent)
        budget.user_id, budget.room_id, budget.group_id = subject.user_id, subject.room_id, subject.group_id
    budget.amount, budget.hard, budget.alerts = wish.amount, wish.hard, list(wish.alerts)
    ctx.db.add(budget)
    await ctx.db.flush()


def _checked(wish: BudgetWish) -> BudgetWish:
    """Return the wish with its percentages in order. Raises :class:`BudgetInvalid`."""
    percents = sorted(set(wish.alerts))
    if not 0 < wish.amount <= AMOUNT_MAX:
        raise BudgetInvalid(field="amount")
    if len(percents) > ALERTS_MAX or not all(1 <= each <= 100 for each in percents):
        raise BudgetInvalid(field="alerts")
    return BudgetWish(wish.amount, wish.hard, percents)


async def _spent(ctx: Context, subject: Subject) -> int:
    """Return the usage of this month before the budget is set."""
    costs = select(func.coalesce(func.sum(col(TokenUsage.cost)), 0))
    which = (_counts(ctx, subject), col(TokenUsage.created_at) >= month_began(ctx.now))
    return int(await ctx.db.scalar(costs.where(*which)) or 0) * ctx.policy.credits_per_dollar


def _counts(ctx: Context, subject: Subject) -> ColumnElement[bool]:
    payer, asker, room = col(TokenUsage.payer_id), col(TokenUsage.asker_id), col(TokenUsage.room_id)
    at_place = or_(col(Room.id) == subject.room_id, col(Room.parent_id) == subject.room_id)
    here = room.in_(select(col(Room.id)).where(at_place))
    if subject.scope == BudgetScope.ROOM:
        return here
    if subject.scope == BudgetScope.MEMBER:
        return and_(here, asker == subject.user_id)
    if subject.scope == BudgetScope.GROUP:
        owner = select(col(Group.owner_id)).where(col(Group.id) == subject.group_id).scalar_subquery()
        members = select(col(GroupMember.user_id)).where(col(GroupMember.group_id) == subject.group_id)
        return and_(payer == owner, asker.in_(members))
    if subject.scope == BudgetScope.SITE:
        return true() if ctx.policy.billing == "count" else payer.is_(None)
    return func.coalesce(payer, asker) == subject.user_id
