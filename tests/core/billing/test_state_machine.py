"""Random interleavings of everything that changes balances: each is always the sum of its entries."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import any_, func, select, update
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.billing.budgets.commands import BudgetWish, set_room_budget
from chat_app.core.billing.ledger.changing import credit, expire_due, take_back, transfer
from chat_app.core.billing.ledger.entries import month_of
from chat_app.core.billing.ledger.lots import Change, lots_left
from chat_app.core.billing.reserving.reservations import (
    ReservationRequest,
    RunUsage,
    release_lapsed,
    reserve,
    settle,
    split,
)
from chat_app.core.billing.tables import TokenBalance, TokenBudget, TokenReservation
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import Conflict
from chat_app.core.kernel.ids import new_id
from tests.core.billing.ledger import balance
from tests.support.clock import Clock
from tests.support.factory import Factory

AMOUNTS = st.integers(1, 200)
STEPS = st.one_of(
    st.tuples(st.just("grant"), st.integers(0, 1), AMOUNTS, st.integers(0, 3)),
    st.tuples(st.just("purchase"), st.integers(0, 1), AMOUNTS, st.integers(0, 3)),
    st.tuples(st.just("reserve"), st.integers(0, 1), AMOUNTS, st.integers(0, 3)),
    st.tuples(st.just("settle"), st.integers(0, 1), AMOUNTS, st.integers(0, 3)),
    st.tuples(st.just("release"), st.integers(0, 1), AMOUNTS, st.integers(0, 3)),
    st.tuples(st.just("refund"), st.integers(0, 1), AMOUNTS, st.integers(0, 3)),
    st.tuples(st.just("transfer"), st.integers(0, 1), AMOUNTS, st.integers(0, 3)),
    st.tuples(st.just("expire"), st.integers(0, 1), AMOUNTS, st.integers(0, 3)),
    st.tuples(st.just("lapse"), st.integers(0, 1), AMOUNTS, st.integers(0, 3)),
)
Step = tuple[str, int, int, int]


@dataclass
class Machine:
    """Does steps to the ledger of two people, each with a room of their own."""

    work: UnitOfWork
    clock: Clock
    people: list[UUID]
    rooms: list[UUID]
    subjects: list[list[UUID]]
    limit: int
    charged: Counter[tuple[UUID | None, date]] = field(default_factory=Counter)
    salt: UUID = field(default_factory=new_id)

    async def do(self, step: Step) -> None:
        """Do one step, in a transaction of its own. Of two reservations for one run at once, one is refused."""
        with suppress(Conflict):
            async with self.work.begin() as ctx:
                await self._do(ctx, step)

    async def _do(self, ctx: Context, step: Step) -> None:
        kind, who, amount, which = step
        person, room, subject = self.people[who], self.rooms[who], self.subjects[who][which]
        reference = f"{self.salt}:{kind}:{which}"
        if kind in ("grant", "purchase"):
            expires = ctx.now + timedelta(days=which) if kind == "grant" or which % 2 else None
            await credit(ctx, person, amount, kind, f"{reference}:{who}", expires_at=expires)
        elif kind == "reserve":
            await reserve(ctx, [ReservationRequest(subject, room, person, amount, amount // 2)])
        elif kind == "settle":
            await settle(ctx, [RunUsage(subject, room, person, model="m", charge=amount)])
            self.charged[room, month_of(ctx.now)] += amount
        elif kind == "release":
            await settle(ctx, [RunUsage(subject, room, person)])
        elif kind == "refund":
            await take_back(ctx, person, amount, f"{reference}:{amount}")
        elif kind == "transfer":
            await transfer(ctx, person, self.people[1 - who], amount, f"{reference}:{who}:{amount}")
        elif kind == "expire":
            self.clock.advance(hours=12)
            await expire_due(ctx)
        else:
            self.clock.advance(hours=25)
            await release_lapsed(ctx)

    async def check(self) -> None:
        """Compare every balance with its entries, and every budget with its reservations and usage."""
        async with self.work.begin() as ctx:
            budgets = await ctx.db.scalars(select(TokenBudget).where(col(TokenBudget.room_id).in_(self.rooms)))
            for budget in budgets:
                kept = select(func.coalesce(func.sum(TokenReservation.amount), 0))
                kept = kept.where(budget.id == any_(col(TokenReservation.budgets)))
                assert budget.reserved == await ctx.db.scalar(kept)
                assert budget.spent == self.charged[budget.room_id, budget.month]
        for person in self.people:
            available, reserved = await balance(self.work, person)
            assert reserved >= 0
            assert available >= -self.limit


async def machine_of(work: UnitOfWork, make: Factory, clock: Clock, limit: int) -> Machine:
    people = [await make.actor() for _ in "12"]
    rooms = [(await make.room({Role.MASTER: each})).id for each in people]
    ids = [each.user_id for each in people]
    async with work.begin() as ctx:
        for each in ids:
            await credit(ctx, each, 100, "grant", f"first:{each}")
        allowed = update(TokenBalance).where(col(TokenBalance.user_id).in_(ids))
        await ctx.db.execute(allowed.values(credit_limit=limit))
    for person, room in zip(people, rooms, strict=True):
        async with work.begin(person) as ctx:
            await set_room_budget(ctx, room, BudgetWish(250, hard=True, alerts=[]))
    return Machine(work, clock, ids, rooms, [[new_id() for _ in range(4)] for _ in "12"], limit)


_ANY = settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@_ANY
@given(steps=st.lists(STEPS, max_size=20), limit=st.sampled_from([0, 50]))
@pytest.mark.slow
async def test_balance_is_the_sum_of_its_entries_after_any_steps(
    work: UnitOfWork, make: Factory, clock: Clock, steps: list[Step], limit: int
) -> None:
    machine = await machine_of(work, make, clock, limit)
    for step in steps:
        await machine.do(step)
        await machine.check()


@_ANY
@given(steps=st.lists(STEPS, min_size=4, max_size=16), limit=st.sampled_from([0, 50]))
@pytest.mark.slow
async def test_steps_at_once_never_overspend(
    work: UnitOfWork, make: Factory, clock: Clock, steps: list[Step], limit: int
) -> None:
    machine = await machine_of(work, make, clock, limit)
    await asyncio.gather(*map(machine.do, steps))
    await machine.check()


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_charge_is_split_without_rest(charge: int, reserved: int, free: int) -> None:
    of_reserved, of_balance, missing = split(charge, reserved, free)
    assert of_reserved + of_balance + missing == charge
    assert 0 <= of_reserved <= reserved
    assert 0 <= of_balance <= free
    assert missing == 0 or (of_reserved, of_balance) == (reserved, free)


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 3)), min_size=1, max_size=8),
    st.lists(st.integers(1, 30), max_size=8),
    st.integers(0, 7),
    st.integers(1, 90),
)
def test_refund_takes_the_tokens_of_its_payment_first(
    came: list[tuple[int, int]], spent: list[int], which: int, back: int
) -> None:
    start = Clock().now
    changes = [
        Change(amount, str(n), start + timedelta(days=days) if days else None, payment=f"p{n}")
        for n, (amount, days) in enumerate(came)
    ]
    changes += [Change(-amount) for amount in spent]
    payment = f"p{which % len(came)}"
    before = {lot.id: lot.left for lot in lots_left(changes)}
    after = {lot.id: lot.left for lot in lots_left([*changes, Change(-back, payment=payment)])}
    own = before.get(payment[1:], 0)
    assert after.get(payment[1:], 0) == max(0, own - back)
    assert sum(after.values()) == max(0, sum(before.values()) - back)
    if back <= own:
        assert {key: left for key, left in after.items() if key != payment[1:]} == {
            key: left for key, left in before.items() if key != payment[1:]
        }


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 3)), max_size=30))
def test_lots_are_what_came_without_what_went(changes: list[tuple[int, int]]) -> None:
    owed = had = 0
    for amount, _ in changes:
        if amount > 0:
            paid = min(owed, amount)
            owed, had = owed - paid, had + amount - paid
        else:
            owed, had = owed + max(0, -amount - had), max(0, had + amount)
    start = Clock().now
    given_changes = [Change(n, str(i), start + timedelta(days=d) if d else None) for i, (n, d) in enumerate(changes)]
    lots = lots_left(given_changes)
    assert sum(lot.left for lot in lots) == had
    expiries = [lot.expires_at for lot in lots if lot.expires_at]
    assert expiries == sorted(expiries)
