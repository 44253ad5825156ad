"""A start: until the site can be reached, and what the first answer of all waits for more than later ones."""

from typing import Final

import aiohttp

from bench.answers import SHORT, Reader, own_room
from bench.figures import Figure, percentile
from bench.people import Community
from bench.site import Site, site

LATER: Final = 5
PART: Final = "Start"


async def measure(http: aiohttp.ClientSession, warm: Site, community: Community) -> list[Figure]:
    """Start a second server, when everything is on the disk already."""
    [person] = await community.people(1)
    with site(community.engine.url.render_as_string(hide_password=False)) as cold:
        tab = await own_room(http, cold, community, person)
        reader = Reader(tab)
        await reader.ask(1 + LATER, 0, SHORT)
        await tab.close()
    first, *later = reader.first
    return [
        Figure(PART, "a start, all built and migrated: until it can be reached", cold.started, "s"),
        Figure(PART, "the first answer's first token, added", first * 1000, "ms"),
        Figure(PART, "the same, more than later ones'", (first - percentile(later, 50)) * 1000, "ms", 300),
    ]
