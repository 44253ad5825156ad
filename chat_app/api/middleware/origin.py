"""Reject requests that another site's page has made a browser send (CSRF)."""

import re
from collections.abc import Awaitable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.api import PREFIX
from chat_app.api.errors import error_response
from chat_app.traffic.tally import tally
from chat_app.web_session import token_from_cookie_header

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_ASSERTION: Final = re.compile(rf"{PREFIX}/auth/[a-z0-9-]+/acs")
"""Where a SAML provider's page sends its signed assertion. No cookie counts there."""
_OF_APPLICATIONS: Final = re.compile(r"/oauth2/(authorize|end-session|introspect|revoke|token|userinfo)")
"""The paths to which pages of other applications send forms.

Cookies are ignored there: the browser repeats the request by GET.
"""


class OriginGuard:
    """Admits an unsafe request or a websocket only when it does not come from another origin's page.

    Browsers state the origin of a request by ``Sec-Fetch-Site`` or ``Origin``. A request with the session cookie must
    have one of them. One with a bearer token need not, since no page can make a browser add that.
    """

    def __init__(self, app: ASGIApp, cookie: str) -> None:
        self._app = app
        self._cookie = cookie

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Handle one request or websocket."""
        return (self._app if _admitted(scope, self._cookie) else _refuse)(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    tally.add("cross_origin_refused", scope["type"])
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
    else:
        await error_response(scope, 403, "cross_origin")(scope, receive, send)


def _admitted(scope: Scope, cookie: str) -> bool:
    headers = Headers(scope=scope)
    if scope["type"] == "http" and (scope["method"] in SAFE_METHODS or has_bearer(headers)):
        return True
    if scope["type"] == "http" and any(each.fullmatch(scope["path"]) for each in (_ASSERTION, _OF_APPLICATIONS)):
        return True
    if site := headers.get("sec-fetch-site"):
        return site in {"same-origin", "none"}
    if origin := headers.get("origin"):
        return _authority(origin) == headers.get("host", "").lower()
    return scope["type"] == "websocket" or token_from_cookie_header(headers.get("cookie", ""), cookie) is None


def has_bearer(headers: Headers) -> bool:
    """Return whether the request has its own token, so that cookies do not count."""
    return headers.get("authorization", "").lower().startswith("bearer ")


def _authority(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
