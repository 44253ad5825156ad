"""A person at a browser."""

import asyncio
import re
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import BrowserContext, Locator, Page, expect

from chat_app.core.kernel.actor import Actor
from tests.support.site import Site

Arrive = Callable[..., Awaitable["Visitor"]]
Meet = Callable[..., Awaitable[Any]]

CLEANING_SECONDS = 30

BLANK = "/healthz"
"""An address of the site that has no scripts."""

REMEMBER_FOUND = """new MutationObserver((changes) => changes.forEach(({ target }) => {
  if (target.hasAttribute("data-found")) target.setAttribute("data-was-found", "");
})).observe(document, { attributeFilter: ["data-found"], subtree: true })"""
"""A script that marks what was found: it stands out for two seconds, in which a busy machine may not look."""


def session_cookie(site: Site, token: str) -> Any:
    """What signing in leaves in a browser."""
    cookie = {"name": site.cookie, "value": token, "domain": "127.0.0.1", "path": "/", "httpOnly": True}
    return cookie | {"sameSite": "Lax", "expires": -1, "secure": False}


def as_person(site: Site, token: str) -> httpx.AsyncClient:
    """REST as whoever has the token of a session."""
    bearer = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=f"{site.url}/api/v1", headers=bearer, timeout=20, verify=False)


def origin_of(url: str) -> str:
    """Scheme, host and port of an address; nothing of a page without."""
    return "/".join(url.split("/")[:3]) if url.startswith("http") else ""


class Visitor:
    """One browser with one page to begin with; `actor` and `api` (REST as the same person) once they are signed in."""

    actor: Actor
    token: str
    api: httpx.AsyncClient

    def __init__(
        self, site: Site, context: BrowserContext, page: Page, name: str, session: tuple[Actor, str] | None = None
    ) -> None:
        self.site, self.context, self.page, self.name = site, context, page, name
        self.idle: list[BrowserContext] | None = None
        if session:
            self.actor, self.token = session
            self.api = as_person(site, self.token)
        self._problems: list[str] = []
        self._expected: list[str] = []
        self._origins: set[str] = set()
        self._watch(page)

    async def new_page(self) -> Page:
        """Another tab."""
        page = await self.context.new_page()
        self._watch(page)
        return page

    def expects(self, *patterns: str) -> None:
        """Errors in the page's log that this test causes."""
        self._expected += patterns

    def problems(self) -> list[str]:
        """Return the unexpected errors."""
        return [each for each in self._problems if not any(re.search(pattern, each) for pattern in self._expected)]

    async def photograph(self, path: Path) -> None:
        """Keep what the page shows."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if not self.page.is_closed():
            await self.page.screenshot(path=path)

    async def leave(self) -> None:
        """Close the pages, and leave the browser to another with nothing but its caches."""
        try:
            async with asyncio.timeout(CLEANING_SECONDS):
                await (self.context.close() if self.idle is None else self._clean(self.idle))
        except TimeoutError:  # Chromium does not answer now and then; the next visitor gets a context of their own
            warnings.warn(f"Chromium did not clean the context of {self.name}", stacklevel=1)
        if hasattr(self, "api"):
            await self.api.aclose()

    async def _clean(self, idle: list[BrowserContext]) -> None:
        blank, *pages = self.context.pages
        for page in pages:
            await page.close()
        await self.context.set_offline(False)
        await self.context.unroute_all()
        await self.context.clear_cookies()
        await self._forget(blank, self._origins | {self.site.url})
        idle.append(self.context)

    async def _forget(self, page: Page, origins: set[str]) -> None:
        """Delete all that sites have stored; what the browser has cached of their files stays."""
        session = await self.context.new_cdp_session(page)
        for origin in filter(None, origins):
            await session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        await session.detach()

    def _watch(self, page: Page) -> None:
        page.on("framenavigated", lambda frame: self._origins.add(origin_of(frame.url)))
        page.on("pageerror", lambda error: self._problems.append(f"{self.name}: {error}"))
        page.on("console", lambda line: line.type == "error" and self._problems.append(f"{self.name}: {line.text}"))

    # --- what people do ----------------------------------------------------------------------------------------------

    async def enter(self, room: Any) -> None:
        """Open a room's page (a `Room` or its id), and see what was said there."""
        await self.page.goto(f"/r/{getattr(room, 'id', room)}")
        await expect(
            self.page.locator(".feed-beginning, .feed-inner .empty, .feed-more, .message").first
        ).to_be_visible()

    async def say(self, text: str) -> None:
        """Write a message and press Enter."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    @property
    def composer(self) -> Locator:
        return self.page.locator("#composer-input")

    @property
    def feed(self) -> Locator:
        """The list of messages, as it scrolls."""
        return self.page.get_by_role("log", name=re.compile("Messages|メッセージ"))

    @property
    def answers(self) -> Locator:
        """The AI's messages."""
        return self.page.locator(".message.answer")

    @property
    def answer_text(self) -> Locator:
        """What the AI's messages say."""
        return self.answers.locator(".message-text")

    def message(self, text: str) -> Locator:
        """Return the message that contains `text`."""
        return self.page.locator(".message", has_text=text)

    async def act(self, message: Locator, action: str) -> None:
        """Press one of a message's buttons, which hovering shows."""
        await message.hover()
        await message.get_by_role("button", name=action).click()

    def room_link(self, name: str) -> Locator:
        """A room in the sidebar."""
        return self.page.locator(".room-link", has_text=name)
