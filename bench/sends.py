"""Messages stored and delivered: through the tabs of one sender and of sixteen, and through the use case alone."""

import asyncio
import time
from collections.abc import Coroutine, Iterable
from typing import Any, Final
from uuid import UUID, uuid4

import aiohttp

from bench.crowd import Crowd, open_tabs
from bench.figures import Figure
from bench.people import TEXT, Community, Someone
from bench.site import Site
from bench.tab import Tab
from chat_app.core.ai.asking.commands import post_message

SENDERS: Final = {1: None, 16: 200.0}
"""How many send at once, and how many messages a second they should get through."""

EACH: Final = 80
"""Fewer than anybody may send in a minute."""

PART: Final = "Sending"


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Measure senders in one room, whose row each message locks. Each sends again when its last message has arrived."""
    figures = []
    for count, least in SENDERS.items():
        people = await community.people(count)
        room = await community.room("sending", people)
        crowd = Crowd(await open_tabs(http, site, people, f"/r/{room}"))
        rate = await _rate(count, (_by_tab(crowd, tab) for tab in crowd.tabs))
        figures.append(Figure(PART, f"{count} at once, through tabs: kept and delivered", rate, "/s", least, "more"))
        for tab in crowd.tabs:
            await tab.close()
    for count in SENDERS:
        people = await community.people(count)
        room = await community.room("sending", people)
        rate = await _rate(count, (_by_use_case(community, room, person) for person in people))
        figures.append(Figure(PART, f"{count} at once, through the use case alone: kept", rate, "/s"))
    return figures


async def _rate(count: int, senders: Iterable[Coroutine[Any, Any, None]]) -> float:
    begun = time.time()
    await asyncio.gather(*senders)
    return count * EACH / (time.time() - begun)


async def _by_tab(crowd: Crowd, tab: Tab) -> None:
    for _ in range(EACH):
        await crowd.told(tab)


async def _by_use_case(community: Community, room: UUID, person: Someone) -> None:
    for _ in range(EACH):
        async with community.work.begin(person.actor) as ctx:
            await post_message(ctx, room, TEXT, nonce=uuid4())
