"""Answer an address's requests one after another if they are very many, and all of them step by step. Requests of
uploads continue while no message is under way.
"""

import re
from typing import Final

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.api import PREFIX
from chat_app.api.auth import client_address
from chat_app.api.errors import error_response
from chat_app.api.middleware.headers import HASHED_FILES
from chat_app.core.files.storage.names import PATH as FILES
from chat_app.traffic.meter import BucketRate, Meter
from chat_app.traffic.precedence import Precedence
from chat_app.traffic.steps import Steps
from chat_app.traffic.tally import tally
from chat_app.traffic.turns import ClientTurns

PACE: Final = BucketRate(per_second=120)
FREE: Final = 600.0
"""The requests of an address that are answered at once. An office has one address."""

OF_A_FILE: Final = 0.1
"""The share of a request that a built file counts: a first visit requests a dozen, and they come from memory."""

LONGEST: Final = 10
"""The seconds that a request may wait before it is refused."""

AT_ONCE: Final = 32
"""The requests of an address that may wait, so that one address cannot fill the slow lane."""

_UPLOAD: Final = re.compile(rf"{FILES}|{PREFIX}/(?:rooms/[^/]+/)?attachments(?:/|$)")


class RequestTurns:
    """Delays requests until their turn."""

    def __init__(self, app: ASGIApp, slow: Meter, messages: Precedence) -> None:
        self._app, self._steps, self._uploads = app, Steps(), Steps(messages.is_taken)
        self._turns = ClientTurns(PACE, free=FREE, slow=slow, longest=LONGEST, at_once=AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        units = OF_A_FILE if scope["path"].startswith(HASHED_FILES) else 1
        if await self._turns.take(client_address(HTTPConnection(scope)), units):
            steps = self._uploads if _is_upload(scope) else self._steps
            await steps.spread(_request(self._app, scope, receive, send))
            return
        tally.add("requests_refused")
        headers = {"Retry-After": str(LONGEST)}
        response = error_response(scope, 429, "rate_limited", {"retry_after": LONGEST}, headers)
        await response(scope, receive, send)


def _is_upload(scope: Scope) -> bool:
    """Return whether a request announces a file, transfers it or has it examined."""
    return scope["method"] in ("POST", "PUT") and _UPLOAD.match(scope["path"]) is not None


async def _request(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Handle one request: an app may return any awaitable."""
    await app(scope, receive, send)
