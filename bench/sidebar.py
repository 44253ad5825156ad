"""Measure what a browser spends on each frame while a long list of rooms is scrolled."""

import json
from itertools import pairwise
from typing import Final

import aiohttp
from playwright.async_api import Page
from sqlalchemy import text

from bench.browser import new_page
from bench.figures import Figure, percentile
from bench.growth import PART, ROOMS
from bench.people import Community
from bench.site import Site

MOST: Final = 8.0
"""Milliseconds: half a frame at 60 frames a second."""

_TIMELINE: Final = ["devtools.timeline", "disabled-by-default-devtools.timeline"]

_OF_EVERY_KIND: Final = """
    WITH mixed AS (
        UPDATE rooms SET last_seq = 1, kind = (ARRAY['room', 'chat', 'group', 'direct'])[1 + right(name, 1)::int % 4]
        WHERE name ~ '^listed [0-9]+$' RETURNING id, kind
    )
    INSERT INTO room_members (room_id, user_id, role, last_read_seq, joined_at)
    SELECT id, :other, 'member', 0, now() FROM mixed WHERE kind IN ('group', 'direct')
"""
_SCROLL: Final = """async () => {
  const list = document.querySelector(".room-list");
  for (let n = 0; n <= 180; n += 1) {
    await new Promise(requestAnimationFrame);
    list.scrollTop = ((list.scrollHeight - list.clientHeight) * n) / 180;
  }
}"""


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Scroll through all rooms of a person in three seconds."""
    reader, other = await community.people(2)
    room = await community.room("listed", [reader])
    await community.more_rooms(reader, room, ROOMS)
    async with community.work.begin() as ctx:
        await ctx.db.execute(text(_OF_EVERY_KIND), {"other": other.actor.user_id})
    async with new_page(site, reader) as page:
        await page.goto(f"{site.url}/r/{room}")
        await page.get_by_role("button", name="Show all rooms").click()
        await page.locator(".more-chats").click()
        await page.wait_for_function(f"document.querySelectorAll('.room-link').length > {ROOMS}")
        frames = await _frames(page)
    name = f"{ROOMS:,} rooms: CPU of the main thread, each frame of scrolling"
    return [
        Figure(PART, f"{name}, p50", percentile(frames, 50), "ms"),
        Figure(PART, f"{name}, p95", percentile(frames, 95), "ms", MOST),
    ]


async def _frames(page: Page) -> list[float]:
    """Return the milliseconds of CPU that the main thread has used for each frame of the scrolling."""
    await page.locator(".room-list").hover()
    browser = page.context.browser
    assert browser
    await browser.start_tracing(page=page, categories=_TIMELINE)
    await page.evaluate(_SCROLL)
    events = json.loads(await browser.stop_tracing())["traceEvents"]
    begun = [event for event in events if event["name"] == "FireAnimationFrame"]
    main = begun[0]["pid"], begun[0]["tid"]
    tasks = [event for event in events if event["name"] == "RunTask" and (event["pid"], event["tid"]) == main]
    return [
        sum(task.get("tdur", 0) for task in tasks if first["ts"] <= task["ts"] < second["ts"]) / 1000
        for first, second in pairwise(begun)
    ]
