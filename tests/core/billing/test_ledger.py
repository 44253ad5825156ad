"""The ledger: grants, refunds, transfers and expiry."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from chat_app.core.billing.ledger.changing import changes_of, credit, expire_due, take_back, transfer
from chat_app.core.billing.reserving.reservations import RunUsage, settle
from chat_app.core.billing.tables import TokenBalance, TokenTransaction
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from tests.core.billing.ledger import balance
from tests.support.clock import Clock
from tests.support.factory import Factory


async def test_credit_with_the_same_reference_counts_once(work: UnitOfWork, make: Factory) -> None:
    user = (await make.actor()).user_id
    async with work.begin() as ctx:
        assert await credit(ctx, user, 500, "purchase", "pay_1")
    async with work.begin() as ctx:
        assert not await credit(ctx, user, 500, "purchase", "pay_1")
        assert await credit(ctx, user, 7, "grant", "pay_1"), "another kind is another thing"
    assert await balance(work, user) == (507, 0)


async def test_take_back_takes_what_is_there_and_notes_what_is_missing(work: UnitOfWork, make: Factory) -> None:
    user = (await make.actor()).user_id
    async with work.begin() as ctx:
        await credit(ctx, user, 300, "purchase", "pay_1")
        assert await take_back(ctx, user, 500, "re_1") == 300
        assert await take_back(ctx, user, 500, "re_1") == 300
        row = await ctx.db.scalar(select(TokenTransaction).where(col(TokenTransaction.kind) == "refund"))
        assert row
        assert (row.amount, row.missing) == (300, 200)
    assert await balance(work, user) == (0, 0)


async def test_take_back_uses_the_credit_that_is_allowed(work: UnitOfWork, make: Factory) -> None:
    user = (await make.actor()).user_id
    async with work.begin() as ctx:
        await credit(ctx, user, 300, "purchase", "pay_1")
        await ctx.db.execute(update(TokenBalance).values(credit_limit=100))
        assert await take_back(ctx, user, 500, "dp_1", "dispute") == 400
    assert await balance(work, user) == (-100, 0)


async def test_transfer_moves_all_or_nothing(work: UnitOfWork, make: Factory) -> None:
    giver, receiver = (await make.actor()).user_id, (await make.actor()).user_id
    async with work.begin() as ctx:
        await credit(ctx, giver, 100, "grant", "g")
        assert not await transfer(ctx, giver, receiver, 101, "t0")
        assert await transfer(ctx, giver, receiver, 60, "t1")
        assert not await transfer(ctx, giver, receiver, 40, "t1"), "done already"
    assert await balance(work, giver) == (40, 0)
    assert await balance(work, receiver) == (60, 0)


async def test_tokens_that_are_passed_on_expire_as_they_would_have(
    work: UnitOfWork, make: Factory, clock: Clock
) -> None:
    giver, receiver = (await make.actor()).user_id, (await make.actor()).user_id
    async with work.begin() as ctx:
        await credit(ctx, giver, 100, "purchase", "p")
        await credit(ctx, giver, 50, "grant", "trial", expires_at=ctx.now + timedelta(days=1))
        assert await transfer(ctx, giver, receiver, 60, "there")
        assert await transfer(ctx, receiver, giver, 55, "and back")
    clock.advance(days=2)
    async with work.begin() as ctx:
        assert await expire_due(ctx) == 2
    assert await balance(work, giver) == (95, 0), "100 and the 5 that never expire came back, without the 50"
    assert await balance(work, receiver) == (5, 0)


async def test_tokens_that_expire_first_are_spent_first(work: UnitOfWork, make: Factory, clock: Clock) -> None:
    user = (await make.actor()).user_id
    async with work.begin() as ctx:
        await credit(ctx, user, 100, "purchase", "p")
        await credit(ctx, user, 50, "grant", "july", expires_at=ctx.now + timedelta(days=1))
        await credit(ctx, user, 50, "grant", "august", expires_at=ctx.now + timedelta(days=31))
        await take_back(ctx, user, 20, "r")
    clock.advance(days=2)
    async with work.begin() as ctx:
        assert await expire_due(ctx) == 1
    assert await balance(work, user) == (150, 0)
    async with work.begin() as ctx:
        assert await expire_due(ctx) == 0
    clock.advance(days=30)
    async with work.begin() as ctx:
        await expire_due(ctx)
    assert await balance(work, user) == (100, 0)


async def test_consecutive_settlements_are_combined(work: UnitOfWork, make: Factory) -> None:
    aiko = (await make.user()).id
    for number in range(2):
        async with work.begin() as ctx:
            await credit(ctx, aiko, 100, "grant", f"g{number}")
        for _ in range(3):
            async with work.begin() as ctx:
                await settle(ctx, [RunUsage(new_id(), None, aiko, model="m", charge=7 + number)])
    async with work.begin() as ctx:
        assert [each.amount for each in await changes_of(ctx, aiko)] == [100, -21, 100, -24]


async def test_ledger_rows_cannot_be_changed(work: UnitOfWork, make: Factory) -> None:
    user = (await make.actor()).user_id
    async with work.begin() as ctx:
        await credit(ctx, user, 100, "grant", "g")
    with pytest.raises(DBAPIError, match="append only"):
        async with work.begin() as ctx:
            await ctx.db.execute(text("UPDATE token_transactions SET amount = 1"))
