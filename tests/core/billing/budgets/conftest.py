"""A room whose owner pays, and uses that budgets count."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete

from chat_app.core.access.permissions import Role
from chat_app.core.billing.budgets.commands import (
    BudgetWish,
)
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.reserving.reservations import ReservationRequest, RunUsage, reserve, settle
from chat_app.core.billing.tables import TokenBudget
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.tables import Room
from tests.support.factory import Factory

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
