"""Reservations: the amounts that runs reserve, and their settlement."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.reserving.reservations import (
    ReservationRequest,
    RunUsage,
    release_lapsed,
    reserve,
    settle,
    split,
)
from chat_app.core.billing.tables import TokenUsage
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.tables import Room
from tests.core.billing.ledger import balance
from tests.support.clock import Clock
from tests.support.factory import Factory


@contextmanager
def counted(driver: Any) -> Iterator[Callable[[], int]]:
    """Count the statements of a connection."""
    execute, ran = driver.execute, []

    async def count(*args: Any, **more: Any) -> Any:
        ran.append(args)
        return await execute(*args, **more)

    driver.execute = count
    try:
        yield lambda: len(ran)
    finally:
        driver.execute = execute


async def _scene(work: UnitOfWork, make: Factory, amount: int = 100, **room: Any) -> tuple[UUID, UUID, UUID]:
    master, asker = await make.actor(), await make.actor()
    place = await make.room({Role.MASTER: master, Role.MEMBER: asker}, **room)
    async with work.begin() as ctx:
        await credit(ctx, master.user_id, amount, "grant", str(new_id()))
    return place.id, master.user_id, asker.user_id


async def test_settling_takes_what_was_used_and_frees_the_rest(work: UnitOfWork, make: Factory) -> None:
    room, master, _ = await _scene(work, make)
    run = new_id()
    async with work.begin() as ctx:
        assert (await reserve(ctx, [ReservationRequest(run, room, master, 80, 80)])).amounts == {run: 80}
    assert await balance(work, master) == (20, 80)
    used = RunUsage(run, room, master, model="m", prompt_tokens=3, completion_tokens=4, cost=1, charge=30)
    for each in (used, replace(used, charge=0, model="")):
        async with work.begin() as ctx:
            await settle(ctx, [each])
        assert await balance(work, master) == (70, 0)
    async with work.begin() as ctx:
        usage = (await ctx.db.scalars(select(TokenUsage))).one()
    assert (usage.payer_id, usage.asker_id, usage.charged, usage.missing) == (master, master, 30, 0)


async def test_more_than_was_reserved_is_taken_as_far_as_it_goes(work: UnitOfWork, make: Factory) -> None:
    room, master, asker = await _scene(work, make)
    run = new_id()
    async with work.begin() as ctx:
        await reserve(ctx, [ReservationRequest(run, room, asker, 60, 60)])
        await settle(ctx, [RunUsage(run, room, asker, model="m", charge=130)])
        usage = (await ctx.db.scalars(select(TokenUsage))).one()
    assert (usage.charged, usage.missing) == (100, 30)
    assert await balance(work, master) == (0, 0)


async def test_sixty_four_runs_at_once_never_overspend(work: UnitOfWork, make: Factory) -> None:
    room, master, _ = await _scene(work, make, amount=1000)

    async def run(number: int) -> bool:
        subject = new_id()
        async with work.begin() as ctx:
            if not (await reserve(ctx, [ReservationRequest(subject, room, master, 100, 100)])).amounts:
                return False
        async with work.begin() as ctx:
            await settle(ctx, [RunUsage(subject, room, master, model="m", charge=100 if number % 2 else 60)])
        return True

    admitted = await asyncio.gather(*map(run, range(64)))
    available, reserved = await balance(work, master)
    assert 10 <= sum(admitted) <= 16
    assert available >= 0
    assert reserved == 0


async def test_group_is_admitted_as_far_as_the_balance_goes(work: UnitOfWork, make: Factory) -> None:
    room, master, _ = await _scene(work, make)
    wishes = [ReservationRequest(new_id(), room, master, amount, amount) for amount in (70, 40, 30, 1)]
    async with work.begin() as ctx:
        granted = await reserve(ctx, wishes)
    assert granted.amounts == {wishes[0].subject: 70, wishes[2].subject: 30}
    assert await balance(work, master) == (0, 100)


async def test_payer_is_master_asker_or_site(work: UnitOfWork, make: Factory) -> None:
    room, master, asker = await _scene(work, make)
    async with work.begin() as ctx:
        await credit(ctx, asker, 50, "grant", "a")
        for payer in ("owner", "asker", "site"):
            await ctx.db.execute(update(Room).where(col(Room.id) == room).values(payer=payer))
            assert (await reserve(ctx, [ReservationRequest(new_id(), room, asker, 10, 10)])).amounts
        assert (await reserve(ctx, [ReservationRequest(new_id(), room, asker, 10_000, 10_000)])).amounts, (
            "the site has no balance"
        )
    assert await balance(work, master) == (90, 10)
    assert await balance(work, asker) == (40, 10)


async def test_lapsed_reservation_is_released(work: UnitOfWork, make: Factory, clock: Clock) -> None:
    room, master, _ = await _scene(work, make)
    run = new_id()
    async with work.begin() as ctx:
        await reserve(ctx, [ReservationRequest(run, room, master, 80, 80)])
        assert await release_lapsed(ctx) == 0
    clock.advance(hours=24, seconds=1)
    async with work.begin() as ctx:
        assert await release_lapsed(ctx) == 1
    assert await balance(work, master) == (100, 0)
    async with work.begin() as ctx:  # it ended after all
        await settle(ctx, [RunUsage(run, room, master, model="m", charge=30)])
    assert await balance(work, master) == (70, 0)


async def test_settling_and_releasing_at_once_do_it_once(work: UnitOfWork, make: Factory, clock: Clock) -> None:
    room, master, asker = await _scene(work, make, amount=1000)
    runs = [new_id() for _ in range(20)]
    async with work.begin() as ctx:
        await reserve(ctx, [ReservationRequest(run, room, asker, 50, 50) for run in runs])
    clock.advance(hours=24, seconds=1)

    async def free() -> None:
        async with work.begin() as ctx:
            await release_lapsed(ctx)

    async def end(run: UUID) -> None:
        async with work.begin() as ctx:
            await settle(ctx, [RunUsage(run, room, asker, model="m", charge=10)])

    await asyncio.gather(*map(end, runs[:10]), free(), *map(end, runs[10:]))
    assert await balance(work, master) == (800, 0)


async def test_reserving_and_settling_take_two_statements_each(work: UnitOfWork, make: Factory) -> None:
    room, _, asker = await _scene(work, make, amount=1000)
    runs = [new_id() for _ in range(8)]
    async with work.begin() as ctx:
        with counted(await ctx.driver()) as ran:
            await reserve(ctx, [ReservationRequest(run, room, asker, 50, 50) for run in runs])
            assert ran() == 2
            await settle(ctx, [RunUsage(run, room, asker, model="m", charge=10) for run in runs])
            assert ran() == 4


async def test_counting_takes_nothing(work: UnitOfWork, make: Factory) -> None:
    work.policy = replace(work.policy, billing="count")
    room, master, asker = await _scene(work, make)
    async with work.begin() as ctx:
        await settle(ctx, [RunUsage(new_id(), room, asker, model="m", prompt_tokens=5, cost=3, charge=3000)])
        usage = (await ctx.db.scalars(select(TokenUsage))).one()
    assert (usage.cost, usage.charged, usage.missing, usage.payer_id) == (3, 0, 0, master)
    assert await balance(work, master) == (100, 0)


def test_split_adds_up() -> None:
    assert split(10, 4, 100) == (4, 6, 0)
    assert split(10, 20, 0) == (10, 0, 0)
    assert split(10, 4, 3) == (4, 3, 3)
