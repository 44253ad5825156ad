"""Those who send without end and those who do not read: what others feel of it, and what it costs."""

import asyncio
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle
from statistics import median
from typing import Final

import aiohttp

from bench.crowd import Crowd, open_tabs
from bench.figures import Figure, percentile
from bench.flooder import KINDS
from bench.people import TEXT, Community
from bench.site import Site
from bench.waiting import within
from chat_app.web_session import cookie_name

PART: Final = "Flood"

SENDERS: Final = 6
QUIET, FLOODED, WARM = 3.0, 3.5, 1.5  # seconds
MOST: Final = 1.5
PAUSE: Final = 0.04
"""Between two messages, so that nobody sends more than anybody may in a minute."""

STALLED: Final = 32
TALKERS: Final = 12
EACH: Final = 45
LONG: Final = TEXT * 125
"""A message as long as one may be: 540 of them are more than the kernel takes for a socket."""


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """To be measured last: who floods keeps everybody at their address waiting for a while."""
    grown = await _stalled(http, site, community)
    quiets, figures = list[float](), list[Figure]()
    for kind in [*KINDS, ""]:
        async with _elsewhere(http, site, community) as crowd:
            quiets.append(quiet := await _send(crowd, QUIET))
            flooded = await _flooded(site, community, crowd, kind)
        name = f"the same under a flood of {kind}" if kind else "the same under all of these at once"
        figures.append(Figure(PART, f"{name}, of its quiet value", flooded / quiet, "times", MOST if kind else None))
        await site.calm()
    return [
        Figure(PART, f"memory with {STALLED} stalled readers, above idle", grown / 2**20, "MiB", 40),
        Figure(PART, "another room's send, quiet, p50", median(quiets) * 1000, "ms"),
        *figures,
    ]


@asynccontextmanager
async def _elsewhere(http: aiohttp.ClientSession, site: Site, community: Community) -> AsyncIterator[Crowd]:
    """Return people in another room: new ones each time, because of the rate limit."""
    people = await community.people(SENDERS)
    crowd = Crowd(await open_tabs(http, site, people, f"/r/{await community.room('elsewhere', people)}"))
    await _send(crowd, WARM)
    yield crowd
    for tab in crowd.tabs:
        await tab.close()


async def _flooded(site: Site, community: Community, crowd: Crowd, kind: str) -> float:
    """Return the p50 of a send during a flood by one signed-in and one signed-out client."""
    [one] = await community.people(1)
    floods = [await _flood(site, cookie, kind) for cookie in (f"{cookie_name(site.url)}={one.cookie}", "")]
    await _send(crowd, WARM)
    flooded = await _send(crowd, FLOODED)
    for flood in floods:
        await within(flood.wait(), "the end of a flood")
    return flooded


async def _flood(site: Site, cookie: str, kind: str) -> Process:
    arguments = ("-m", "bench.flooder", site.url, cookie, str(WARM + FLOODED), *([kind] if kind else []))
    return await asyncio.create_subprocess_exec(sys.executable, *arguments)


async def _send(crowd: Crowd, seconds: float) -> float:
    """Send one message after the other for a while; the p50 of how long each takes to everybody."""
    ends, before = time.monotonic() + seconds, crowd.deliveries
    for tab in cycle(crowd.tabs):
        await crowd.told(tab)
        await asyncio.sleep(PAUSE)
        if time.monotonic() > ends:
            return percentile(crowd.delays[before:], 50)
    raise AssertionError("somebody sends")


async def _stalled(http: aiohttp.ClientSession, site: Site, community: Community) -> int:
    """By how many bytes the server grows, at most, while a busy room is not read."""
    talkers, readers = await community.people(TALKERS), await community.people(STALLED)
    path = f"/r/{await community.room('busy', [*talkers, *readers])}"
    talking, stalled = await open_tabs(http, site, talkers, path), await open_tabs(http, site, readers, path)
    idle = peak = await site.calm()
    for tab in stalled:
        tab.stall()
    for _ in range(EACH):
        for tab in talking:
            await tab.send(LONG)
        await asyncio.sleep(0)
        peak = max(peak, int(site.server.memory_info().rss))
    peak = max(peak, await site.calm())
    for tab in talking + stalled:
        await tab.close()
    return peak - idle
