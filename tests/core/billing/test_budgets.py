"""Budgets: what counts in them, what they refuse, and when people are alerted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.ai.costs.holding import CANNOT_PAY, HeldReservation, hold, let_go
from chat_app.core.billing.budgets.alerts import alert_of_budget
from chat_app.core.billing.budgets.commands import (
    BudgetWish,
    set_group_budget,
    set_member_budget,
    set_my_budget,
    set_person_budget,
    set_room_budget,
    set_site_budget,
)
from chat_app.core.billing.budgets.queries import group_budgets, my_budgets, room_budgets
from chat_app.core.billing.errors import BudgetExceeded, BudgetInvalid
from chat_app.core.billing.events import BudgetReached
from chat_app.core.billing.ledger.changing import credit, take_back
from chat_app.core.billing.ledger.entries import UsageRecord, post
from chat_app.core.billing.payers import check_funds, read_funds, set_payer
from chat_app.core.billing.queries import room_balance
from chat_app.core.billing.reserving.reservations import ReservationRequest, RunUsage, release_lapsed, reserve, settle
from chat_app.core.billing.tables import TokenBudget
from chat_app.core.direct.commands import start_direct_chat
from chat_app.core.groups.commands import add_to_group, create_group
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import NotAllowed, NotFound
from chat_app.core.kernel.ids import new_id
from chat_app.core.mail.tables import Mail
from chat_app.core.messages.queries import history
from chat_app.core.rooms.commands import create_room
from chat_app.core.rooms.errors import MemberNotFound
from chat_app.core.rooms.members import transfer_room
from chat_app.core.rooms.tables import Room
from tests.core.billing.ledger import balance
from tests.core.billing.test_reservations import counted
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do

HARD = BudgetWish(1000, hard=True)


@pytest.fixture(autouse=True)
async def none_left(work: UnitOfWork) -> AsyncIterator[None]:
    """Delete all budgets, as that of the site counts for everybody."""
    yield
    async with work.begin() as ctx:
        await ctx.db.execute(delete(TokenBudget))


@pytest.fixture
async def aiko(make: Factory, work: UnitOfWork) -> Actor:
    actor = await make.actor()
    async with work.begin() as ctx:
        await credit(ctx, actor.user_id, 10_000, "grant", "aiko")
    return actor


@pytest.fixture
async def ben(make: Factory) -> Actor:
    return await make.actor()


@pytest.fixture
async def room(make: Factory, aiko: Actor, ben: Actor) -> Room:
    return await make.room({Role.MASTER: aiko, Role.MEMBER: ben})


async def use(work: UnitOfWork, room: Room, asker: Actor, amount: int, charge: int | None = None) -> bool:
    """Reserve an amount, and settle to a charge; return whether it could begin."""
    run = new_id()
    async with work.begin() as ctx:
        if run not in (await reserve(ctx, [ReservationRequest(run, room.id, asker.user_id, amount, amount)])).amounts:
            return False
    async with work.begin() as ctx:
        used = amount if charge is None else charge
        await settle(ctx, [RunUsage(run, room.id, asker.user_id, model="m", charge=used)])
    return True


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


async def test_people_are_alerted_once_for_each_percentage_of_a_month(
    do: Do, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room, events: list[object]
) -> None:
    await do(aiko, set_member_budget, room.id, ben.user_id, BudgetWish(1000, alerts=[80, 50]))
    assert await use(work, room, ben, 500)
    async with work.begin() as ctx:
        budget = (await ctx.db.scalars(select(TokenBudget))).one()
        assert budget.alerts == [50, 80]
    for _ in range(2):
        async with work.begin() as ctx:
            await alert_of_budget(ctx, budget.id, date(2026, 11, 1), 50)
    async with work.begin() as ctx:
        mails = (await ctx.db.scalars(select(Mail).where(col(Mail.kind) == "budgetRoom"))).all()
    assert len(mails) == 2
    assert {mail.details["percent"] for mail in mails} == {"50"}
    told = {event.user_id for event in events if isinstance(event, BudgetReached)}
    assert told == {aiko.user_id, ben.user_id}


async def test_who_may_set_and_see_budgets(do: Do, make: Factory, aiko: Actor, ben: Actor, room: Room) -> None:
    carol = await make.actor()
    with pytest.raises(NotAllowed):
        await do(ben, set_room_budget, room.id, HARD)
    for setting in (
        do(carol, set_room_budget, room.id, HARD),
        do(aiko, set_person_budget, ben.user_id, HARD),
        do(aiko, set_site_budget, HARD),
    ):
        with pytest.raises(NotFound):
            await setting
    with pytest.raises(MemberNotFound):
        await do(aiko, set_member_budget, room.id, carol.user_id, HARD)
    for each in (aiko, ben):
        await do(aiko, set_member_budget, room.id, each.user_id, HARD)
    await do(aiko, set_room_budget, room.id, HARD)
    assert _whose(await do(aiko, room_budgets, room.id)) == {None, aiko.user_id, ben.user_id}
    assert _whose(await do(ben, room_budgets, room.id)) == {None, ben.user_id}
    for _ in "12":
        await do(aiko, set_room_budget, room.id, None)
    assert _whose(await do(aiko, room_budgets, room.id)) == {aiko.user_id, ben.user_id}
    assert await do(ben, my_budgets) == []
    group = await do(aiko, create_group, "Team")
    assert await do(aiko, group_budgets, group.id) == []
    with pytest.raises(NotFound):
        await do(ben, set_group_budget, group.id, HARD)


@pytest.mark.parametrize("wish", [BudgetWish(0), BudgetWish(10**16), BudgetWish(1, alerts=[101])])
async def test_budget_that_makes_no_sense_is_refused(do: Do, aiko: Actor, wish: BudgetWish) -> None:
    with pytest.raises(BudgetInvalid):
        await do(aiko, set_my_budget, wish)


def _whose(found: Any) -> set[UUID | None]:
    return {UUID(each["person"]["id"]) if each["person"] else None for each in found}


async def begins(work: UnitOfWork, room_id: UUID, asker_id: UUID | None, most: int | None = 1) -> bool:
    """Tell whether something that is no answer may begin, and let go of what it has reserved."""
    held = HeldReservation(new_id(), room_id, asker_id)
    try:
        async with work.begin() as ctx:
            held = await hold(ctx, held, most)
    except CANNOT_PAY:
        return False
    async with work.begin() as ctx:
        await let_go(ctx, held)
    return True


async def test_nothing_is_begun_by_itself_where_nothing_is_left(
    do: Do, work: UnitOfWork, aiko: Actor, room: Room
) -> None:
    empty = (await do(aiko, create_room, name="Empty")).room
    assert await begins(work, room.id, None)
    async with work.begin() as ctx:
        await take_back(ctx, aiko.user_id, 10_000, "all")
    assert not await begins(work, room.id, None)
    assert await begins(work, empty.id, None, None), "what has no known price"
    work.policy = replace(work.policy, billing="count")
    await do(aiko, set_room_budget, room.id, HARD)
    assert await begins(work, room.id, None)
    assert await use(work, room, aiko, 1000)
    assert not await begins(work, room.id, None)


async def test_nothing_is_begun_by_itself_at_the_cost_of_who_has_not_agreed(
    do: Do, make: Factory, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room
) -> None:
    direct = (await do(ben, start_direct_chat, aiko.person.username)).room
    async with work.begin() as ctx:
        await credit(ctx, ben.user_id, 10_000, "grant", "ben")
    assert await begins(work, room.id, None)
    assert not await begins(work, direct.id, None), "nobody owns a direct chat"
    assert await begins(work, direct.id, ben.user_id)
    await do(aiko, transfer_room, room.id, ben.user_id)
    assert not await begins(work, room.id, None), "the new master's tokens for what nobody asks"
    assert await begins(work, room.id, ben.user_id)
    await do(ben, set_payer, room.id, "owner")
    assert await begins(work, room.id, None)


async def test_refusal_does_not_tell_of_budgets_of_others(
    do: Do, make: Factory, work: UnitOfWork, aiko: Actor, ben: Actor, room: Room
) -> None:
    group = await do(aiko, create_group, "Team")
    await do(aiko, add_to_group, group.id, str(ben.user_id))
    staff = await make.actor(site_roles=["billing"])
    settings: list[tuple[str, Callable[[BudgetWish | None], Any]]] = [
        ("own", lambda wish: do(aiko, set_my_budget, wish)),
        ("person", lambda wish: do(staff, set_person_budget, aiko.user_id, wish)),
        ("group", lambda wish: do(aiko, set_group_budget, group.id, wish)),
    ]
    for scope, setting in settings:
        await setting(HARD)
        assert await scope_told(work, room, ben) == ""
        assert await scope_told(work, room, aiko) == (scope if scope != "group" else None)
        await setting(None)


async def scope_told(work: UnitOfWork, room: Room, asker: Actor) -> str | None:
    async with work.begin() as ctx:
        return (await read_funds(ctx, room.id, asker.user_id)).scope


async def test_new_master_pays_for_others_only_after_a_yes(do: Do, aiko: Actor, ben: Actor, room: Room) -> None:
    await do(aiko, transfer_room, room.id, ben.user_id)
    said = [each.event["kind"] for each in (await do(ben, history, room.id)).messages if each.event]
    assert said == ["owner", "askers_pay"]
    assert (await do(aiko, room_balance, room.id))["pays"]["id"] == str(aiko.user_id)
    await do(ben, set_payer, room.id, "owner")
    assert (await do(aiko, room_balance, room.id))["pays"]["id"] == str(ben.user_id)
