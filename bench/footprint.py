"""What Parley takes: memory of the server, idle and for each idle tab, and bytes of a first visit."""

import gzip
import json
import re
from typing import Final

import aiohttp

from bench.crowd import open_tabs
from bench.figures import Figure
from bench.people import Community
from bench.site import ROOT, Site

FIRST, TABS = 120, 300
"""The first tabs make the server load what it loads once; the others are what is weighed."""

VISITS: Final = {"sign-in": 350, "r/:room_id": 600}
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
    return [
        Figure(PART, "server, idle, without the database", idle / 2**20, "MiB", 300),
        Figure(PART, "each idle tab", each / 2**10, "KiB", 74),
        *(Figure(PART, f"first visit to /{path}", first_load(path), "KiB gzip", most) for path, most in VISITS.items()),
    ]


def first_load(path: str) -> float:
    """KiB that a browser loads to show a page: the document, what it links to, and the modules of its route.

    What the page asks for later (catalogues, what only some messages need) is not in it; the browser tests count that.
    """
    document = (_BUILT / "index.html").read_text()
    [manifest] = (_BUILT / "assets").glob("manifest-*.js")
    routes = json.loads(manifest.read_text().partition("=")[2].rstrip(";"))["routes"].values()
    route = next(each for each in routes if each.get("path") == path)
    linked = re.findall(r'<link[^>]* href="(/[^"]+)"', document)
    names = {"/index.html", *linked, route["module"], *route["imports"], *route["css"]}
    files = [_BUILT / name[1:] for name in names]
    return sum(len(gzip.compress(file.read_bytes())) for file in files if file.exists()) / 2**10
