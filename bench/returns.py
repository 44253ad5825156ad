"""Many tabs at once: all reconnect after a lost connection, and then stay idle."""

import asyncio
from typing import Final
from uuid import uuid4

import aiohttp

from bench.figures import Figure
from bench.load import load
from bench.meter import Meter
from bench.people import Community
from bench.site import Site
from bench.tab import visit

TABS, ROOMS = 500, 50
IDLE_SECONDS: Final = 8.0
SETTLED: Final = 6.0
"""Seconds after which what follows an arrival is done."""

MOST: Final = {"at home": 5.0, "in one room": 9.0, f"in {ROOMS} rooms": 5.0}
"""Seconds until the last of them has its page."""

PART: Final = "Coming back"


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Reconnect each tab with the token that it had, from its person's own address."""
    people = await community.people(TABS)
    whole = await community.room("all of them", people)
    own = [await community.room(f"some of them {number}", people[number::ROOMS]) for number in range(ROOMS)]
    tokens = [uuid4() for _ in people]
    paths = {
        "at home": ["/"] * TABS,
        "in one room": [f"/r/{whole}"] * TABS,
        f"in {ROOMS} rooms": [f"/r/{own[number % ROOMS]}" for number in range(TABS)],
    }
    figures: list[Figure] = []
    async with load() as client:
        await client.open([visit(site, person, "/", token) for person, token in zip(people, tokens, strict=True)])
        for name, places in paths.items():
            visits = [visit(site, *each) for each in zip(people, places, tokens, strict=True)]
            await client.drop()
            await asyncio.sleep(1)
            meter = Meter(site)
            took = await client.open(visits, at_once=TABS)
            spent = meter.spent()
            each = spent.both / TABS * 1000
            figures += [
                Figure(PART, f"{TABS} at once, {name}: the last has its page after", max(took), "s", MOST[name]),
                Figure(PART, f"{TABS} at once, {name}: CPU for each, server and database", each, "ms"),
            ]
        await client.open([visit(site, person, "/") for person in people])
        await asyncio.sleep(SETTLED)
        meter = Meter(site)
        await asyncio.sleep(IDLE_SECONDS)
        spent = meter.spent()
    idle = f"{2 * TABS:,} idle sockets"
    return [
        *figures,
        Figure(PART, f"{idle}: the server, of a core", spent.server / spent.seconds * 100, "%", 3),
        Figure(PART, f"{idle}: the database, of a core", spent.database / spent.seconds * 100, "%"),
    ]
