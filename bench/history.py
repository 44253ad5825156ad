"""Reading in short and in very long rooms: a page of history, and what was missed."""

import asyncio
import random
import time
from typing import Final

import aiohttp

from bench.crowd import open_tabs
from bench.figures import Figure, percentile
from bench.people import Community
from bench.site import Site
from bench.tab import Tab, ops_of
from bench.waiting import within

SIZES: Final = (1_000, 100_000, 1_000_000)
READERS: Final = 4
ROUNDS, WARM_UP = 160, 20
"""Of two questions to three rooms: for each reader fewer than anybody may ask in a minute."""

PAUSE: Final = 0.15
"""Seconds before each round: who asks more than ten times a second waits for themselves, which is not measured."""

MISSED, PAGE = 20, 50
PART: Final = "History"


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Read the rooms in turns, so that whatever else the machine does counts for all of them."""
    readers = await community.people(READERS)
    rooms = {size: str(await community.history(size, *readers)) for size in SIZES}
    tabs = await open_tabs(http, site, readers, "/")
    chance = random.Random(1)
    took: dict[tuple[str, int], list[float]] = {}
    for number in range(WARM_UP + ROUNDS):
        tab = tabs[number % READERS]
        await asyncio.sleep(PAUSE)
        for size, room in rooms.items():
            place = chance.randint(PAGE + 1, size)
            for name, ask in {
                "a page": _timed(tab, "older", room=room, before=place),
                "a sync": _timed(tab, "sync", room=room, rev=size - MISSED),
            }.items():
                seconds = await ask
                if number >= WARM_UP:
                    took.setdefault((name, size), []).append(seconds)
    for tab in tabs:
        await tab.close()
    return [figure for name in ("a page", "a sync") for figure in _figures(name, took)]


async def _timed(tab: Tab, handler: str, **payload: object) -> float:
    answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def note(at: float, packet: str) -> None:
        if any(op["t"] == handler for op in ops_of(packet)):
            answered.set_result(at)

    tab.receive = note
    begun = time.time()
    await tab.call(handler, **payload)
    return await within(answered, "an answer of the server") - begun


def _figures(name: str, took: dict[tuple[str, int], list[float]]) -> list[Figure]:
    middle = {size: percentile(took[name, size], 50) for size in SIZES}
    figures = [Figure(PART, f"{name} in a room of {size:,}, p50", middle[size] * 1000, "ms") for size in SIZES]
    least, most = min(SIZES), max(SIZES)
    ratio = middle[most] / middle[least]
    return [*figures, Figure(PART, f"{name}, {most:,} of {least:,} messages", ratio, "times", 1.1)]
