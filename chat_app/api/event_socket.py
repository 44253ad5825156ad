"""The handshake of the pages' event socket: the cookie stays out of it, the session's id goes in."""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.core.kernel.context import UnitOfWork
from chat_app.web_session import SESSION_HEADER, actor_from_cookie_header

KEPT: Final = frozenset({b"host", b"origin", b"connection", b"upgrade", b"sec-websocket-protocol"})
"""The headers that the event socket is told. It keeps several copies for as long as a tab is open."""


class EventSocket:
    """Puts the id of the cookie's session into a header of its own, which nobody outside can set.

    Reflex shows a state the headers of its socket's handshake, and sends them to the browser's scripts with the rest of
    that state. The cookie's token must not get there; the session's id may, because it opens nothing.
    """

    def __init__(self, app: ASGIApp, work: UnitOfWork) -> None:
        self._app = app
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or websocket."""
        if scope["type"] == "websocket":
            actor = await actor_from_cookie_header(self._work, Headers(scope=scope).get("cookie", ""))
            scope = {**scope, "headers": [header for header in scope["headers"] if header[0] in KEPT]}
            if actor:
                MutableHeaders(scope=scope)[SESSION_HEADER] = str(actor.session_id)
        await self._app(scope, receive, send)
