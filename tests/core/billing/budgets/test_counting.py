"""Budgets: the usage that counts, and the refusals."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.billing.budgets.commands import (
    BudgetWish,
    set_group_budget,
    set_member_budget,
    set_my_budget,
    set_person_budget,
    set_room_budget,
    set_site_budget,
)
from chat_app.core.billing.budgets.queries import room_budgets
from chat_app.core.billing.errors import BudgetExceeded
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.ledger.entries import UsageRecord, post
from chat_app.core.billing.payers import check_funds, read_funds, set_payer
from chat_app.core.billing.reserving.reservations import ReservationRequest, RunUsage, release_lapsed, reserve, settle
from chat_app.core.billing.tables import TokenBudget
from chat_app.core.groups.commands import add_to_group, create_group
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.tables import Room
from tests.core.billing.budgets.conftest import HARD, use
from tests.core.billing.ledger import balance
from tests.core.billing.test_reservations import counted
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def budgets(work: UnitOfWork) -> list[tuple[str, int, int]]:
    async with work.begin() as ctx:
        rows = await ctx.db.scalars(select(TokenBudget).order_by(col(TokenBudget.scope)))
        return [(row.scope, row.spent, row.reserved) for row in rows]


async def test_hard_budget_admits_no_more_than_it_has_and_soft_one_does(
    do: Do, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room
) -> None:
    await do(aiko, set_room_budget, room.id, HARD)
    assert await use(work, room, ben, 700, 600)
    assert not await use(work, room, ben, 500)
    assert await use(work, room, ben, 400)
    assert await budgets(work) == [("room", 1000, 0)]
    await do(aiko, set_room_budget, room.id, BudgetWish(1000))
    assert await use(work, room, ben, 500)
    assert await budgets(work) == [("room", 1500, 0)]


async def test_answer_is_as_short_as_the_budget_wants(
    do: Do, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room
) -> None:
    await do(aiko, set_room_budget, room.id, HARD)
    run, other = new_id(), new_id()
    async with work.begin() as ctx:
        wishes = [
            ReservationRequest(run, room.id, ben.user_id, 4000, 100),
            ReservationRequest(other, room.id, ben.user_id, 10, 10),
        ]
        reserved = await reserve(ctx, wishes)
    assert reserved.amounts == {run: 1000}
    assert reserved.over_budget == {other}
    assert await budgets(work) == [("room", 0, 1000)]


async def test_sixty_four_at_once_never_overspend_a_budget(
    do: Do, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room
) -> None:
    await do(aiko, set_payer, room.id, "asker")
    async with work.begin() as ctx:
        await credit(ctx, ben.user_id, 10**6, "grant", "ben")
    await do(aiko, set_room_budget, room.id, HARD)
    admitted = await asyncio.gather(
        *(use(work, room, (aiko, ben)[n % 2], 100, 60 if n % 3 else 100) for n in range(64))
    )
    [(_, spent, reserved)] = await budgets(work)
    assert 10 <= sum(admitted) <= 16
    assert spent <= 1000
    assert reserved == 0


@pytest.mark.parametrize("billing", ["count", "on"])
async def test_budgets_count_what_the_site_pays_and_where_nobody_pays(
    do: Do, make: Factory, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room, billing: Any
) -> None:
    work.policy = replace(work.policy, billing=billing)
    staff = await make.actor(site_roles=["billing"])
    await do(staff, set_site_budget, HARD)
    async with work.begin() as ctx:
        (await ctx.db.get_one(Room, room.id)).payer = "site"
    assert await use(work, room, ben, 900)
    assert not await use(work, room, ben, 200)
    assert await budgets(work) == [("site", 900, 0)]
    assert await balance(work, aiko.user_id) == (10_000, 0)


async def test_each_budget_counts_what_it_is_for(
    do: Do, make: Factory, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room
) -> None:
    group = await do(aiko, create_group, "Team")
    await do(aiko, add_to_group, group.id, str(ben.user_id))
    staff = await make.actor(site_roles=["billing"])
    for budget in (
        do(aiko, set_my_budget, HARD),
        do(aiko, set_room_budget, room.id, HARD),
        do(aiko, set_member_budget, room.id, ben.user_id, HARD),
        do(aiko, set_group_budget, group.id, HARD),
        do(staff, set_person_budget, aiko.user_id, HARD),
        do(staff, set_site_budget, HARD),
    ):
        await budget
    assert await use(work, room, aiko, 10)
    assert await use(work, room, ben, 100)
    elsewhere = await make.room({Role.MASTER: ben})
    async with work.begin() as ctx:
        await credit(ctx, ben.user_id, 1000, "grant", "ben")
    assert await use(work, elsewhere, ben, 500)
    spent = {scope: used for scope, used, _ in await budgets(work)}
    assert spent == {"own": 110, "room": 110, "member": 100, "group": 100, "person": 110, "site": 0}


async def test_new_month_begins_anew(
    do: Do, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room, clock: Clock
) -> None:
    await do(aiko, set_room_budget, room.id, HARD)
    assert await use(work, room, ben, 1000)
    async with work.begin() as ctx:
        funds = await read_funds(ctx, room.id, ben.user_id)
        with pytest.raises(BudgetExceeded) as caught:
            check_funds(ctx, funds, 1)
    assert caught.value.details["scope"] == "room"
    clock.advance(days=32)
    assert (await do(ben, room_budgets, room.id))[0]["spent"] == 0
    assert await use(work, room, ben, 1000)
    assert await budgets(work) == [("room", 1000, 0)]


async def test_transaction_from_before_midnight_does_not_begin_the_month_anew(
    do: Do, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room, clock: Clock
) -> None:
    await do(aiko, set_room_budget, room.id, HARD)
    clock.advance(days=32)
    assert await use(work, room, ben, 900)
    clock.advance(days=-32)
    assert await use(work, room, ben, 50)
    clock.advance(days=32)
    assert await budgets(work) == [("room", 950, 0)]
    assert not await use(work, room, ben, 100)


async def test_budget_set_in_the_month_counts_what_was_used_before(
    do: Do, work: UnitOfWork, aiko: Actor, room: Room
) -> None:
    async with work.begin() as ctx:
        await post(ctx, usages=[UsageRecord("answer", None, aiko.user_id, aiko.user_id, room.id, "m", 1, 1, 3)])
    await do(aiko, set_my_budget, HARD)
    await do(aiko, set_room_budget, room.id, HARD)
    before = 3 * work.policy.credits_per_dollar
    assert await budgets(work) == [("own", before, 0), ("room", before, 0)]


async def test_lapsed_reservation_leaves_nothing_in_budgets(
    do: Do, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room, clock: Clock
) -> None:
    await do(aiko, set_room_budget, room.id, HARD)
    async with work.begin() as ctx:
        await reserve(ctx, [ReservationRequest(new_id(), room.id, ben.user_id, 700, 700)])
    clock.advance(hours=25)
    async with work.begin() as ctx:
        assert await release_lapsed(ctx) == 1
    assert await budgets(work) == [("room", 0, 0)]
    assert await balance(work, aiko.user_id) == (10_000, 0)


async def test_reserving_and_settling_take_two_statements_with_budgets_too(
    do: Do, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room
) -> None:
    await do(aiko, set_room_budget, room.id, BudgetWish(10**6, hard=True, alerts=[]))
    await do(aiko, set_my_budget, BudgetWish(10**6, hard=True, alerts=[]))
    runs = [new_id() for _ in range(8)]
    async with work.begin() as ctx:
        with counted(await ctx.driver()) as ran:
            await reserve(ctx, [ReservationRequest(run, room.id, ben.user_id, 50, 50) for run in runs])
            assert ran() == 2
            await settle(ctx, [RunUsage(run, room.id, ben.user_id, model="m", charge=10) for run in runs])
            assert ran() == 4
    assert await budgets(work) == [("own", 80, 0), ("room", 80, 0)]
