"""A real browser, signed in as one of the bench's people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, async_playwright

from bench.people import Someone
from bench.site import Site
from chat_app.web_session import cookie_name
from tests.support import chromium


@asynccontextmanager
async def new_page(site: Site, person: Someone) -> AsyncIterator[Page]:
    """Open a page in Chromium, without a window; the value is a blank one with the person's cookie."""
    cookie = {"name": cookie_name(site.url), "value": person.cookie, "url": site.url}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(), args=["--no-sandbox", "--disable-gpu"]
        )
        context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
        await context.add_cookies([cookie])  # type: ignore[list-item]
        yield await context.new_page()
        await browser.close()
