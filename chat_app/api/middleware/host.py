"""Reject requests for other hosts than the site's public address, if that is set."""

from collections.abc import Awaitable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.api.errors import error_response
from chat_app.core.files.storage.names import PATH
from chat_app.traffic.tally import tally

HEALTH_PATHS: Final = frozenset({"/healthz", "/readyz"})
"""Paths for health checks, which reach this machine by its IP address."""
_PORTS: Final = {"http": 80, "https": 443}


class HostGuard:
    """Refuses requests and websockets whose ``Host`` differs from that of ``public_url``; if unset, admits them all.

    This prevents DNS rebinding, and responses for another host name in a proxy's cache. The host of ``files_url``
    serves only uploaded files, below ``PATH``.
    """

    def __init__(self, app: ASGIApp, public_url: str | None, files_url: str | None = None) -> None:
        self._app = app
        self._address = public_url or ""
        self._hosts = spellings(public_url) if public_url else None
        self._file_hosts = spellings(files_url) if files_url else frozenset()

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Handle one request or websocket."""
        return (self._app if self._admits(scope) else self._refuse)(scope, receive, send)

    def _admits(self, scope: Scope) -> bool:
        if self._hosts is None or scope["type"] not in {"http", "websocket"}:
            return True
        if scope["type"] == "http" and scope["path"] in HEALTH_PATHS:
            return True
        hosts = Headers(scope=scope).getlist("host")
        known = self._hosts
        if scope["type"] == "http" and scope["path"].startswith(PATH):
            known |= self._file_hosts
        return len(hosts) == 1 and hosts[0].lower() in known

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        tally.add("host_refused")
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await error_response(scope, 421, "host_unknown", {"address": self._address})(scope, receive, send)


def spellings(public_url: str) -> frozenset[str]:
    """Return the accepted values of ``Host``: some proxies omit the port, others name the scheme's own."""
    url = urlsplit(public_url)
    name = url.netloc.rpartition(":")[0] if url.port else url.netloc
    return frozenset({name, f"{name}:{url.port or _PORTS[url.scheme]}"})
