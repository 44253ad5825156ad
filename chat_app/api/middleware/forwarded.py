"""Find the client's address and scheme behind trusted proxies."""

from collections.abc import Awaitable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send


class Forwarded:
    """Reads the ``X-Forwarded-*`` headers as far as ``hops`` trusted proxies wrote them.

    Each proxy appends the address of its client, so the ``hops``-th entry from the right is the real client. Entries
    left of it can be forged. ``X-Forwarded-Host`` counts only with ``with_host``, because many proxies forward the
    client's value.
    """

    def __init__(self, app: ASGIApp, hops: int, *, with_host: bool) -> None:
        self._app = app
        self._hops = hops
        self._with_host = with_host

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Put the client's address, scheme and host into the scope."""
        if self._hops and scope["type"] in {"http", "websocket"}:
            scope = {**scope, "headers": list(scope["headers"])}
            headers = MutableHeaders(scope=scope)
            if address := self._vouched(headers.getlist("x-forwarded-for")):
                scope["client"] = (address, 0)
            if scheme := self._vouched(headers.getlist("x-forwarded-proto")):
                secure = scheme in {"https", "wss"}
                plain = "http" if scope["type"] == "http" else "ws"
                scope["scheme"] = plain + "s" * secure
            if self._with_host and (host := self._vouched(headers.getlist("x-forwarded-host"))):
                headers["host"] = host
        return self._app(scope, receive, send)

    def _vouched(self, lines: list[str]) -> str:
        entries = [entry.strip() for line in lines for entry in line.split(",")]
        return entries[-min(self._hops, len(entries))] if entries else ""
