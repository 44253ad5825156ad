"""Payments change balances by their facts, however often and in whatever order events arrive."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.billing.ledger.changing import credit, expire_due, take_back
from chat_app.core.billing.queries import my_transactions
from chat_app.core.billing.tables import TokenTransaction
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.wire import timestamp
from chat_app.core.payments.errors import PurchaseNotFound
from chat_app.core.payments.ports import Facts, PaymentFacts, SubscriptionFacts
from chat_app.core.payments.queries import my_payments, my_subscription
from chat_app.core.payments.rules import tokens_owed_back
from chat_app.core.payments.service import Payments
from chat_app.core.payments.settlement.settling import settle
from chat_app.core.payments.tables import Payment, Rail, Subscription, SubscriptionStatus
from tests.core.payments.provider import TOKENS, Provider, balance, deliver, handle_next
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do

_numbers = count()


@pytest.fixture
def provider(clock: Clock) -> Provider:
    return Provider(clock)


@pytest.fixture
def payments(work: UnitOfWork, provider: Provider) -> Payments:
    return Payments(work, "http://parley.test", stores={Rail.APP_STORE: provider})


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(0, 2)),
        st.tuples(st.just("fail"), st.integers(0, 2)),
        st.tuples(st.just("refund"), st.integers(0, 2), st.integers(0, 1000)),
        st.tuples(st.just("dispute"), st.integers(0, 2), st.booleans()),
        st.tuples(st.just("subscribe"), st.integers(0, 1), st.sampled_from(SubscriptionStatus)),
        st.tuples(st.just("deliver"), st.integers(0, 30)),
        st.tuples(st.just("handle"), st.integers(0, 30)),
    ),
    max_size=30,
)


def happen(provider: Provider, person: UUID, name: str, step: tuple[object, ...]) -> None:
    """Let something happen at the provider, where it can."""
    known = provider.payments.get(name)
    if step[0] == "subscribe":
        provider.subscribe(trial(provider, person, f"{name} sub", SubscriptionStatus(step[2])))
    elif step[0] == "fail" and known is None:
        provider.pay(name, person, paid=False)
    elif step[0] == "pay" and (known is None or not known.paid):
        provider.pay(name, person)
    elif step[0] == "refund" and known and known.paid:
        provider.change(name, refunded=max(known.refunded, int(str(step[2]))))
    elif step[0] == "dispute" and known and known.paid:
        provider.change(name, reversed=bool(step[2]))


def trial(provider: Provider, person: UUID, name: str, status: SubscriptionStatus) -> SubscriptionFacts:
    """Return a subscription that began with a trial, as it was when it began, but for its state."""
    known = provider.subscriptions.get(name)
    if known:
        return replace(known, status=known.status if status == SubscriptionStatus.INCOMPLETE else status)
    begun = provider.clock()
    times = (begun, begun + timedelta(days=14), begun + timedelta(days=14))
    return SubscriptionFacts(name, "", person, "plus", status, 990, "usd", *times, trial_tokens=50)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, last=st.permutations(range(30)))
@pytest.mark.slow
async def test_events_doubled_late_and_in_any_order_end_in_one_ledger(
    steps: list[tuple[object, ...]], last: list[int], make: Factory, work: UnitOfWork, clock: Clock
) -> None:
    person = (await make.actor()).user_id
    mark = str(next(_numbers))
    provider = Provider(clock, mark)
    payments = Payments(work, "http://parley.test", stores={Rail.APP_STORE: provider})
    for step in steps:
        if step[0] == "deliver":
            if provider.events:
                await deliver(payments, int(str(step[1])) % len(provider.events))
        elif step[0] == "handle":
            await handle_next(payments, int(str(step[1])))
        else:
            happen(provider, person, f"{mark}-{step[1]}", step)
    for each in last[: len(provider.events)]:  # whatever has come or not, all of it comes once more
        await deliver(payments, sorted(last[: len(provider.events)]).index(each))
    while await handle_next(payments, len(steps)):
        pass
    said = provider.payments.values()
    for each in said:
        await _looks_as(work, each)
    due = sum(each.tokens - tokens_owed_back(each, each.tokens) for each in said if each.paid)
    tried = [each for each in provider.subscriptions.values() if each.status != SubscriptionStatus.INCOMPLETE]
    assert await balance(work, person) == due + (50 if tried else 0)
    async with work.begin() as ctx:
        rows = await ctx.db.scalars(select(Subscription).where(col(Subscription.user_id) == person))
        assert {row.reference: row.status for row in rows} == {
            each.reference: each.status for each in provider.subscriptions.values()
        }


async def _looks_as(work: UnitOfWork, said: PaymentFacts) -> None:
    async with work.begin() as ctx:
        row = await ctx.db.scalar(select(Payment).where(col(Payment.reference) == said.reference))
    assert row
    assert (row.refunded, row.amount, row.looked_at >= row.paid_at) == (said.refunded, said.amount, True)
    assert row.taken_back == (tokens_owed_back(said, row.tokens) if said.paid else 0)


async def test_event_that_comes_at_once_many_times_is_handled_once(
    payments: Payments, provider: Provider, make: Factory, work: UnitOfWork
) -> None:
    person = (await make.actor()).user_id
    provider.pay("p", person)
    new = await asyncio.gather(*(payments.receive(Rail.APP_STORE, b"0", {}) for _ in range(8)))
    assert sorted(new) == [False] * 7 + [True]
    facts = await provider.look_up(provider.events[0], provider.clock())

    async def apply() -> None:
        async with work.begin() as ctx:
            await settle(ctx, facts)

    await asyncio.gather(*(apply() for _ in range(8)))
    assert await balance(work, person) == TOKENS


async def test_answer_that_was_asked_for_earlier_changes_nothing(
    payments: Payments, provider: Provider, make: Factory, work: UnitOfWork, clock: Clock
) -> None:
    person = (await make.actor()).user_id
    provider.pay("p", person)
    before = await provider.look_up(provider.events[0], clock())
    provider.change("p", reversed=True)
    after = await provider.look_up(provider.events[1], clock())
    for facts in (after, before):
        async with work.begin() as ctx:
            await settle(ctx, facts)
    assert await balance(work, person) == 0


async def test_refund_takes_its_part_rounded_in_favour_of_the_person(
    payments: Payments, provider: Provider, make: Factory, do: Do, work: UnitOfWork
) -> None:
    aiko = await make.actor()
    provider.pay("p", aiko.user_id, amount=3, tokens=100)
    provider.change("p", refunded=1)
    await deliver(payments, 1)
    await handle_next(payments)
    assert await balance(work, aiko.user_id) == 67
    [payment] = (await do(aiko, my_payments)).items
    assert (payment.status, payment.taken_back, payment.tokens) == ("partly_refunded", 33, 100)


async def test_won_dispute_returns_what_was_taken_and_no_more(
    payments: Payments, provider: Provider, make: Factory, do: Do, work: UnitOfWork
) -> None:
    aiko = await make.actor()
    provider.pay("p", aiko.user_id)
    await deliver(payments, 0)
    await handle_next(payments)
    await do(None, take_back, aiko.user_id, TOKENS - 10, "spent")
    provider.change("p", reversed=True)
    await deliver(payments, 1)
    await handle_next(payments)
    assert await balance(work, aiko.user_id) == 0
    provider.change("p", reversed=False)
    await deliver(payments, 2)
    await handle_next(payments)
    assert await balance(work, aiko.user_id) == 10


async def test_trial_gives_its_tokens_once(make: Factory, do: Do, work: UnitOfWork, clock: Clock) -> None:
    aiko = await make.actor()
    end = clock() + timedelta(days=14)
    said = SubscriptionFacts(
        "sub", "", aiko.user_id, "plus", SubscriptionStatus.TRIALING, 990, "usd", clock(), end, end, trial_tokens=50
    )
    for _ in range(2):
        await do(None, settle, Facts(Rail.STRIPE, clock(), (), (said,)))
    assert await balance(work, aiko.user_id) == 50
    found = await do(aiko, my_subscription)
    assert found
    assert (found.plan, found.status, found.trial_end) == ("plus", "trialing", end)


async def test_trial_tokens_expire_with_the_trial_where_the_plan_says_so(
    make: Factory, do: Do, work: UnitOfWork, clock: Clock
) -> None:
    end = clock() + timedelta(days=14)
    people = {expires: await make.actor() for expires in (True, False)}
    for expires, who in people.items():
        said = SubscriptionFacts(
            *(f"sub {expires}", "", who.user_id, "plus", SubscriptionStatus.TRIALING, 990, "usd", clock(), end, end),
            trial_tokens=50,
            trial_expires=expires,
        )
        await do(None, settle, Facts(Rail.STRIPE, clock(), (), (said,)))
        await do(None, settle, Facts(Rail.STRIPE, clock(), (), (replace(said, status=SubscriptionStatus.CANCELED),)))
    [row] = (await do(people[True], my_transactions)).items
    assert (row["kind"], row["trial"], row["expires_at"]) == ("grant", True, timestamp(end))
    clock.advance(days=14)
    await do(None, expire_due)
    assert [await balance(work, who.user_id) for who in people.values()] == [0, 50]


async def test_refund_takes_what_its_payment_has_bought_before_what_expires_first(
    payments: Payments, provider: Provider, make: Factory, work: UnitOfWork, clock: Clock
) -> None:
    person = (await make.actor()).user_id
    async with work.begin() as ctx:
        await credit(ctx, person, TOKENS, "grant", str(person), expires_at=ctx.now + timedelta(days=1))
    provider.pay("p", person)
    provider.change("p", refunded=1000)
    await deliver(payments, 0)
    await deliver(payments, 1)
    while await handle_next(payments):
        pass
    assert await balance(work, person) == TOKENS
    clock.advance(days=2)
    async with work.begin() as ctx:
        await expire_due(ctx)
    assert await balance(work, person) == 0, "the refund took the pack, so what expires is the grant, all of it"


async def test_payment_of_a_deleted_account_credits_nobody(
    make: Factory, do: Do, work: UnitOfWork, clock: Clock
) -> None:
    aiko = await make.actor()
    async with work.begin() as ctx:
        (await ctx.db.get_one(User, aiko.user_id)).deleted_at = ctx.now
    said = PaymentFacts("p", "", aiko.user_id, "small", 10, 100, "usd", clock(), True)
    await do(None, settle, Facts(Rail.STRIPE, clock(), (said,)))
    async with work.begin() as ctx:
        assert await ctx.db.scalar(select(TokenTransaction)) is None


async def test_purchase_of_another_person_is_not_found(payments: Payments, provider: Provider, make: Factory) -> None:
    aiko, ben = await make.actor(), await make.actor()
    provider.pay("p", aiko.user_id)
    with pytest.raises(PurchaseNotFound):
        await payments.link_purchase(ben, Rail.APP_STORE, "p")
    await payments.link_purchase(aiko, Rail.APP_STORE, "p")
    await payments.link_purchase(aiko, Rail.APP_STORE, "p")
    assert await balance(payments.work, aiko.user_id) == TOKENS


async def test_tokens_of_a_period_expire_with_it_and_a_refund_takes_no_others(
    make: Factory, work: UnitOfWork, clock: Clock, provider: Provider, payments: Payments
) -> None:
    person = (await make.actor()).user_id
    provider.pay("first", person)
    provider.payments["first"] = replace(provider.payments["first"], expires_at=clock() + timedelta(days=30))
    await deliver(payments, 0)
    await handle_next(payments)
    async with work.begin() as ctx:
        await take_back(ctx, person, TOKENS // 4, f"spent:{person}")  # a quarter is used
    clock.advance(days=31)
    async with work.begin() as ctx:
        await expire_due(ctx)
    assert await balance(work, person) == 0
    provider.pay("second", person)
    await deliver(payments, 1)
    await handle_next(payments)
    provider.change("first", refunded=1000)
    await deliver(payments, 2)
    await handle_next(payments)
    assert await balance(work, person) == TOKENS - TOKENS // 4, "what has expired is not taken back again"
