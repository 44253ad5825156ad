"""One person speaks, everybody in the room reads it."""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Final

import aiohttp

from bench import floor
from bench.crowd import PATIENCE, Crowd, open_tabs
from bench.figures import Figure, delays
from bench.people import Community
from bench.site import Site
from bench.tab import Tab, ops_of

SIZES: Final = (1, 10, 50, 200)
RATE, SECONDS = 10, 5
LISTENERS, SENDERS, EACH, UNDERWAY = 100, 16, 80, 4
"""Under saturation: who listens, who sends, how many messages each, and how many of a sender's at a time."""

PART: Final = "Fan-out"


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Delays at a calm pace in growing rooms; deliveries a second as fast as it goes, beside the floor."""
    people = await community.people(max(SIZES))
    room = await community.room("fan-out", people)
    tabs: list[Tab] = []
    figures: list[Figure] = []
    for size in sorted({*SIZES, LISTENERS}):
        tabs += await open_tabs(http, site, people[len(tabs) : size], f"/r/{room}")
        if size in SIZES:
            figures += await _calm(Crowd(tabs), sender=tabs[-1])
        if size == LISTENERS:
            saturated = await _saturated(http, tabs)
    for tab in tabs:
        await tab.close()
    return [*figures, *saturated]


async def _calm(crowd: Crowd, sender: Tab) -> list[Figure]:
    await _warm_up(crowd)
    begun = asyncio.get_running_loop().time()
    for number in range(1, RATE * SECONDS + 1):
        await asyncio.sleep(begun + number / RATE - asyncio.get_running_loop().time())
        await crowd.say(sender)
    await crowd.everything()
    size = len(crowd.tabs)
    name = f"{size} listeners, {RATE} messages/s: delay"
    if size < max(SIZES):
        return delays(PART, name, crowd.delays)
    message = json.dumps(ops_of(crowd.sample)[0]["m"], separators=(",", ":"), ensure_ascii=False)
    each = crowd.bytes / crowd.deliveries
    return [
        *delays(PART, name, crowd.delays, p99=40),
        Figure(PART, "bytes of a delivery", each, "B"),
        Figure(PART, "the same, of the message's JSON", each / len(message), "times", 1.5),
    ]


async def _warm_up(crowd: Crowd) -> None:
    """One message that does not count."""
    await crowd.say(crowd.tabs[0])
    await crowd.everything()
    crowd.delays.clear()
    crowd.packets = crowd.bytes = 0


async def _saturated(http: aiohttp.ClientSession, tabs: Sequence[Tab]) -> list[Figure]:
    """Before and after Parley's turn, the floor has one, so that whatever else the machine does counts for both."""
    crowd = Crowd(tabs)
    await _warm_up(crowd)
    before = await floor.deliveries_a_second(http, crowd.sample, LISTENERS)
    begun = time.time()
    async with asyncio.timeout(PATIENCE):
        # The last ones: of those who spoke before, the site's limit might refuse more in the same minute.
        await asyncio.gather(*(_press(crowd, tab) for tab in tabs[-SENDERS:]))
    took = time.time() - begun
    after = await floor.deliveries_a_second(http, crowd.sample, LISTENERS)
    reached, bare = crowd.deliveries / took, (before + after) / 2
    name = f"{LISTENERS} listeners, {SENDERS} senders, as fast as it goes: "
    return [
        Figure(PART, f"{name}deliveries", reached, "/s"),
        Figure(PART, "floor: bare python-socketio, nothing kept: deliveries", bare, "/s"),
        Figure(PART, "deliveries, of the floor's", reached / bare, "times", 1.0, "more"),
        Figure(PART, "messages in a packet", crowd.deliveries / crowd.packets),
    ]


async def _press(crowd: Crowd, tab: Tab) -> None:
    """Send as fast as the room takes it, with a few messages under way."""
    gate = asyncio.Semaphore(UNDERWAY)

    async def one() -> None:
        async with gate:
            await (await crowd.say(tab)).wait()

    await asyncio.gather(*(one() for _ in range(EACH)))
