"""One person speaks, everybody in the room reads it: at a calm pace, and as fast as it goes, beside the floor."""

import json
from typing import Final

import aiohttp

from bench import floor, renamed
from bench.figures import Figure, delays, percentile
from bench.load import Heard, Load, load
from bench.meter import Meter
from bench.people import Community
from bench.site import Site
from bench.tab import ops_of, visit

CALM: Final = (1, 10, 50, 200)
RATE, COUNT = 10, 50
SATURATED: Final = {100: 0.9, 200: 1.2}
"""Listeners, and the least that Parley should deliver of what the floor does."""

SENDERS, UNDERWAY, EACH, SECONDS = 32, 2, 80, 5.0
"""Who sends when it goes as fast as it can, how many of a sender's messages are under way, and how many at most: the
site's limit refuses more in a minute. So nobody speaks in two rounds: see ``Client`` in `bench/listeners.py`."""

PART: Final = "Fan-out"


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Measure in a growing room."""
    people = await community.people(max(CALM))
    room = await community.room("fan-out", people)
    visits = [visit(site, person, f"/r/{room}") for person in people]
    figures: list[Figure] = []
    saturated: list[Figure] = []
    async with load() as client:
        for size in sorted({*CALM, *SATURATED}):
            await client.open(visits[client.tabs : size])
            await client.talk(RATE, 1)  # what is loaded for the first message does not count
            if size in CALM:
                heard = await client.talk(RATE, COUNT)
                figures += delays(PART, f"{size} listeners, {RATE} messages/s: delay", heard.delays)
            if size in SATURATED:
                saturated += await _saturated(site, client, heard.sample)
        figures += await _beside_the_floor(heard)
        figures += await renamed.measure(http, site, people[0], room)
    return [*figures, *saturated]


async def _beside_the_floor(heard: Heard) -> list[Figure]:
    """Compare the calm pace in the largest room with what the same takes without Parley."""
    size = max(CALM)
    bare = await floor.calm(heard.sample, size, RATE, COUNT)
    middle, late = percentile(bare.delays, 50), percentile(heard.delays, 99)
    message = json.dumps(ops_of(heard.sample)[0]["m"], separators=(",", ":"), ensure_ascii=False)
    each = heard.bytes / heard.deliveries
    return [
        *delays(PART, f"floor: {size} listeners, {RATE} messages/s: delay", bare.delays),
        Figure(PART, f"p99 at {size} listeners, of the floor's p50", late / middle, "times", 1.2),
        Figure(PART, "bytes of a delivery", each, "B", 330),
        Figure(PART, "the same, of the message's JSON", each / len(message.encode()), "times", 1.5),
        Figure(PART, "load client at a calm pace, of a core", max(heard.busiest, bare.busiest) * 100, "%", 70),
    ]


async def _saturated(site: Site, client: Load, sample: str) -> list[Figure]:
    """Before and after Parley's turn, the floor has one, so that whatever else the machine does counts for both."""
    size = client.tabs
    before = await floor.flooded(sample, size)
    meter = Meter(site)
    heard = await client.press(SENDERS, UNDERWAY, EACH, SECONDS)
    spent = meter.spent()
    bare = before.between(await floor.flooded(sample, size))
    reached = heard.deliveries / heard.seconds
    share = reached / bare.deliveries_a_second
    each = spent.server / heard.deliveries
    name = f"{size} listeners, {SENDERS} senders, as fast as it goes: "
    kept = (heard.deliveries + heard.missing) / size
    return [
        Figure(PART, f"{name}deliveries", reached, "/s"),
        Figure(PART, f"floor, {size} listeners: deliveries", bare.deliveries_a_second, "/s"),
        Figure(PART, "deliveries, of the floor's", share, "times", SATURATED[size], "more"),
        Figure(PART, "server's CPU for a delivery", each * 1e6, "µs"),
        Figure(PART, "floor's CPU for a delivery", bare.spent * 1e6, "µs"),
        Figure(PART, "server's CPU for a delivery, of the floor's", each / bare.spent, "times", 0.9),
        Figure(PART, "CPU for a kept message, server and database", spent.both / kept * 1000, "ms"),
        Figure(PART, "messages in a packet", heard.deliveries / heard.packets),
        Figure(PART, "deliveries that did not come, of those that did", heard.missing / heard.deliveries, "", 0),
        Figure(PART, "load client, Parley's turn, of a core", heard.busiest * 100, "%", 70),
        Figure(PART, "load client, the floor's turn, of a core", bare.busiest * 100, "%", 70),
    ]
