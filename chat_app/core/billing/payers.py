"""Find out who pays in a room, and change it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from chat_app.core.access.permissions import Permission
from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.billing.errors import BudgetExceeded, InsufficientBalance
from chat_app.core.billing.ledger.entries import month_of
from chat_app.core.billing.reserving.funds import FROM_ROOM, WHO_PAYS
from chat_app.core.billing.reserving.limits import BUDGETS_OF, PRIVATE, seen_by_others
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import AnyId
from chat_app.core.kernel.wire import timestamp
from chat_app.core.rooms.access import RoomAccess, access_room, advance, room_changed
from chat_app.core.rooms.errors import InvalidRoom
from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.rooms.kinds.payer import Payer
from chat_app.core.rooms.lines.writing import LINES, write_line


@dataclass(frozen=True, slots=True)
class Funds:
    """The payer of a person's requests in a room, and the payer's free balance; None if the site pays.

    If another person pays, only the rounded amount of :func:`seen_by_others` is shown.
    """

    payer_id: UUID | None
    name: str
    free: int
    longest: int | None
    """The tokens of the longest answer, where the room sets it."""
    scope: str | None = None
    """The scope of the hard budget with the least remaining amount; "" for a budget that the asker may not see."""
    left: int | None = None

    def covers(self, amount: int) -> bool:
        """Return whether an amount can be paid."""
        return self.payer_id is None or amount <= self.free

    def allows(self, amount: int) -> bool:
        """Return whether budgets allow an amount."""
        return self.left is None or amount <= self.left


_FUNDS: Final = f"""
    WITH ask AS MATERIALIZED (
        SELECT NULL::uuid AS subject, {WHO_PAYS} AS payer_id, ask.asker_id,
            coalesce(room.parent_id, room.id) AS place_id, room.ai_parameters AS parameters
        FROM (SELECT %(room)s::uuid AS room_id, %(asker)s::uuid AS asker_id) AS ask {FROM_ROOM}
    ), counts AS ({BUDGETS_OF}), budget AS (
        SELECT scope, greatest(
            0, amount - reserved - CASE WHEN month >= %(month)s::date THEN spent ELSE 0 END
        ) AS free
        FROM token_budgets WHERE hard AND id IN (SELECT budget_id FROM counts)
    )
    SELECT payer.id, coalesce(payer.name, ''), greatest(0, coalesce(balance.available + balance.credit_limit, 0)),
        (ask.parameters ->> 'max_tokens')::int, ask.payer_id <> ask.asker_id,
        (SELECT json_agg(json_build_array(scope, free)) FROM budget)
    FROM ask LEFT JOIN users AS payer ON payer.id = ask.payer_id
    LEFT JOIN token_balances AS balance ON balance.user_id = ask.payer_id
"""  # noqa: S608, names of columns alone


async def read_funds(ctx: Context, room_id: UUID | None, asker_id: UUID | None) -> Funds:
    """Return the payer of a person's questions in a room, their balance, and the amount that budgets allow. Locks
    nothing.
    """
    asked = {"room": room_id, "asker": asker_id, "month": month_of(ctx.now), "counts": ctx.policy.billing == "count"}
    rows = await (await ctx.driver()).execute(_FUNDS, asked, prepare=True)
    row: tuple[Any, ...] = await rows.fetchone() or (None, "", 0, None, False, None)
    payer_id, name, free, longest, for_other, budgets = row
    hidden = PRIVATE if for_other else frozenset()
    left = [("", seen_by_others(left)) if scope in hidden else (scope, left) for scope, left in budgets or ()]
    tightest = min(left, key=itemgetter(1), default=(None, None))
    return Funds(payer_id, name, seen_by_others(free) if for_other else free, longest, *tightest)


def check_funds(ctx: Context, funds: Funds, amount: int) -> None:
    """Raise :class:`InsufficientBalance` or :class:`BudgetExceeded` where an amount cannot be taken."""
    if ctx.policy.billing == "on" and not funds.covers(amount):
        raise InsufficientBalance()
    if ctx.policy.billing != "off" and not funds.allows(amount):
        raise BudgetExceeded(scope=funds.scope, renews_at=timestamp(renewal(ctx.now)))


def month_began(now: datetime) -> datetime:
    """Return when the month of a time began, by UTC. Pure."""
    return datetime.combine(month_of(now), time.min, UTC)


def renewal(now: datetime) -> datetime:
    """Return when budgets restart: with the next month, by UTC. Pure."""
    return datetime.combine((month_of(now) + timedelta(days=32)).replace(day=1), time.min, UTC)


async def set_payer(ctx: Context, room_id: AnyId, payer: str) -> RoomAccess:
    """Choose the payer of a room: its owner, the person who asks, or the site, which only its admins can choose."""
    await ctx.limit(LINES, str(ctx.me.user_id))
    access = await access_room(ctx, room_id, Permission.MANAGE_BILLING, lock=True)
    if payer not in list(Payer):
        raise InvalidRoom("payer_unknown", field="payer")
    if payer == Payer.SITE and access.room.payer != payer:
        access_site(ctx, SitePermission.MANAGE_BILLING, NotAllowed)
    if access.room.payer != payer:
        access.room.payer = payer
        advance(access.room)
        if ctx.policy.billing == "on" and payer != Payer.SITE:
            line = LineKind.OWNER_PAYS if payer == Payer.OWNER else LineKind.ASKERS_PAY
            await write_line(ctx, access.room, line, ctx.me.person)
        ctx.emit(room_changed(access.room))
    return access
