"""Redirect people who are not signed in to the sign-in page before anything of the app is loaded, and back afterwards.

The first visitor of a site without accounts is sent to make the first one, which the address marks by ``?first``.
"""

import re
from typing import Final
from urllib.parse import parse_qs, quote, urlencode

import structlog
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.bootstrap import Runtime
from chat_app.core.accounts.queries import has_accounts
from chat_app.core.identities.errors import AuthUnavailable
from chat_app.core.kernel.errors import Unavailable
from chat_app.web_session import actor_from_cookie_header, own_path, token_from_cookie_header

SIGN_IN: Final = "/sign-in"
SIGN_UP_FIRST: Final = "/sign-up?first"
WELCOME: Final = "/welcome"
_FOR_MEMBERS: Final = re.compile(
    r"/(?:[ru]/[^/]+|admin(?:/[a-z]+)?|groups|people|prompts|search|settings(?:/security)?)?/?"
)
_MOVED: Final = {"/moderation": "/admin/reports", "/outbox": "/admin/outbox"}
"""Former addresses of pages, which links and bookmarks still have."""
_FOR_STRANGERS: Final = re.compile(r"/sign-(?:in|up)/?")
_OF_PASSWORDS: Final = re.compile(r"/(?:forgot|reset)-password/?")
_AS_TYPED: Final = "/?&=#%:@!$'()*+,;~-._"

log = structlog.get_logger()


class PagesGuard:
    """Redirects browsers by whether they have a valid session.

    It is no protection by itself: the use cases check permissions.
    """

    def __init__(self, app: ASGIApp, parts: Runtime) -> None:
        self._app = app
        self._parts = parts
        self._has_accounts = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        target = None
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            try:
                target = await self._elsewhere(scope)
            except AuthUnavailable as error:
                target = _arrival(scope, error=error.code)
            except Unavailable as error:  # the page loads, shows that it is offline, and then continues
                log.warning("page_not_guarded", code=error.code)
        if target is None:
            await self._app(scope, receive, send)
        else:
            redirect = RedirectResponse(quote(target, safe=_AS_TYPED), 302, {"Cache-Control": "no-store"})
            await redirect(scope, receive, send)

    async def _elsewhere(self, scope: Scope) -> str | None:
        """Return the address to redirect the browser to, or nothing."""
        path, query = scope["path"], scope["query_string"].decode("latin-1")
        if moved := _MOVED.get(path.rstrip("/")):
            return moved + ("?" + query if query else "")
        cookies = Headers(scope=scope).get("cookie", "")
        if self._parts.auth.account_page and _OF_PASSWORDS.fullmatch(path):
            return await self._way_in(scope, cookies)
        for_members, for_strangers = _FOR_MEMBERS.fullmatch(path), _FOR_STRANGERS.fullmatch(path)
        if not (for_members or for_strangers):
            return None
        if await actor_from_cookie_header(self._parts.auth, self._parts.work, cookies):
            anew = path.startswith(SIGN_IN) and "again" in parse_qs(query)
            return _next_of(scope) if for_strangers and not anew else None
        if not await self._settled():
            if f"{path}?{query}" != SIGN_UP_FIRST:
                return SIGN_UP_FIRST
        elif for_strangers and "first" in parse_qs(query, keep_blank_values=True):
            return "/sign-up"
        if for_members:
            wanted = path + ("?" + query if query else "")
            return SIGN_IN + ("?next=" + quote(wanted, safe="/") if wanted != "/" else "")
        return await self._way_in(scope, cookies)

    async def _way_in(self, scope: Scope, cookies: str) -> str | None:
        """Return the address of the sign-in page of another service, if one keeps sessions."""
        auth = self._parts.auth
        origin = self._parts.settings.public_url or str(Request(scope).base_url)
        back, new = origin.rstrip("/") + _arrival(scope), scope["path"].startswith("/sign-up")
        return await auth.way_in(token_from_cookie_header(cookies, auth.cookie), back, new=new)

    async def _settled(self) -> bool:
        """Return whether any account exists. Once true it stays so, and the database is not asked again."""
        if not self._has_accounts:
            async with self._parts.work.begin() as ctx:
                self._has_accounts = await has_accounts(ctx)
        return self._has_accounts


def _next_of(scope: Scope) -> str:
    """Return the page of this site to show afterwards, from the address."""
    return own_path(parse_qs(scope["query_string"].decode("latin-1")).get("next", ["/"])[0])


def _arrival(scope: Scope, **query: str) -> str:
    """Return the page for people who come back from another sign-in page, on their way to ``target``."""
    wanted = scope["path"] if _FOR_MEMBERS.fullmatch(scope["path"]) else _next_of(scope)
    text = urlencode(query | ({"next": wanted} if wanted != "/" else {}), safe="/")
    return WELCOME + (f"?{text}" if text else "")
