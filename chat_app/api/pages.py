"""Who is not signed in is sent to the sign-in page before anything of the app is loaded, and back afterwards.

The first visitor of a site without accounts is sent to make the first one, which the address says by ``?first``.
"""

import re
from typing import Final
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.core.accounts.queries import has_accounts
from chat_app.core.kernel.context import UnitOfWork
from chat_app.web_session import actor_from_cookie_header, own_path

SIGN_IN: Final = "/sign-in"
SIGN_UP_FIRST: Final = "/sign-up?first"
_FOR_MEMBERS: Final = re.compile(r"/(?:[ru]/[^/]+|groups|moderation|people|search|settings(?:/security)?)?/?")
_FOR_STRANGERS: Final = re.compile(r"/sign-(?:in|up)/?")
_AS_TYPED: Final = "/?&=#%:@!$'()*+,;~-._"


class PagesGuard:
    """Redirects by whether the browser has a live session. It protects nothing by itself: the pages' data does."""

    def __init__(self, app: ASGIApp, work: UnitOfWork) -> None:
        self._app = app
        self._work = work
        self._has_accounts = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        target = None
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            target = await self._elsewhere(scope)
        if target is None:
            await self._app(scope, receive, send)
        else:
            redirect = RedirectResponse(quote(target, safe=_AS_TYPED), 302, {"Cache-Control": "no-store"})
            await redirect(scope, receive, send)

    async def _elsewhere(self, scope: Scope) -> str | None:
        """Where to send the browser instead, if not where it wants to go."""
        path, query = scope["path"], scope["query_string"].decode("latin-1")
        for_members, for_strangers = _FOR_MEMBERS.fullmatch(path), _FOR_STRANGERS.fullmatch(path)
        if not (for_members or for_strangers):
            return None
        actor = await actor_from_cookie_header(self._work, Headers(scope=scope).get("cookie", ""))
        if actor is None and not await self._settled():
            return None if f"{path}?{query}" == SIGN_UP_FIRST else SIGN_UP_FIRST
        if for_strangers and actor is None and "first" in parse_qs(query, keep_blank_values=True):
            return "/sign-up"
        if for_members and actor is None:
            wanted = path + ("?" + query if query else "")
            return SIGN_IN + ("?next=" + quote(wanted, safe="/") if wanted != "/" else "")
        if for_strangers and actor is not None:
            return own_path(parse_qs(query).get("next", ["/"])[0])
        return None

    async def _settled(self) -> bool:
        """Whether anybody has an account, which stays so: the database is asked until then."""
        if not self._has_accounts:
            async with self._work.begin() as ctx:
                self._has_accounts = await has_accounts(ctx)
        return self._has_accounts
