"""Limit the length of requests' bodies."""

import re
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.api import PREFIX
from chat_app.api.errors import BodyTooLarge, too_large_response
from chat_app.api.scim import PREFIX as SCIM
from chat_app.api.scim.refusals import error_answer

MAXIMUM: Final = 1024 * 1024
PICTURE_MAXIMUM: Final = 6 * 1024 * 1024
DICTATION_MAXIMUM: Final = 14 * 1024 * 1024
SCIM_MAXIMUM: Final = 256 * 1024
_OTHERS: Final = (
    (re.compile(rf"{SCIM}/.*"), SCIM_MAXIMUM),
    (re.compile(rf"{PREFIX}/(me/avatar|assistants/[^/]+/picture|admin/branding/[^/]+)"), PICTURE_MAXIMUM),
    (re.compile(rf"{PREFIX}/(me|rooms/[^/]+)/dictation"), DICTATION_MAXIMUM),
)
"""The limits for files: above the limits of the use cases, so that a slightly too large file gets the better error."""


class BodyLimit:
    """Stops reading a body, declared or not, as soon as it is too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        maximum = next((other for path, other in _OTHERS if path.fullmatch(scope["path"])), MAXIMUM)
        received = 0

        async def receive_within() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > maximum:
                raise BodyTooLarge(maximum)
            return message

        if _announced(scope) > maximum:
            await _too_large(scope, maximum)(scope, receive, send)
            return
        try:
            await self._app(scope, receive_within, send)
        except BodyTooLarge as error:
            await _too_large(scope, error.maximum)(scope, receive, send)


def _too_large(scope: Scope, maximum: int) -> Response:
    if scope["path"].startswith(f"{SCIM}/"):
        return error_answer(413, f"A body has at most {maximum} bytes.", headers={"Connection": "close"})
    return too_large_response(scope, BodyTooLarge(maximum))


def _announced(scope: Scope) -> int:
    try:
        return int(Headers(scope=scope).get("content-length", "0"))
    except ValueError:
        return 0
