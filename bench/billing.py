"""Balances: what reserving and settling take, and what they add before an answer's model is asked."""

import time
from dataclasses import replace
from statistics import median
from typing import Any, Final, Literal
from uuid import UUID

import aiohttp

from bench.figures import Figure
from bench.people import Community, Someone
from bench.site import Site
from chat_app.core.ai.answers.beginning import begin_runs
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.runs.changing import claim_runs, finish_run
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.reserving.reservations import ReservationRequest, RunUsage, reserve, settle
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.tables import Status

TIMES: Final = 200
QUESTIONS: Final = 30
"""As many as one person may ask in a minute."""

MODEL: Final = ModelInfo("bench/priced", "Priced", "Bench", 200_000, 8_000, price_in=300, price_out=1_500)

PART: Final = "Billing"


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Measure the two statements by themselves, and the beginning of answers with and without them."""
    people = await community.people(3)
    room = await community.room("billing", people, ai_rule="always")
    on = replace(community.work, policy=replace(community.work.policy, billing="on"))
    async with on.begin() as ctx:
        for each in people:
            await credit(ctx, each.actor.user_id, 10**13, "grant", f"bench:{new_id()}")
    figures = await _alone(on, room, people[0])
    begun: dict[str, float] = {}
    ways: tuple[Literal["off", "on"], ...] = ("off", "on")
    for person, way in zip(people[1:], ways, strict=True):
        work = replace(on, policy=replace(on.policy, billing=way))
        place = await community.room(f"billing {way}", [person], ai_rule="always")
        begun[way] = median([await _begin(work, place, person) for _ in range(QUESTIONS)])
        figures.append(Figure(PART, f"an answer begins, billing {way}: p50", begun[way] * 1000, "ms"))
    figures.append(Figure(PART, "billing adds before a first token: p50", (begun["on"] - begun["off"]) * 1000, "ms", 3))
    return figures


async def _alone(work: UnitOfWork, room: UUID, person: Someone) -> list[Figure]:
    """Measure reserving and settling, each in a transaction of its own, without its commit."""
    took: dict[str, list[float]] = {"reserve": [], "settle": []}
    ran: dict[str, int] = {}
    for _ in range(TIMES):
        run = new_id()
        async with work.begin() as ctx:
            wish = ReservationRequest(run, room, person.actor.user_id, 1_000_000, 1_000)
            took["reserve"].append(await _timed(ctx, ran, "reserve", reserve(ctx, [wish])))
        async with work.begin() as ctx:
            used = RunUsage(run, room, person.actor.user_id, model=MODEL.id, cost=100, charge=100_000)
            took["settle"].append(await _timed(ctx, ran, "settle", settle(ctx, [used])))
    figures = [Figure(PART, f"{name}: p50", median(times) * 1000, "ms", 5) for name, times in took.items()]
    return figures + [Figure(PART, f"{name}: statements", ran[name], "", 2) for name in took]


async def _timed(ctx: Context, ran: dict[str, int], name: str, doing: Any) -> float:
    """Return how long something takes, and note how many statements it runs."""
    driver: Any = await ctx.driver()
    execute, count = driver.execute, 0

    async def counted(*args: Any, **more: Any) -> Any:
        nonlocal count
        count += 1
        return await execute(*args, **more)

    driver.execute = counted
    begun = time.perf_counter()
    try:
        await doing
    finally:
        driver.execute = execute
    ran[name] = max(ran.get(name, 0), count)
    return time.perf_counter() - begun


async def _begin(work: UnitOfWork, room: UUID, person: Someone) -> float:
    """Ask, and return how long it takes to begin the answer that was claimed."""
    async with work.begin(person.actor) as ctx:
        await post_message(ctx, room, "Could we keep the index?")
    async with work.begin() as ctx:
        claimed = await claim_runs(ctx, 25, MODEL.id)
        begun = time.perf_counter()
        await begin_runs(ctx, claimed, MODEL.id, [MODEL])
        took = time.perf_counter() - begun
    for run_id in claimed:
        async with work.begin() as ctx:
            await finish_run(ctx, run_id, Status.COMPLETE, "Yes.")
    return took
