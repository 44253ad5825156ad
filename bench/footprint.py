"""What Parley takes: memory of the server, idle and for each idle tab, and bytes of a first visit."""

import gzip
import json
import re
from collections.abc import Sequence
from typing import Final

import aiohttp

from bench.crowd import open_tabs
from bench.figures import Figure
from bench.history import SIZES
from bench.people import Community, Someone
from bench.search import search_for
from bench.site import ROOT, Site
from bench.tab import Tab

FIRST, TABS, SEARCHING = 120, 300, 120
"""The first tabs make the server load what it loads once; the others are what is weighed."""

VISITS: Final = {"sign-in": 280, "r/:room_id": 400}
"""Pages by their routes, and the most that a first visit may load, in KiB."""

PART: Final = "Footprint"
_BUILT: Final = ROOT / ".web" / "build" / "client"


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """To be measured first, on a server that has done nothing yet."""
    idle = await site.calm()
    people = await community.people(FIRST + TABS)
    tabs = await open_tabs(http, site, people[:FIRST], "/")
    before = await site.calm()
    tabs += await open_tabs(http, site, people[FIRST:], "/")
    each = (await site.calm() - before) / TABS
    for tab in tabs:
        await tab.close()
    await community.history(min(SIZES), *people[:SEARCHING])
    searching = await _searching(http, site, people[:SEARCHING])
    return [
        Figure(PART, "server, idle, without the database", idle / 2**20, "MiB", 300),
        Figure(PART, "each idle tab", each / 2**10, "KiB", 74),
        Figure(PART, "each idle tab at /search, with what it has found", searching / 2**10, "KiB", 74),
        *(Figure(PART, f"first visit to /{path}", first_load(path), "KiB gzip", most) for path, most in VISITS.items()),
    ]


async def _searching(http: aiohttp.ClientSession, site: Site, people: Sequence[Someone]) -> float:
    """By how many bytes the server grows for each tab that shows what it has found."""
    before, tabs = 0, list[Tab]()
    for half in (people[: len(people) // 2], people[len(people) // 2 :]):
        before = await site.calm()
        opened = await open_tabs(http, site, half, "/search")
        for tab in opened:
            await search_for(tab, "keyset")
        tabs += opened
    each = (await site.calm() - before) / len(half)
    for tab in tabs:
        await tab.close()
    return each


def first_load(path: str) -> float:
    """KiB that a browser loads to show a page: the document, what it links to, the modules of its route, and the texts
    of the language that has the most. What only some messages need is not in it; the browser tests count that.
    """
    document = (_BUILT / "index.html").read_text()
    [manifest] = (_BUILT / "assets").glob("manifest-*.js")
    routes = json.loads(manifest.read_text().partition("=")[2].rstrip(";"))["routes"].values()
    route = next(each for each in routes if each.get("path") == path)
    linked = re.findall(r'<link[^>]* href="(/[^"]+)"', document)
    names = {"/index.html", *linked, route["module"], *route["imports"], *route["css"]}
    files = [_BUILT / name[1:] for name in names]
    texts = [_BUILT / name[1:] for name in re.findall(r'"(/assets/[a-z]{2}-[^"]+)"', document)]
    files.append(max(texts, key=lambda file: file.stat().st_size))
    return sum(len(gzip.compress(file.read_bytes())) for file in files if file.exists()) / 2**10
