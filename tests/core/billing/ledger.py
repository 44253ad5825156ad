"""The ledger's account of a person, to compare with their balance."""

from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from chat_app.core.billing.tables import Account, TokenBalance, TokenReservation, TokenTransaction
from chat_app.core.kernel.context import UnitOfWork


async def sums(work: UnitOfWork, user_id: UUID) -> dict[str, int]:
    """Return what each account has by the transactions of a person alone."""
    async with work.begin() as ctx:
        mine = select(TokenTransaction).where(col(TokenTransaction.user_id) == user_id)
        found = dict.fromkeys(map(str, Account), 0)
        for row in await ctx.db.scalars(mine):
            found[row.source] -= row.amount
            found[row.target] += row.amount
    return found


async def balance(work: UnitOfWork, user_id: UUID) -> tuple[int, int]:
    """Return the available and the reserved amount, after a check that the ledger has the same."""
    entries = await sums(work, user_id)
    async with work.begin() as ctx:
        it = await ctx.db.get(TokenBalance, user_id) or TokenBalance(user_id=user_id)
        held = select(func.coalesce(func.sum(TokenReservation.amount), 0))
        reserved = await ctx.db.scalar(held.where(col(TokenReservation.user_id) == user_id))
    assert (it.available, it.reserved) == (entries[Account.AVAILABLE], entries[Account.RESERVED])
    assert it.reserved == reserved
    assert it.available + it.credit_limit >= 0
    assert sum(entries.values()) == 0
    return it.available, it.reserved
