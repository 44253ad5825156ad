"""Serve the files of the built pages from memory. A first visit requests a dozen of them, and serving each from the
disk would take six times as long.
"""

import re
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.api.middleware.headers import BUILT_PAGES, HASHED_FILES

_PATH: Final = re.compile(re.escape(HASHED_FILES) + r"([\w-][\w.-]*)")


class BuiltFiles:
    """Serves files that the build has compressed, under a name with a hash; passes all other requests on."""

    def __init__(self, app: ASGIApp, pages: Path = BUILT_PAGES) -> None:
        self._app = app
        self._folder = pages / HASHED_FILES.strip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or websocket."""
        await (self._find(scope) or self._app)(scope, receive, send)

    def _find(self, scope: Scope) -> Response | None:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            return None
        named = _PATH.fullmatch(scope["path"])
        headers = Headers(scope=scope)
        if not named or "gzip" not in headers.get("accept-encoding", "") or "range" in headers:
            return None
        try:
            content = _content(self._folder / f"{named[1]}.gz")
        except OSError:  # not there, or a name that no file can have
            return None
        described = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(content, headers=described, media_type=guess_type(named[1])[0])


@cache
def _content(file: Path) -> bytes:
    return file.read_bytes()
