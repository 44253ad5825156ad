"""Add the headers of every response: security policy and caching."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUILT_PAGES: Final = Path(__file__).parents[3] / ".web" / "build" / "client"
HASHED_FILES: Final = "/assets/"
"""The path of built files whose names change with their content."""

_LASTING: Final = (HASHED_FILES, "/fonts/")
"""The same of fonts, whose names are numbered by hand."""

_INLINE_SCRIPT: Final = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


def content_security_policy(pages: Path, storage: Sequence[str] = ()) -> str:
    """Return the content security policy of the built ``pages``: only our own files, and only the inline scripts of the
    build. Uploaded files are also sent to and read from the origins ``storage``.
    """
    scripts = {script for page in pages.glob("*.html") for script in _INLINE_SCRIPT.findall(page.read_bytes())}
    own = " ".join(("'self'", *storage))
    hashes = sorted(f"'sha256-{b64encode(hashlib.sha256(script).digest()).decode()}'" for script in scripts)
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *hashes)),
            "style-src 'self' 'unsafe-inline'",  # the style library writes <style> elements
            f"img-src {own} data: blob: https:",  # a picture in a message, which is requested only after a click
            "font-src 'self' data:",
            f"media-src {own} blob:",
            f"connect-src {own}",  # the live connection too, in browsers of 2022 and later
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class ResponseHeaders:
    """Adds the headers. With ``secure``, browsers return by https only; ``storage`` are origins of uploaded files."""

    def __init__(
        self, app: ASGIApp, pages: Path = BUILT_PAGES, *, secure: bool = False, storage: Sequence[str] = ()
    ) -> None:
        self._app = app
        self._policy = content_security_policy(pages, storage)
        self._fixed = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        }
        if secure:
            self._fixed["Strict-Transport-Security"] = "max-age=31536000"

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Handle one request or websocket."""
        if scope["type"] != "http":
            return self._app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._fixed)
                headers.setdefault("Content-Security-Policy", self._policy)  # uploaded files have a stricter one
                headers.setdefault("Cache-Control", _cache_control(scope["path"], message["status"]))
            await send(message)

        return self._app(scope, receive, send_with_headers)


def _cache_control(path: str, status: int) -> str:
    if path.startswith("/api/"):
        return "no-store"
    lasting = path.startswith(_LASTING) and "/." not in path  # such a path can return a page
    if lasting and status in {200, 206, 304}:
        return "public, max-age=31536000, immutable"
    return "no-cache"
