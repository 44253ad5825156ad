"""Searching in all of a person's rooms, of which one is very long: for words that are everywhere or nowhere."""

import asyncio
import random
import time
from typing import Final

import aiohttp

from bench.figures import Figure, percentile
from bench.history import SIZES
from bench.people import Community, Someone
from bench.site import Site
from bench.tab import Tab
from bench.waiting import within
from chat_app.web_session import cookie_name

ROUNDS, WARM_UP = 25, 3
"""Of four questions: fewer than anybody may ask in a minute."""

MOST: Final = 100.0
TYPED: Final = 80.0
WORDS: Final = ("keyset", "index", "takes", "look", "only", "message")
"""Typed letter by letter from the third on, as the page's field asks."""

_STATE: Final = "reflex___state____state.chat_app___ui___search___state____search_state"
PART: Final = "Search"


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Measure searches for what one message has, and what every message has, alone and together."""
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
    typed = await _typed(http, site, reader)
    return [
        Figure(PART, f"typing at /search, among {total:,}: what was found is shown, p50", typed * 1000, "ms", TYPED),
        *(
            Figure(PART, f"{name}, among {total:,}, p95", percentile(times, 95) * 1000, "ms", MOST)
            for name, times in took.items()
        ),
    ]


async def _typed(http: aiohttp.ClientSession, site: Site, reader: Someone) -> float:
    """Type words as the page does, letter by letter; the p50 in seconds until what was found is there."""
    tab = await Tab(http, site, reader).open("/search")
    took = [await search_for(tab, word[:length]) for word in WORDS for length in range(3, len(word) + 1)]
    await tab.close()
    return percentile(took, 50)


async def search_for(tab: Tab, words: str) -> float:
    """Have a tab at ``/search`` look for words; returns after how many seconds its state says what was found."""
    answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def note(at: float, packet: str) -> None:
        if _STATE in packet and '"loading"' not in packet and not answered.done():
            answered.set_result(at)

    tab.receive = note
    begun = time.time()
    await tab.send_event(f"{_STATE}.search", fields={"q": words})
    return await within(answered, "an answer of the server") - begun
