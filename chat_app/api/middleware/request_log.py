"""Assign request ids, write the access log, and catch bugs. Outermost, so that it sees every response."""

import re
import time
import traceback
from collections.abc import Awaitable
from pathlib import Path
from typing import Final
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.api import PREFIX
from chat_app.api.errors import bug_response

HEADER: Final = "X-Request-ID"
_USABLE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FRAMES: Final = 12

log = structlog.get_logger()


class RequestLog:
    """Gives every request an id (the client's, if it is valid) and a line in the log.

    The line has no query string and no body. It has the route's pattern in place of the path, because paths can contain
    invite tokens.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Handle one request or websocket."""
        asked = Headers(scope=scope).get(HEADER, "")
        request_id = asked if _USABLE.fullmatch(asked) else uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if scope["type"] == "http":
            return self._log_request(scope, receive, send, request_id)
        return self._app(scope, receive, send)

    async def _log_request(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        begun, status = time.perf_counter(), 0
        scope["state"] = {**scope.get("state", {}), "request_id": request_id}

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:
            log.error("bug", error=type(error).__name__, where=_where(error))
            if not status:
                await bug_response(scope)(scope, receive, send_with_id)
        log.info(
            "request",
            method=scope["method"],
            path=_template(scope),
            status=status,
            ms=round((time.perf_counter() - begun) * 1000, 1),
            user=scope["state"].get("user"),
        )


def _where(error: Exception) -> list[str]:
    """Return the innermost frames of an error, without its message, which may contain people's texts."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def _template(scope: Scope) -> str:
    """Return the path of an endpoint with its parameters unnamed; of any other path, the first part."""
    typed, route = str(scope["path"]), getattr(scope.get("route"), "path", "")
    if not route:
        return "/" + typed.split("/")[1][:32]
    return PREFIX + route if typed.startswith(PREFIX) and not route.startswith(PREFIX) else route
