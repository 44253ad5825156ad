"""What an arrival costs more in a large community: of a person with many rooms, and in a room of many people."""

import asyncio
import time
from typing import Final

import aiohttp

from bench.figures import Figure, percentile
from bench.meter import Meter
from bench.people import Community, Someone
from bench.site import Site
from bench.tab import Tab

ROOMS, MEMBERS = 500, 2_000
ROUNDS, WARM_UP = 8, 2
PAUSE: Final = 0.4
"""Seconds, so that what follows an arrival does not fall into the next one."""

PART: Final = "Growth"

Arrival = tuple[float, int]
"""Seconds and bytes."""


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Arrivals in turn, so that whatever else the machine does counts for all of them."""
    plain, busy, social = await community.people(3)
    small = await community.room("small", [plain, busy])
    await community.more_rooms(busy, small, ROOMS)
    large = await community.room("large", [social, plain])
    await community.more_members(large, MEMBERS)
    arriving = {"few": (plain, small), "rooms": (busy, small), "members": (plain, large)}
    arrivals: dict[str, list[Arrival]] = {name: [] for name in arriving}
    spent = dict.fromkeys(arriving, 0.0)
    for number in range(WARM_UP + ROUNDS):
        for name, (person, room) in arriving.items():
            meter = Meter(site)
            arrival = await _arrive(http, site, person, f"/r/{room}")
            if number >= WARM_UP:
                arrivals[name].append(arrival)
                spent[name] += meter.spent().both / ROUNDS * 1000
    names = {"rooms": f"{ROOMS:,} rooms", "members": f"{MEMBERS:,} members"}
    few = _middle(arrivals["few"])
    figures = [
        Figure(PART, "an arrival with few of both, p50", few[0], "ms"),
        Figure(PART, "an arrival with few of both", few[1], "KiB"),
    ]
    for name, shown in names.items():
        seconds, size = _middle(arrivals[name])
        figures += [
            Figure(PART, f"{shown}: added at arrival, p50", seconds - few[0], "ms", 20),
            Figure(PART, f"{shown}: added at arrival", size - few[1], "KiB", 15),
            Figure(PART, f"{shown}: CPU added, server and database", spent[name] - spent["few"], "ms"),
        ]
    return figures


async def _arrive(http: aiohttp.ClientSession, site: Site, person: Someone, path: str) -> Arrival:
    begun = time.time()
    tab = await Tab(http, site, person).open(path)
    took = time.time() - begun
    await asyncio.sleep(PAUSE)
    await tab.close()
    return took, tab.bytes


def _middle(arrivals: list[Arrival]) -> Arrival:
    """Return the middle of each, in milliseconds and KiB."""
    seconds, sizes = zip(*arrivals, strict=True)
    return percentile(seconds, 50) * 1000, percentile(sizes, 50) / 2**10
