"""Give pages the site's name, colours and pictures in their first bytes, so that nothing else is painted first."""

from collections.abc import Mapping
from html import escape
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.api import PREFIX
from chat_app.bootstrap import Runtime
from chat_app.core.kernel.policy import Brand, BrandPicture
from chat_app.core.site.colours import DARK, LIGHT, accent_tokens

_CONDITIONS: Final = (b"if-none-match", b"if-modified-since", b"range", b"accept-encoding")
_TITLE: Final = b"<title>Parley</title>"
_ICON: Final = b'href="/favicon.svg" rel="icon" type="image/svg+xml"'
_TOUCH_ICON: Final = b'href="/apple-touch-icon.png" rel="apple-touch-icon"'
_PROPORTIONS_MAX: Final = 5
"""A longer logo would leave no room for the buttons beside it: it is shown smaller."""
_WITH_NAME: Final = 2
"""A longer logo stands in place of the site's name above the rooms: there is room for one of them."""
_HIDDEN: Final = ".brand span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}"


_NONE: Final = Brand()


class Branding:
    """Adds to pages what the site's admins have set; a site without any is served as it was built."""

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
        """Send a part of the response; of a page nothing before all of it is there."""
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
    if brand.accent:
        rules = ((":root", LIGHT), (".dark", DARK))
        styles = (f"{where}{{{_tokens(accent_tokens(brand.accent, ground))}}}" for where, ground in rules)
        head += f"<style>{''.join(styles)}</style>"
    if brand.logo:
        head += f"<style>{_logo(brand.logo, brand.logo_dark or brand.logo)}</style>"
    if brand.name:
        page = page.replace(_TITLE, f"<title>{escape(brand.name)}</title>".encode(), 1)
    if brand.icon:
        address = _address("icon", brand.icon)
        page = page.replace(_ICON, f'href="{address}" rel="icon" type="image/png"'.encode(), 1)
        page = page.replace(_TOUCH_ICON, f'href="{address}" rel="apple-touch-icon"'.encode(), 1)
    if brand.icon or brand.name:
        head += f'<link rel="manifest" href="{PREFIX}/site/manifest">'
    return page.replace(b"</head>", head.encode() + b"</head>", 1)


def _logo(light: BrandPicture, dark: BrandPicture) -> str:
    """Return the styles by which a logo stands in place of the mark: its place has its size before it is there."""
    rules = ((":root", "logo", light), (".dark", "logo" if dark is light else "logo_dark", dark))
    shapes = [min(each.width / each.height, _PROPORTIONS_MAX) for _, _, each in rules]
    styles = (
        f"{where}{{--logo:url({_address(name, each)});--logo-shape:{shape:.3f}}}"
        for (where, name, each), shape in zip(rules, shapes, strict=True)
    )
    place = "aspect-ratio:var(--logo-shape);flex:none;width:auto;margin:0"
    shown = f"svg.mark.mark{{background:var(--logo) left/contain no-repeat;{place}}}svg.mark>*{{display:none}}"
    return "".join((*styles, shown, _HIDDEN if max(shapes) > _WITH_NAME else ""))


def _address(name: str, picture: BrandPicture) -> str:
    return f"{PREFIX}/site/pictures/{name}?v={picture.version}"


def _tokens(tokens: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in tokens.items())


def _is_page(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers
