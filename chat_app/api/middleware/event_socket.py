"""Guard the handshake of the pages' event socket: replace the cookie by ids, and limit sockets and packets."""

import asyncio
import re
from collections.abc import Awaitable, Sequence
from functools import partial
from typing import Final
from urllib.parse import parse_qs, urlencode

from limits import RateLimitItemPerMinute
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_app.api.auth import client_address
from chat_app.api.errors import error_response
from chat_app.bootstrap import Runtime
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.policy import Policy
from chat_app.traffic.meter import BucketRate, Meter, Meters
from chat_app.traffic.tally import tally
from chat_app.traffic.turns import ClientTurns
from chat_app.traffic.wire import wire_of
from chat_app.web_session import PERSON_HEADER, SESSION_HEADER, actor_from_cookie_header

KEPT: Final = frozenset({b"host", b"origin", b"connection", b"upgrade", b"sec-websocket-protocol"})
"""The headers that the event socket receives. It keeps several copies for as long as a tab is open."""

OPENED: Final = RateLimitItemPerMinute(300, namespace="sockets")
"""The limit of new sockets, for a person or all strangers at one address: every page load opens one."""

EVENTS_PATH: Final = "/_event"

TOKEN_MAX: Final = 200
"""The greatest length of a client token: a page's is a UUID."""

HANDSHAKES: Final = BucketRate(per_second=40)
HANDSHAKES_FREE: Final = 100
HANDSHAKES_LONGEST: Final = 10  # seconds
HANDSHAKES_AT_ONCE: Final = 100
HANDSHAKE_WORK: Final = 3
"""The limit of handshakes at one address, before the person is known.

So many run at once, the others one after the other; those that would wait longer are refused. Each is as much work as
three plain requests.
"""

PACKETS: Final = BucketRate(per_second=100)
PACKETS_FREE: Final = 100
PACKETS_SLOW: Final = BucketRate(per_second=30)
"""The limit of packets of a person, or of all strangers at one address, in all their tabs.

Packets above it share a separate slow lane, so that they delay no requests.
"""

SENT: Final = BucketRate(per_second=60, burst=2000)
SENT_BY_ADDRESS: Final = BucketRate(per_second=1000, burst=20_000)
"""The limit of units (see ``Wire``) of a person, of all strangers at one address, and of all people there.

Exceeding it closes the connection.
"""

RECOGNISED_AT_ONCE: Final = 6
"""The handshakes that read their sessions at once: when all tabs reconnect, messages still get connections."""

RECOGNISED_SECONDS: Final = 20.0
"""The longest wait of a handshake for that."""

_PACKET: Final = re.compile(r"[13]\Z|4[0-2]")
"""Matches the beginning of the packets that pages send: close, pong; connect, disconnect, event."""


class EventSocket:
    """Puts the ids of the cookie's session and person into separate headers, which no client can set.

    Reflex stores the headers of the handshake in the tab's state, and sends this state to the browser's scripts. The
    cookie's token must not reach the scripts; the ids may, because they give no access.
    """

    def __init__(self, app: ASGIApp, parts: Runtime, slow: Meter) -> None:
        self._app = app
        self._parts = parts
        self._tabs = parts.open_tabs
        self._handshakes = ClientTurns(
            HANDSHAKES, free=HANDSHAKES_FREE, slow=slow, longest=HANDSHAKES_LONGEST, at_once=HANDSHAKES_AT_ONCE
        )
        self._recognising = asyncio.Semaphore(RECOGNISED_AT_ONCE)
        self._turns = ClientTurns(PACKETS, free=PACKETS_FREE, slow=Meter(PACKETS_SLOW))
        self._sent, self._sent_by_address = Meters(SENT), Meters(SENT_BY_ADDRESS)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Handle one websocket."""
        handle = self._connect if scope["path"].rstrip("/") == EVENTS_PATH else _not_found
        return handle(scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = client_address(HTTPConnection(scope))
        if not await self._handshakes.take(address, work=HANDSHAKE_WORK):
            await _refuse(scope, receive, send)
            return
        cookies = Headers(scope=scope).get("cookie", "")
        try:
            async with asyncio.timeout(RECOGNISED_SECONDS), self._recognising:
                actor = await actor_from_cookie_header(self._parts.auth, self._parts.work, cookies)
        except (Unavailable, TimeoutError):
            await receive()
            await error_response(scope, 503, Unavailable.default_code)(scope, receive, send)
            return
        who = str(actor.user_id) if actor else address
        most = most_tabs(self._parts.work.policy, signed_in=actor is not None)
        place = await self._tabs.take(who, most)
        if place is None:
            await _refuse(scope, receive, send, "too_many_tabs")
            return
        try:
            if await self._parts.work.limiter.hit(OPENED, who):
                await self._admit(scope, receive, send, actor, address)
            else:
                await _refuse(scope, receive, send)
        finally:
            self._tabs.leave(who, place)

    async def _admit(self, scope: Scope, receive: Receive, send: Send, actor: Actor | None, address: str) -> None:
        """Pass a socket on, with the ids of its session and person in its headers."""
        who = str(actor.user_id) if actor else address
        headers = [header for header in scope["headers"] if header[0] in KEPT]
        query = bound_to_session(scope["query_string"], str(actor.session_id) if actor else "")
        # In place: the server keeps its scope as long.
        scope.update(headers=headers, client=(address, 0), query_string=query)
        if actor:
            MutableHeaders(scope=scope).update(
                {SESSION_HEADER: str(actor.session_id), PERSON_HEADER: str(actor.user_id)}
            )
        if wire := wire_of(scope):
            wire.charge = partial(self._charge, who, address)
        # Engine.IO makes a class for each handshake, which keeps the received data until garbage collection.
        only = [receive]
        try:
            await self._app(scope, self._packets(only, who), send)
        finally:
            only.clear()

    def _charge(self, who: str, address: str, units: float) -> bool:
        """Charge a socket's traffic to its person and its address."""
        return self._sent.of(who).take(units) and self._sent_by_address.of(address).take(units)

    def _packets(self, only: Sequence[Receive], who: str) -> Receive:
        """Pass packets on at the admitted rate, and end the connection at the first that no page sends.

        Engine.IO would keep all the binary packets of an event that is never complete. An unreadable packet would make
        it lose the socket, which then stays open for everybody but its client.
        """

        async def receive_packet() -> Message:
            message = await only[0]()
            if message["type"] == "websocket.receive":
                await self._turns.take(who)
                if not _PACKET.match(message.get("text") or ""):
                    return {"type": "websocket.disconnect", "code": 1003}
            return message

        return receive_packet


def most_tabs(policy: Policy, *, signed_in: bool) -> int:
    """Return the maximum of open tabs: of a person, or of all strangers at one address. An office has one address, and
    its people are strangers only until they have signed in.
    """
    return policy.tabs_person if signed_in else policy.tabs_address


def bound_to_session(query: bytes, session: str) -> bytes:
    """Return the handshake's query with the session's id ("" without a session) before the client token.

    Reflex keeps a tab's state under the client token, which the browser chooses and may share or lose. With the id,
    another session with the same token gets a separate state. No two pairs of session and token have the same name.
    """
    fields = parse_qs(query.decode("latin-1"))
    fields["token"] = [f"{session}:{token}"[:TOKEN_MAX] for token in fields.get("token", [])[:1]]
    return urlencode(fields, doseq=True).encode()


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await error_response(scope, 404, "not_found")(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send, code: str = "rate_limited") -> None:
    """Answer a handshake with 429. A browser does not report this status to its page, so the page asks for the number
    of open tabs.
    """
    tally.add("sockets_refused")
    await receive()
    wait = OPENED.get_expiry()
    response = error_response(scope, 429, code, {"retry_after": wait}, {"Retry-After": str(wait)})
    await response(scope, receive, send)
