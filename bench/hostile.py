"""Measure the longest task of a browser for each message that is made to cost it much, and in a room full of them."""

from typing import Final
from uuid import UUID

import aiohttp
from playwright.async_api import Page

from bench.browser import new_page
from bench.figures import Figure
from bench.people import Community
from bench.site import Site
from bench.tab import Tab
from tests.support.hostile import HOSTILE

MOST: Final = 200.0
PART: Final = "Hostile messages"
ANSWER: Final = "@ai Go on and on. [[tokens 15000 rate 5000]]"
"""113 kB in one line."""

_WATCH: Final = """() => {
  window.longest = 0;
  const note = ({ duration }) => (window.longest = Math.max(longest, duration));
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type: "longtask" });
}"""
_QUIET: Final = """async () => {
  for (let quiet = 0; quiet < 3; quiet += 1) {
    const begun = performance.now();
    await new Promise((then) => setTimeout(() => requestIdleCallback(then), 40));
    if (performance.now() - begun > 80) quiet = -1;
  }
  const { longest } = window;
  window.longest = 0;
  return longest;
}"""


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Measure each text's arrival and unfolding; then, with all of them, arriving at the room, typing, scrolling."""
    reader, writer = await community.people(2)
    room = await community.room("hostile", [writer, reader], ai_rule="mentioned")
    other = await community.room("quiet", [reader])
    tab = await Tab(http, site, writer).open(f"/r/{room}")
    figures = []
    async with new_page(site, reader) as page:
        await page.goto(f"{site.url}/r/{room}")
        await page.locator(".feed").wait_for()
        await page.evaluate(_WATCH)
        await page.evaluate(_QUIET)
        await tab.send("What every **message** needs is loaded and compiled with the first.")
        await _arrived(page, 1)
        for count, (name, text) in enumerate([*HOSTILE.items(), ("an answer of 113 kB without a break", ANSWER)], 2):
            await tab.send(text)
            figures.append(_figure(name, await _arrived(page, count)))
        figures += await _among_them(page, room, other)
    await tab.close()
    return figures


async def _arrived(page: Page, count: int) -> float:
    """Return the longest task until the newest message is there, all of it."""
    await page.wait_for_function(
        "count => document.querySelectorAll('.message:not(.answer)').length >= count", arg=count
    )
    await page.wait_for_function("() => !document.querySelector('.thinking, .live')")
    longest = await page.evaluate(_QUIET)
    await page.evaluate("[...document.querySelectorAll('.message')].at(-1).querySelector('.unfold')?.click()")
    return max(longest, await page.evaluate(_QUIET))


async def _among_them(page: Page, room: UUID, other: UUID) -> list[Figure]:
    """Measure what people do in the room that has all of them."""
    for place in (other, room):
        await page.click(f".room-link[href='/r/{place}']")
        await page.wait_for_url(f"**/r/{place}")
    entered = await page.evaluate(_QUIET)
    await page.locator("#composer-input").press_sequentially("What does a key cost here?")
    typed = await page.evaluate(_QUIET)
    await page.locator(".feed").hover()
    for _ in range(30):
        await page.mouse.wheel(0, -1500)
        await page.evaluate("new Promise(requestAnimationFrame)")
    scrolled = await page.evaluate(_QUIET)
    elements = await page.evaluate("document.querySelectorAll('.feed *').length")
    return [
        _figure("all of them: coming to the room", entered),
        _figure("all of them: a sentence is typed", typed),
        _figure("all of them: 45,000 px are scrolled", scrolled),
        Figure(PART, "all of them: elements", elements),
    ]


def _figure(name: str, longest: float) -> Figure:
    return Figure(PART, name, longest, "ms", MOST)
