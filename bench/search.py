"""Searching in all of a person's rooms, of which one is very long: for words that are everywhere or nowhere."""

import random
import time
from typing import Final

import aiohttp

from bench.figures import Figure, percentile
from bench.history import SIZES
from bench.people import Community
from bench.site import Site
from chat_app.web_session import cookie_name

ROUNDS, WARM_UP = 25, 3
"""Of four questions: fewer than anybody may ask in a minute."""

MOST: Final = 100.0
PART: Final = "Search"


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """What is asked for in the one message that has it, or where every message has it, alone and together."""
    [reader] = await community.people(1)
    for size in SIZES:
        await community.history(size, reader)
    chance = random.Random(2)
    took: dict[str, list[float]] = {}
    for number in range(WARM_UP + ROUNDS):
        rare = str(chance.randint(1, max(SIZES)))
        for name, query in {
            "a word of every message": "keyset",
            "a word of one message": rare,
            "both": f"page {rare}",
            "no message": "nobody",
        }.items():
            begun = time.perf_counter()
            cookies = {"Cookie": f"{cookie_name(site.url)}={reader.cookie}"}
            async with http.get(f"{site.url}/api/v1/search", params={"q": query}, headers=cookies) as response:
                found = await response.json()
            seconds = time.perf_counter() - begun
            assert response.status == 200, found
            if number >= WARM_UP:
                took.setdefault(name, []).append(seconds)
    total = sum(SIZES)
    return [
        Figure(PART, f"{name}, among {total:,}, p95", percentile(times, 95) * 1000, "ms", MOST)
        for name, times in took.items()
    ]
