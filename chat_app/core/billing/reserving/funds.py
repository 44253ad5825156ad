"""Lock what runs are paid from: their reservations, the balances of who pays, and the budgets that count them.

Everybody locks rooms first, then reservations, then balances, then budgets, each in the order of their ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chat_app.core.access.permissions import Role
from chat_app.core.billing.ledger.entries import month_of
from chat_app.core.billing.reserving.limits import BUDGETS_OF, PRIVATE, Limit, limits_of, seen_by_others
from chat_app.core.kernel.context import Context
from chat_app.core.rooms.kinds.payer import Payer
from chat_app.core.rooms.tables import RoomKind


@dataclass(slots=True)
class Balance:
    """A balance that is locked, as it will be."""

    available: int
    credit_limit: int

    @property
    def free(self) -> int:
        """Return the amount that may be taken."""
        return max(0, self.available + self.credit_limit)


@dataclass(frozen=True, slots=True)
class LockedFunds:
    """The facts of a run: the payer, and the reservation. Balance and budgets are locked; runs share them."""

    payer_id: UUID | None
    reservation: UUID | None
    kept: int
    """The reserved amount, in budgets or also of the balance."""
    reserved: int
    """The reserved amount of the balance."""
    balance: Balance
    limits: Sequence[Limit]
    kept_in: frozenset[UUID]
    """The budgets in which it is reserved."""
    agreed: bool
    """Whether a person asked, or agreed to pay for unasked work. If askers pay, there is no such agreement."""
    for_other: bool
    """Whether the asker is another person than the payer."""

    @property
    def free(self) -> int:
        """Return what may be taken of the balance: of another's, what :func:`seen_by_others` leaves."""
        return seen_by_others(self.balance.free) if self.for_other else self.balance.free

    def within_budgets(self, amount: int) -> int:
        """Return an amount, or the part of it that hard budgets allow."""
        hard = [limit for limit in self.limits if limit.hard]
        hidden = [limit.left for limit in hard if self.for_other and limit.scope in PRIVATE]
        return min([amount, *(limit.left for limit in hard), *map(seen_by_others, hidden)])


WHO_PAYS: Final = f"""
    CASE WHEN coalesce(parent.payer, room.payer) = '{Payer.SITE}' THEN NULL
        WHEN room.payer = '{Payer.ASKER}' OR room.kind = '{RoomKind.ASIDE}' OR master.user_id IS NULL
        THEN coalesce(ask.asker_id, master.user_id, room.created_by)
        ELSE master.user_id END
"""
"""The payer in ``room`` for requests of ``ask.asker_id``; NULL if the site pays."""

FROM_ROOM: Final = f"""
    LEFT JOIN rooms AS room ON room.id = ask.room_id LEFT JOIN rooms AS parent ON parent.id = room.parent_id
    LEFT JOIN room_members AS master ON master.room_id = room.id AND master.role = '{Role.MASTER}'
        AND NOT EXISTS (SELECT FROM users WHERE users.id = master.user_id AND users.suspended_at IS NOT NULL)
"""
"""A master whose account is suspended does not pay, because they cannot react."""

AGREED: Final = f"""
    ask.asker_id IS NOT NULL OR room.kind = '{RoomKind.ASIDE}'
        OR (room.payer <> '{Payer.ASKER}' AND master.user_id IS NOT NULL)
"""
"""Whether a person has asked, or has agreed to pay for unasked work."""

_LOCK: Final = f"""
    WITH held AS MATERIALIZED (
        SELECT id, subject, user_id, amount, budgets FROM token_reservations
        WHERE subject = ANY(%(subjects)s::uuid[]) ORDER BY id FOR UPDATE
    ), ask AS MATERIALIZED (
        SELECT ask.subject, coalesce(held.user_id, {WHO_PAYS}) AS payer_id, ask.asker_id,
            coalesce(room.parent_id, room.id) AS place_id, held.id, coalesce(held.amount, 0) AS amount,
            held.user_id IS NOT NULL AS of_balance, coalesce(held.budgets, '{{}}') AS budgets, {AGREED} AS agreed
        FROM unnest(%(subjects)s::uuid[], %(rooms)s::uuid[], %(askers)s::uuid[]) AS ask (subject, room_id, asker_id)
        {FROM_ROOM} LEFT JOIN held ON held.subject = ask.subject
    ), balance AS MATERIALIZED (
        SELECT user_id, available, credit_limit FROM token_balances
        WHERE user_id = ANY(ARRAY(SELECT payer_id FROM ask WHERE payer_id IS NOT NULL)) ORDER BY user_id FOR UPDATE
    ), counts AS MATERIALIZED (
        {BUDGETS_OF} UNION SELECT subject, unnest(budgets) FROM ask
    ), budget AS MATERIALIZED (
        SELECT id, scope, amount, hard, alerts, month, spent, reserved FROM token_budgets
        WHERE id = ANY(ARRAY(SELECT budget_id FROM counts)) AND (SELECT count(*) FROM balance) >= 0
        ORDER BY id FOR UPDATE
    )
    SELECT ask.subject, ask.payer_id, ask.id, ask.amount, ask.of_balance, balance.available, balance.credit_limit,
        ask.budgets, ARRAY(SELECT budget_id FROM counts WHERE counts.subject = ask.subject),
        ask.agreed, ask.asker_id <> ask.payer_id, (SELECT json_agg(budget) FROM budget)
    FROM ask LEFT JOIN balance ON balance.user_id = ask.payer_id
"""  # noqa: S608, names of columns alone
"""Locks reservations, then balances, then budgets, which is why these wait for the count of the balances."""


async def lock_funds(
    ctx: Context, subjects: Sequence[UUID], rooms: Sequence[UUID | None], askers: Sequence[UUID | None]
) -> Mapping[UUID, LockedFunds]:
    """Lock the balances and budgets of runs, by their ids. Runs of one payer share their balance; all share budgets."""
    columns: dict[str, Any] = {
        "subjects": list(subjects),
        "rooms": list(rooms),
        "askers": list(askers),
        "counts": ctx.policy.billing == "count",
    }
    rows = await (await (await ctx.driver()).execute(_LOCK, columns, prepare=True)).fetchall()
    limits = limits_of(rows[0][-1] if rows else None, month_of(ctx.now))
    balances = {row[1]: Balance(row[5] or 0, row[6] or 0) for row in rows}
    return {row[0]: _row(row, balances[row[1]], limits) for row in rows}


def _row(row: Sequence[Any], balance: Balance, limits: Mapping[UUID, Limit]) -> LockedFunds:
    _, payer, held, kept, of_balance, _, _, kept_in, budgets, agreed, for_other, _ = row
    here = [limits[each] for each in budgets if each in limits]
    of_it = kept if of_balance else 0
    return LockedFunds(payer, held, kept, of_it, balance, here, frozenset(kept_in), bool(agreed), bool(for_other))
