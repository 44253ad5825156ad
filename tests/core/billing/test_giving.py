"""Giving tokens to another person."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.accounts.errors import InvalidField, UserNotFound
from chat_app.core.accounts.tables import User
from chat_app.core.audit.tables import AuditEntry
from chat_app.core.billing.errors import BillingOff, GiftRepeated, GiftTooLarge
from chat_app.core.billing.giving import GIFTS, give_credits
from chat_app.core.billing.ledger.changing import TRIAL, credit
from chat_app.core.billing.queries import my_transactions
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import Conflict, RateLimited
from chat_app.core.kernel.ids import new_id
from tests.core.billing.ledger import balance
from tests.support.factory import Factory
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


@pytest.fixture
async def ben(work: UnitOfWork, make: Factory, aiko: Actor) -> Actor:
    """A person to give to; Aiko has a hundred."""
    async with work.begin() as ctx:
        await credit(ctx, aiko.user_id, 100, "grant", "g")
    return await make.actor()


async def test_gift_is_given_once_and_both_see_whose_it_is(do: Do, work: UnitOfWork, aiko: Actor, ben: Actor) -> None:
    nonce = new_id()
    for _ in "12":
        await do(aiko, give_credits, ben.person.username, 60, nonce)
    assert (await balance(work, aiko.user_id), await balance(work, ben.user_id)) == ((40, 0), (60, 0))
    seen = [(await do(each, my_transactions)).items[0] for each in (aiko, ben)]
    assert [(row["kind"], row["amount"]) for row in seen] == [("transfer", -60), ("transfer", 60)]
    assert [row["person"] and row["person"]["id"] for row in seen] == [str(ben.user_id), str(aiko.user_id)]
    async with work.begin() as ctx:
        [entry] = await ctx.db.scalars(select(AuditEntry).where(col(AuditEntry.action) == "give_tokens"))
    assert (entry.actor_id, entry.user_id, entry.details) == (aiko.user_id, ben.user_id, {"credits": 60 / 10**6})


async def test_tokens_of_a_trial_stay(do: Do, work: UnitOfWork, aiko: Actor, ben: Actor) -> None:
    """Else they could be had with many accounts for one."""
    async with work.begin() as ctx:
        await credit(ctx, aiko.user_id, 50, "grant", f"{TRIAL}{aiko.user_id}", expires_at=ctx.now + timedelta(days=7))
    with pytest.raises(GiftTooLarge):
        await do(aiko, give_credits, ben.person.username, 101, new_id())
    for amount in (60, 40):
        await do(aiko, give_credits, ben.person.username, amount, new_id())
    assert [row["expires_at"] for row in (await do(ben, my_transactions)).items] == [None, None]
    with pytest.raises(GiftTooLarge):
        await do(aiko, give_credits, ben.person.username, 1, new_id())
    assert await balance(work, aiko.user_id) == (50, 0)


async def test_nonce_is_for_one_gift(do: Do, make: Factory, work: UnitOfWork, aiko: Actor, ben: Actor) -> None:
    nonce, other = new_id(), await make.actor()
    await do(aiko, give_credits, ben.person.username, 10, nonce)
    for who, amount in ((ben, 11), (other, 10)):
        with pytest.raises(GiftRepeated):
            await do(aiko, give_credits, who.person.username, amount, nonce)
    assert await balance(work, aiko.user_id) == (90, 0)


async def test_gifts_at_once_give_no_more_than_there_is(do: Do, work: UnitOfWork, aiko: Actor, ben: Actor) -> None:
    async def give() -> bool:
        try:
            await do(aiko, give_credits, ben.person.username, 30, new_id())
        except (GiftTooLarge, Conflict):
            return False
        return True

    given = sum(await asyncio.gather(*(give() for _ in range(8))))
    assert given <= 3
    assert (await balance(work, aiko.user_id))[0] == 100 - 30 * given
    assert (await balance(work, ben.user_id))[0] == 30 * given


@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1])
async def test_amount_that_makes_no_sense_is_refused(do: Do, aiko: Actor, ben: Actor, amount: int) -> None:
    with pytest.raises(InvalidField):
        await do(aiko, give_credits, ben.person.username, amount, new_id())


async def test_gift_to_oneself_or_an_absent_person_is_refused(
    do: Do, work: UnitOfWork, aiko: Actor, ben: Actor
) -> None:
    async with work.begin() as ctx:
        (await ctx.db.get_one(User, ben.user_id)).suspended_at = ctx.now
    for name in (aiko.person.username, ben.person.username, "nobody-at-all", ""):
        with pytest.raises(UserNotFound):
            await do(aiko, give_credits, name, 1, new_id())


async def test_gift_is_refused_without_balances(do: Do, work: UnitOfWork, aiko: Actor, ben: Actor) -> None:
    work.policy = replace(work.policy, billing="count")
    with pytest.raises(BillingOff):
        await do(aiko, give_credits, ben.person.username, 1, new_id())


async def test_gifts_are_limited(do: Do, aiko: Actor, ben: Actor) -> None:
    for _ in range(GIFTS.amount):
        await do(aiko, give_credits, ben.person.username, 1, new_id())
    with pytest.raises(RateLimited):
        await do(aiko, give_credits, ben.person.username, 1, new_id())
