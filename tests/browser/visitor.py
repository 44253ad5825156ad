"""A person at a browser."""

import asyncio
import re
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from weakref import WeakSet

import httpx
import pytest
from playwright.async_api import BrowserContext, ConsoleMessage, Error, Frame, Locator, Page, ViewportSize, expect

from chat_app.core.kernel.actor import Actor
from tests.support.site import Site
from tests.support.waiting import until

Arrive = Callable[..., Awaitable["Visitor"]]
Meet = Callable[..., Awaitable[Any]]

CLEANING_SECONDS = 30

BLANK = "/healthz"
"""An address of the site that has no scripts."""

LASTING = (
    *("add_init_script", "add_locator_handler", "expose_binding", "expose_function", "on", "once"),
    *("route", "route_web_socket", "set_default_timeout", "set_extra_http_headers"),
)
"""The resources that change a page beyond its next load."""

CHANGED: WeakSet[Page | BrowserContext] = WeakSet()
"""The pages that were changed so, and the browsers whose clock was: nobody comes to them after their visitor."""

USUAL_SIZE: ViewportSize = {"width": 1280, "height": 800}

UNUSUAL: WeakSet[Page] = WeakSet()
"""The pages whose size, medium or theme were set: they are set back for the next visitor."""

REMEMBER_FOUND = """new MutationObserver((changes) => changes.forEach(({ target }) => {
  if (target.hasAttribute("data-found")) target.setAttribute("data-was-found", "");
})).observe(document, { attributeFilter: ["data-found"], subtree: true })"""
"""A script that marks what was found: it stands out for two seconds, in which a busy machine may not look."""


def session_cookie(site: Site, token: str) -> Any:
    """The data that a sign-in leaves in a browser."""
    cookie = {"name": site.cookie, "value": token, "domain": "127.0.0.1", "path": "/", "httpOnly": True}
    return cookie | {"sameSite": "Lax", "expires": -1, "secure": False}


def as_person(site: Site, token: str) -> httpx.AsyncClient:
    """REST with the token of a session."""
    bearer = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=f"{site.url}/api/v1", headers=bearer, timeout=20, verify=False)


def origin_of(url: str) -> str:
    """Scheme, host and port of an address; nothing of a page without."""
    return "/".join(url.split("/")[:3]) if url.startswith("http") else ""


def remember_changes(patch: pytest.MonkeyPatch) -> None:
    """Have each page be among the changed ones when something is done to it that lasts, and its browser by a clock."""
    for kind, name in [*((Page, name) for name in LASTING), (BrowserContext, "new_cdp_session")]:
        patch.setattr(kind, name, _remembering(getattr(kind, name), CHANGED))
    for name in ("emulate_media", "set_viewport_size"):
        patch.setattr(Page, name, _remembering(getattr(Page, name), UNUSUAL))
    clock = Page.clock

    def remember_browser(page: Page) -> Any:
        CHANGED.add(page.context)
        return clock.__get__(page)

    patch.setattr(Page, "clock", property(remember_browser))


def _remembering(method: Callable[..., Any], pages: WeakSet[Any]) -> Callable[..., Any]:
    def remembering(*arguments: Any, **named: Any) -> Any:
        pages.update(each for each in arguments if isinstance(each, Page))
        return method(*arguments, **named)

    return remembering


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
        self._look: tuple[ViewportSize | None, Any] = (None, None)
        self._watch(page)

    async def new_page(self) -> Page:
        """Another tab."""
        page = await self.context.new_page()
        self._watch(page)
        await self._show(page)
        return page

    async def look(self, size: ViewportSize | None, theme: Any) -> None:
        """Have a window of this size, and this theme, in all tabs; None is as usual."""
        self._look = (size, theme)
        await self._show(self.page)

    async def _show(self, page: Page) -> None:
        size, theme = self._look
        if size:
            await page.set_viewport_size(size)
        if theme:
            await page.emulate_media(color_scheme=theme)

    def expects(self, *patterns: str) -> None:
        """Errors in the page's log that this test causes."""
        self._expected += patterns

    def problems(self) -> list[str]:
        """Return the unexpected errors."""
        return [each for each in self._problems if not any(re.search(pattern, each) for pattern in self._expected)]

    async def photograph(self, path: Path) -> None:
        """Photograph the page."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if not self.page.is_closed():
            await self.page.screenshot(path=path)

    async def leave(self) -> None:
        """Close the pages, and leave the browser to another with nothing but its caches."""
        idle = None if self.context in CHANGED else self.idle
        try:
            async with asyncio.timeout(CLEANING_SECONDS):
                await (self.context.close() if idle is None else self._clean(idle))
        except (TimeoutError, Error):  # Chromium does not answer now and then; the next visitor gets another context
            warnings.warn(f"Chromium did not clean the context of {self.name}", stacklevel=1)
        if hasattr(self, "api"):
            await self.api.aclose()

    async def _clean(self, idle: list[BrowserContext]) -> None:
        """Leave one blank page: this visitor's own if it is as it came, since it has the files of a page at hand."""
        await self.context.set_offline(False)
        await self.context.unroute_all()
        page = self.page
        if page.is_closed() or page in CHANGED or self._origins - {"", self.site.url}:
            page = await self.context.new_page()
        else:
            for event, listener in self._listeners:
                page.remove_listener(event, listener)
        for other in self.context.pages:
            if other is not page:
                await other.close()
        await page.goto(f"{self.site.url}{BLANK}")
        await page.evaluate("sessionStorage.clear()")
        await page.mouse.move(-1, -1)
        if page in UNUSUAL:
            await page.set_viewport_size(USUAL_SIZE)
            await page.emulate_media(media="null", color_scheme="light")
            UNUSUAL.discard(page)
        await self.context.clear_cookies()
        await self._forget(page, self._origins | {self.site.url})
        idle.append(self.context)

    async def _forget(self, page: Page, origins: set[str]) -> None:
        """Delete all that sites have stored; what the browser has cached of their files stays."""
        session = await self.context.new_cdp_session(page)
        for origin in filter(None, origins):
            await session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        await session.detach()

    def _watch(self, page: Page) -> None:
        for event, listener in self._listeners:
            page.on(event, listener)
        CHANGED.discard(page)

    @property
    def _listeners(self) -> list[tuple[Any, Callable[..., None]]]:
        return [("framenavigated", self._navigated), ("pageerror", self._failed), ("console", self._logged)]

    def _navigated(self, frame: Frame) -> None:
        self._origins.add(origin_of(frame.url))

    def _failed(self, error: Error) -> None:
        self._problems.append(f"{self.name}: {error}")

    def _logged(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self._problems.append(f"{self.name}: {line.text}")

    # --- what people do ----------------------------------------------------------------------------------------------

    async def enter(self, room: Any) -> None:
        """Open a room's page (a `Room` or its id), and see its messages."""
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
        """The texts of the AI's messages."""
        return self.answers.locator(".message-text")

    def message(self, text: str) -> Locator:
        """Return the message that contains `text`."""
        return self.page.locator(".message", has_text=text)

    async def scroll_to(self, message: Locator) -> None:
        """Scroll to a message far from the end. Before the page has noted it, late drawing shows the end again."""

        async def is_noted() -> bool:
            await message.evaluate("row => row.scrollIntoView({ block: 'center' })")
            return await self.page.locator(".to-latest").is_visible()

        await until(is_noted)

    async def act(self, message: Locator, action: str) -> None:
        """Press one of a message's buttons, which hovering shows."""
        await message.hover()
        await message.get_by_role("button", name=action).click()

    def room_link(self, name: str) -> Locator:
        """A room in the sidebar."""
        return self.page.locator(".room-link", has_text=name)
