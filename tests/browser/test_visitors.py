"""The people of these tests: who gets the browser of another finds nothing of theirs, but its cache."""

from typing import Any

from playwright.async_api import Browser, BrowserContext

from tests.browser.conftest import CALM
from tests.browser.visitor import USUAL_SIZE, Visitor
from tests.support.site import Site

LEAVE = """async () => {
  localStorage.left = sessionStorage.left = document.cookie = "left=1";
  await (await caches.open("left")).put("/left", new Response("1"));
  const opening = indexedDB.open("left", 1);
  await new Promise((done) => { opening.onsuccess = done; });
  opening.result.close();
}"""
FOUND = """async () => {
  const databases = (await indexedDB.databases()).map((each) => each.name);
  const stored = [...databases, ...await caches.keys(), ...Object.keys(localStorage), ...Object.keys(sessionStorage)];
  return [...stored, document.cookie].filter((each) => each.includes("left"));
}"""


async def visit(site: Site, context: BrowserContext, idle: list[Any]) -> Visitor:
    """Open a page as somebody who hands their browser on."""
    visitor = Visitor(site, context, context.pages[0], "somebody")
    visitor.idle = idle
    await visitor.page.goto("/sign-in")
    return visitor


async def test_next_person_at_browser_finds_no_data_of_previous_one(site: Site, browser: Browser) -> None:
    idle: list[BrowserContext] = []
    context = await browser.new_context(base_url=site.url, **CALM)
    await context.new_page()
    first = await visit(site, context, idle)
    await first.page.evaluate(LEAVE)
    assert await first.page.evaluate(FOUND) == ["left"] * 4 + ["left=1"]
    await first.new_page()
    await context.route("**/sign-in", lambda route: route.abort())
    await context.set_offline(True)
    await first.leave()
    assert idle == [context]
    assert context.pages == [first.page]
    second = await visit(site, idle.pop(), idle)
    assert await second.page.evaluate(FOUND) == []
    await second.page.emulate_media(media="print", color_scheme="dark")
    await second.page.set_viewport_size({"width": 390, "height": 844})
    await second.leave()
    assert context.pages == [second.page]
    assert await second.page.evaluate("matchMedia('screen and (prefers-color-scheme: light)').matches")
    assert await second.page.evaluate("[innerWidth, innerHeight]") == [*USUAL_SIZE.values()]
    third = await visit(site, idle.pop(), idle)
    await third.page.clock.install()
    await third.leave()
    assert (idle, context.pages) == ([], []), "a clock that stands may be anybody's"
