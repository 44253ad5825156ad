"""Limit the length of requests' bodies."""

import re
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.api import PREFIX
from chat_app.api.errors import BodyTooLarge, too_large_response

MAXIMUM: Final = 1024 * 1024
PICTURE_MAXIMUM: Final = 6 * 1024 * 1024
DICTATION_MAXIMUM: Final = 14 * 1024 * 1024
_LONGER: Final = (
    (re.compile(rf"{PREFIX}/(me/avatar|assistants/[^/]+/picture|admin/branding/[^/]+)"), PICTURE_MAXIMUM),
    (re.compile(rf"{PREFIX}/(me|rooms/[^/]+)/dictation"), DICTATION_MAXIMUM),
)
"""More than the limits of what is sent there, so that one slightly too large gets the better error."""


class BodyLimit:
    """Stops reading a body, declared or not, as soon as it is too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        maximum = next((longer for path, longer in _LONGER if path.fullmatch(scope["path"])), MAXIMUM)
        received = 0

        async def receive_within() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > maximum:
                raise BodyTooLarge(maximum)
            return message

        if _announced(scope) > maximum:
            await too_large_response(scope, BodyTooLarge(maximum))(scope, receive, send)
            return
        try:
            await self._app(scope, receive_within, send)
        except BodyTooLarge as error:
            await too_large_response(scope, error)(scope, receive, send)


def _announced(scope: Scope) -> int:
    try:
        return int(Headers(scope=scope).get("content-length", "0"))
    except ValueError:
        return 0
