"""Change balances: grant and sell tokens, take them back, transfer them, let them expire."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, String, cast, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.billing.events import BalanceChanged
from chat_app.core.billing.ledger.entries import LedgerEntry, post
from chat_app.core.billing.ledger.lots import Change, first_tokens, lots_left
from chat_app.core.billing.tables import Account, Kind, TokenBalance, TokenTransaction
from chat_app.core.kernel.context import Context

EXPIRED_TOGETHER: Final = 100
"""The maximum number of balances whose tokens expire in one transaction."""

TRIAL: Final = "trial:"
"""The beginning of the references of trial grants."""

LATER: Final = timedelta(hours=1)
"""The time until expired tokens that a run has reserved are checked again."""


async def credit(
    ctx: Context, user_id: UUID, amount: int, kind: str, reference: str, *, expires_at: datetime | None = None
) -> bool:
    """Give a person tokens, in micro-units; return whether this was new.

    A second call with the same kind and reference does nothing.
    """
    await _lock(ctx, [user_id])
    entry = LedgerEntry(
        user_id, Kind(kind), Account.ISSUED, Account.AVAILABLE, _checked(amount), reference, expires_at=expires_at
    )
    new = bool(await post(ctx, [entry]))
    if new:
        ctx.emit(BalanceChanged(user_id))
    return new


async def take_back(ctx: Context, user_id: UUID, amount: int, reference: str, kind: str = Kind.REFUND) -> int:
    """Take tokens back, as after a refund or a dispute; return the amount taken.

    Takes only the available amount, up to the credit limit of the balance: a missing amount is recorded with the
    transaction. With the reference of a :func:`correction`, the tokens of that payment are taken first, then those that
    expire first. A second call with the same kind and reference takes nothing, and returns the first amount.
    """
    balance = (await _lock(ctx, [user_id]))[user_id]
    taken = min(_checked(amount), max(0, balance.available + balance.credit_limit))
    movement = (Account.AVAILABLE, Account.ISSUED)
    entry = LedgerEntry(user_id, Kind(kind), *movement, taken, reference, missing=amount - taken)
    if await post(ctx, [entry]):
        ctx.emit(BalanceChanged(user_id))
        return taken
    same = (col(TokenTransaction.kind) == kind, col(TokenTransaction.reference) == reference)
    return int(await ctx.db.scalar(select(col(TokenTransaction.amount)).where(*same)) or 0)


async def transfer(ctx: Context, giver: UUID, receiver: UUID, amount: int, reference: str) -> bool:
    """Transfer tokens from one person to another; return whether this call did it: False for a repetition, and if the
    balance is too small.

    Tokens that expire first are transferred first, and keep their expiry. Tokens of a trial stay; otherwise people
    could collect trials of many accounts.
    """
    balance = (await _lock(ctx, [giver, receiver]))[giver]
    given = f"{reference}:from"
    sent = (col(TokenTransaction.kind) == Kind.TRANSFER, col(TokenTransaction.reference) == given)
    done = await ctx.db.scalar(select(col(TokenTransaction.id)).where(*sent))
    lots = [lot for lot in lots_left(await changes_of(ctx, giver)) if not lot.bound]
    left = min(balance.available, sum(lot.left for lot in lots))
    if done or giver == receiver or left < _checked(amount):
        return False
    entries = [LedgerEntry(giver, Kind.TRANSFER, Account.AVAILABLE, Account.TRANSIT, amount, given)]
    for expires_at, part in first_tokens(lots, amount).items():
        movement, to = (Account.TRANSIT, Account.AVAILABLE), f"{reference}:to:{len(entries)}"
        entries.append(LedgerEntry(receiver, Kind.TRANSFER, *movement, part, to, expires_at=expires_at))
    await post(ctx, entries)
    ctx.emit(BalanceChanged(giver))
    ctx.emit(BalanceChanged(receiver))
    return True


def transfer_ends(reference: str) -> tuple[str, str]:
    """Return the reference of the giver's side of a transfer, and the first one of the receiver's side. Pure."""
    of_it = reference.partition(":from")[0].partition(":to:")[0]
    return f"{of_it}:from", f"{of_it}:to:1"


async def expire_due(ctx: Context) -> int:
    """Expire tokens that are due, of at most a hundred people; return the number of checked balances. Tokens that a run
    has reserved do not expire before it ends.
    """
    due = select(TokenBalance).where(col(TokenBalance.next_expiry_at) <= ctx.now).order_by(col(TokenBalance.user_id))
    balances = (await ctx.db.scalars(due.limit(EXPIRED_TOGETHER).with_for_update(skip_locked=True))).all()
    for balance in balances:
        await _expire(ctx, balance)
    return len(balances)


async def expired_of(ctx: Context, kind: str, reference: str) -> int:
    """Return how many of the tokens have expired that came with a kind and reference."""
    came = select(col(TokenTransaction.id)).where(
        col(TokenTransaction.kind) == kind, col(TokenTransaction.reference) == reference
    )
    if (lot := await ctx.db.scalar(came)) is None:
        return 0
    gone = select(func.coalesce(func.sum(col(TokenTransaction.amount)), 0)).where(
        col(TokenTransaction.kind) == Kind.EXPIRY, col(TokenTransaction.reference).startswith(f"{lot}:")
    )
    return int(await ctx.db.scalar(gone) or 0)


async def _expire(ctx: Context, balance: TokenBalance) -> None:
    lots = lots_left(await changes_of(ctx, balance.user_id))
    spare, entries, again = max(0, balance.available), [], False
    for lot in lots:
        if lot.expires_at is None or lot.expires_at > ctx.now:
            continue
        gone = min(lot.left, spare)
        spare -= gone
        again = again or gone < lot.left
        if gone:
            # The rest of the same lot may expire later, so the amount is part of the reference.
            reference, movement = f"{lot.id}:{lot.left}", (Account.AVAILABLE, Account.ISSUED)
            entries.append(LedgerEntry(balance.user_id, Kind.EXPIRY, *movement, gone, reference))
    coming = [lot.expires_at for lot in lots if lot.expires_at and lot.expires_at > ctx.now]
    balance.next_expiry_at = min([*coming, *([ctx.now + LATER] if again else [])], default=None)
    await ctx.db.flush()
    if entries:
        await post(ctx, entries)
        ctx.emit(BalanceChanged(balance.user_id))


_PERSONS: Final = (Account.AVAILABLE, Account.RESERVED)


async def changes_of(ctx: Context, user_id: UUID) -> list[Change]:
    """Return the amounts that a person received and spent, oldest first.

    Consecutive settlements are combined: there can be tens of thousands of them.
    """
    id_, kind = col(TokenTransaction.id), col(TokenTransaction.kind)
    settled = kind == Kind.SETTLE
    place = func.count().filter(~settled).over(order_by=id_).label("place")
    moved = select(TokenTransaction, place, settled.label("settled")).where(
        col(TokenTransaction.user_id) == user_id, kind.not_in([Kind.RESERVE, Kind.RELEASE])
    )
    row = moved.subquery().c
    firsts = (func.min(each).label(each.name) for each in (row.kind, row.target, row.reference, row.expires_at))
    sums = (func.min(cast(row.id, String)).label("id"), cast(func.sum(row.amount), BigInteger).label("amount"))
    order = (row.place, row.settled)
    rows = (await ctx.db.execute(select(*firsts, *sums).group_by(*order).order_by(*order))).all()
    bought = {row.reference for row in rows if row.kind == Kind.PURCHASE}
    return [_change(row, bought) for row in rows]


def _change(row: Any, bought: Collection[str]) -> Change:
    """Return a change; corrections of a payment have its reference and a number, see :func:`correction`."""
    first = row.reference.rpartition(":")[0]
    payment = first if first in bought else row.reference if row.reference in bought else None
    if row.target in _PERSONS:
        bound = row.kind == Kind.GRANT and row.reference.startswith(TRIAL)
        of_it = payment if row.kind == Kind.PURCHASE else None
        return Change(row.amount, row.id, row.expires_at, payment=of_it, bound=bound)
    if row.kind == Kind.EXPIRY:
        return Change(-row.amount, of=row.reference.partition(":")[0])
    taken_of = payment if row.kind in (Kind.REFUND, Kind.DISPUTE) else None
    return Change(-row.amount, payment=taken_of, given=row.kind == Kind.TRANSFER)


def correction(payment: str, number: int) -> str:
    """Return the reference of what takes tokens of a payment back, or returns them. Pure."""
    return f"{payment}:{number}"


def _checked(amount: int) -> int:
    if amount <= 0:
        raise ValueError("an amount is greater than zero")
    return amount


async def _lock(ctx: Context, user_ids: Sequence[UUID]) -> Mapping[UUID, TokenBalance]:
    """Lock the balances of people, creating missing ones, in the order in which all transactions lock them."""
    ids: list[Any] = sorted(set(user_ids))
    await ctx.db.execute(insert(TokenBalance).values([{"user_id": each} for each in ids]).on_conflict_do_nothing())
    locked = select(TokenBalance).where(col(TokenBalance.user_id).in_(ids)).order_by(col(TokenBalance.user_id))
    rows = await ctx.db.scalars(locked.with_for_update().execution_options(populate_existing=True))
    return {row.user_id: row for row in rows}
