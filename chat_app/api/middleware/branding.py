"""Add the site's name, colours and pictures to the first bytes of pages, so that nothing else is painted first."""

from html import escape
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.api import PREFIX
from chat_app.bootstrap import Runtime
from chat_app.core.kernel.policy import Brand
from chat_app.core.site.brand import brand_styles, picture_address

_CONDITIONS: Final = (b"if-none-match", b"if-modified-since", b"range", b"accept-encoding")
_TITLE: Final = b"<title>Parley</title>"
_ICON: Final = b'href="/favicon.svg" rel="icon" type="image/svg+xml"'
_TOUCH_ICON: Final = b'href="/apple-touch-icon.png" rel="apple-touch-icon"'
_NONE: Final = Brand()


class Branding:
    """Adds the branding of the site's admins to pages; without branding, pages are served as they were built."""

    def __init__(self, app: ASGIApp, parts: Runtime) -> None:
        self._app, self._parts = app, parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        brand = self._parts.work.policy.brand
        wanted = scope["type"] == "http" and scope["method"] == "GET" and brand != _NONE
        if not wanted or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        # The built page may be known to the browser, and is there compressed; with this brand it is another one.
        headers = [(name, value) for name, value in scope["headers"] if name not in _CONDITIONS]
        await self._app({**scope, "headers": headers}, receive, _Branded(send, brand).send)


class _Branded:
    """Sends a response, a page with the brand in its head."""

    def __init__(self, send: Send, brand: Brand) -> None:
        self._send, self._brand = send, brand
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        """Send a part of the response; a page is sent only when it is complete."""
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = branded(self._body, self._brand)
        headers = MutableHeaders(scope=start)
        for name in ("etag", "last-modified"):
            if name in headers:
                del headers[name]
        headers["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def branded(page: bytes, brand: Brand) -> bytes:
    """Return a page with the site's name, colours and pictures in its head."""
    head = f'<meta name="application-name" content="{escape(brand.name)}">' if brand.name else ""
    if styles := brand_styles(brand):
        head += f"<style data-brand>{styles}</style>"
    if brand.name:
        page = page.replace(_TITLE, f"<title>{escape(brand.name)}</title>".encode(), 1)
    if brand.icon:
        address = picture_address("icon", brand.icon)
        page = page.replace(_ICON, f'href="{address}" rel="icon" type="image/png"'.encode(), 1)
        page = page.replace(_TOUCH_ICON, f'href="{address}" rel="apple-touch-icon"'.encode(), 1)
    if brand.icon or brand.name:
        head += f'<link rel="manifest" href="{PREFIX}/site/manifest">'
    return page.replace(b"</head>", head.encode() + b"</head>", 1)


def _is_page(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers
