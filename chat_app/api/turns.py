"""Requests of one address are answered one after the other once they are very many."""

from typing import Final

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.api.auth import client_address
from chat_app.api.errors import error_response
from chat_app.api.headers import HASHED_FILES
from chat_app.traffic.meter import Allowance, Meter
from chat_app.traffic.tally import tally
from chat_app.traffic.turns import Turns

PACE: Final = Allowance(per_second=120)
FREE: Final = 600.0
"""Requests of an address that are answered at once. An office has one address."""

OF_A_FILE: Final = 0.1
"""What a file of the built pages counts: a first visit asks for fifty, and they come from memory."""

LONGEST: Final = 10
"""Seconds that a request waits; where that is not enough, it is refused."""

AT_ONCE: Final = 32
"""Requests of an address that wait. One that asked for the whole slow lane would have all others in it refused."""


class RequestTurns:
    """Has requests wait for their turn."""

    def __init__(self, app: ASGIApp, slow: Meter) -> None:
        self._app = app
        self._turns = Turns(PACE, free=FREE, slow=slow, longest=LONGEST, at_once=AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        units = OF_A_FILE if scope["path"].startswith(HASHED_FILES) else 1
        if await self._turns.take(client_address(HTTPConnection(scope)), units):
            await self._app(scope, receive, send)
            return
        tally.add("requests_refused")
        headers = {"Retry-After": str(LONGEST)}
        response = error_response(scope, 429, "rate_limited", {"retry_after": LONGEST}, headers)
        await response(scope, receive, send)
