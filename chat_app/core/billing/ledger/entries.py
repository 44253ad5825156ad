"""Post entries to the ledger: each moves an amount between two accounts, and its balance with it, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from chat_app.core.billing.tables import Account, Kind
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A movement of a person's tokens, in micro-units."""

    user_id: UUID
    kind: Kind
    source: Account
    target: Account
    amount: int
    reference: str
    missing: int = 0
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """An amount that is set aside for ``subject``, a run: of a person's balance, of budgets, or of both."""

    id: UUID
    subject: UUID
    user_id: UUID | None
    room_id: UUID | None
    amount: int
    until: datetime
    budgets: str = "{}"
    """The ids of its budgets as an array literal: arrays of different lengths cannot be unnested together."""


@dataclass(frozen=True, slots=True)
class CountedAmount:
    """An amount that is counted in a budget, which is locked: more or less than before."""

    id: UUID
    spent: int
    reserved: int


@dataclass(frozen=True, slots=True)
class UsageRecord:
    """Record the usage of a model, and the payment for it."""

    work: str
    subject: UUID | None
    payer_id: UUID | None
    asker_id: UUID | None
    room_id: UUID | None
    model: str
    prompt_tokens: int
    completion_tokens: int
    cost: int | None
    charged: int = 0
    missing: int = 0


_ENTRY: Final = ("user_id", "kind", "source", "target", "amount", "reference", "missing", "expires_at")
_RESERVATION: Final = ("id", "subject", "user_id", "room_id", "amount", "until", "budgets")
_COUNTED: Final = ("id", "spent", "reserved")
_USAGE: Final = tuple(UsageRecord.__slots__)
_POST: Final = f"""
    WITH entry AS MATERIALIZED (
        SELECT * FROM unnest(
            %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::bigint[],
            %s::timestamptz[]
        ) AS entry (id, {", ".join(_ENTRY)})
    ), written AS (
        INSERT INTO token_transactions (id, {", ".join(_ENTRY)}, created_at) SELECT *, %s::timestamptz FROM entry
        ON CONFLICT (kind, reference) DO NOTHING RETURNING *
    ), moved AS (
        SELECT user_id,
            sum(amount * ((target = '{Account.AVAILABLE}')::int - (source = '{Account.AVAILABLE}')::int)) AS available,
            sum(amount * ((target = '{Account.RESERVED}')::int - (source = '{Account.RESERVED}')::int)) AS reserved,
            min(expires_at) AS expires_at
        FROM written GROUP BY user_id
    ), balance AS (
        UPDATE token_balances AS b SET available = b.available + moved.available,
            reserved = b.reserved + moved.reserved, next_expiry_at = least(b.next_expiry_at, moved.expires_at)
        FROM moved WHERE b.user_id = moved.user_id
    ), kept AS (
        INSERT INTO token_reservations ({", ".join(_RESERVATION)})
        SELECT {", ".join(_RESERVATION[:-1])}, budgets::uuid[] FROM unnest(
            %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::timestamptz[], %s::text[]
        ) AS kept ({", ".join(_RESERVATION)})
    ), counted AS (
        UPDATE token_budgets AS b SET month = greatest(b.month, %s::date),
            reserved = greatest(0, b.reserved + more.reserved),
            spent = more.spent + CASE WHEN b.month >= %s::date THEN b.spent ELSE 0 END
        FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[]) AS more ({", ".join(_COUNTED)}) WHERE b.id = more.id
    ), gone AS (
        DELETE FROM token_reservations WHERE id = ANY(%s::uuid[])
    ), used AS (
        INSERT INTO token_usage (id, {", ".join(_USAGE)}, created_at) SELECT *, %s::timestamptz FROM unnest(
            %s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::int[], %s::int[],
            %s::int[], %s::bigint[], %s::bigint[]
        )
    )
    SELECT count(*) FROM written
"""  # noqa: S608, names of columns alone


async def post(
    ctx: Context,
    entries: Sequence[LedgerEntry] = (),
    *,
    keep: Sequence[Reservation] = (),
    end: Sequence[UUID] = (),
    usages: Sequence[UsageRecord] = (),
    counted: Sequence[CountedAmount] = (),
) -> int:
    """Write entries and change their locked balances; return the number of new entries.

    An entry with a used kind and reference changes nothing. ``keep`` are new reservations, ``end`` the finished ones,
    ``usages`` the usage, ``counted`` the amounts that count in budgets.
    """
    month = month_of(ctx.now)
    values = (
        [new_id() for _ in entries],
        *_columns(entries, _ENTRY),
        ctx.now,
        *_columns(keep, _RESERVATION),
        month,
        month,
        *_columns(counted, _COUNTED),
        list(end),
        ctx.now,
        [new_id() for _ in usages],
        *_columns(usages, _USAGE),
    )
    result = await (await ctx.driver()).execute(_POST, values, prepare=True)
    (written,) = await result.fetchone() or (0,)
    return int(written)


def month_of(time: datetime) -> date:
    """Return the first day of the month of a time, by UTC, in which budgets are counted."""
    return time.astimezone(UTC).date().replace(day=1)


def _columns(rows: Sequence[Any], names: Sequence[str]) -> list[list[Any]]:
    return [[getattr(row, name) for row in rows] for name in names]
