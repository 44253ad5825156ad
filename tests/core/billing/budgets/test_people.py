"""Budgets and people: who sets and sees them, who is alerted, and who has agreed to pay."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import col

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
from chat_app.core.billing.errors import BudgetInvalid
from chat_app.core.billing.events import BudgetReached
from chat_app.core.billing.ledger.changing import credit, take_back
from chat_app.core.billing.payers import read_funds, set_payer
from chat_app.core.billing.queries import room_balance
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
from tests.core.billing.budgets.conftest import HARD, use
from tests.support.factory import Factory
from tests.support.use_cases import Do


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


async def test_permissions_to_set_and_see_budgets_are_checked(
    do: Do, make: Factory, aiko: Actor, ben: Actor, room: Room
) -> None:
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
    """Tell whether work that is not an answer may begin, and release its reservation."""
    held = HeldReservation(new_id(), room_id, asker_id)
    try:
        async with work.begin() as ctx:
            held = await hold(ctx, held, most)
    except CANNOT_PAY:
        return False
    async with work.begin() as ctx:
        await let_go(ctx, held)
    return True


async def test_unasked_work_does_not_begin_without_budget(do: Do, work: UnitOfWork, aiko: Actor, room: Room) -> None:
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


async def test_unasked_work_does_not_begin_without_an_agreement_to_pay(
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
    assert (await do(aiko, room_balance, room.id, 1))["pays"]["id"] == str(aiko.user_id)
    await do(ben, set_payer, room.id, "owner")
    assert (await do(aiko, room_balance, room.id, 1))["pays"]["id"] == str(ben.user_id)
