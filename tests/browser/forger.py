"""A forged browser: Reflex's event socket, with freely chosen packets."""

import json
from itertools import count
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession, TCPConnector
from socketio import AsyncClient

from tests.support.site import Site
from tests.support.waiting import until

NAMESPACE = "/_event"
FEED = "reflex___state____state.chat_app___ui___transport___state____feed_state"
JOIN = "reflex___state____state.chat_app___ui___join___state____join_state"
ACTS = "reflex___state____state.chat_app___ui___acts___state____acts"
ROOMS = f"{ACTS}.chat_app_ui_acts_rooms"

_NUMBERS = count(2)
_PATIENCE = 120
"""Seconds for hundreds of events on a busy machine."""


class Forger:
    """One connection. `received` is all that the server has said on it.

    Each comes from an address of its own, since the events of all strangers at one are limited together.
    """

    def __init__(self, site: Site, session: str | None = None, *, token: str | None = None, **headers: str) -> None:
        self.token = token or str(uuid4())
        self.received: list[Any] = []
        self._site = site
        self._headers = {"Origin": site.url, **headers} | ({"Cookie": f"{site.cookie}={session}"} if session else {})
        here, last = divmod(next(_NUMBERS), 250)
        self._http = ClientSession(connector=TCPConnector(local_addr=(f"127.0.{here}.{last + 2}", 0)))
        self._socket = AsyncClient(
            reconnection=False, json=json, http_session=self._http
        )  # writes a lone surrogate too
        self._socket.on("*", self._hear, namespace=NAMESPACE)

    async def __aenter__(self) -> "Forger":
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def leave(self) -> None:
        """Hang up."""
        await self._socket.disconnect()
        await self._http.close()

    async def connect(self, auth: Any = None) -> None:
        """Shake hands; raises `socketio.exceptions.ConnectionError` where the server will not."""
        await self._socket.connect(
            f"{self._site.url}?token={self.token}",
            headers=self._headers,
            auth=auth,
            transports=["websocket"],
            namespaces=[NAMESPACE],
            socketio_path=NAMESPACE,
        )

    @property
    def connected(self) -> bool:
        return self._socket.connected

    async def _hear(self, event: str, *data: Any) -> None:
        self.received.append([event, *data])

    async def call(self, handler: str, path: str = "/", **payload: Any) -> None:
        """Call an event handler, as if on the page `path`."""
        page = {"pathname": path, "asPath": path, "query": {}}
        await self.say("event", {"name": handler, "payload": payload, "router_data": page})

    async def say(self, event: str, *data: Any) -> None:
        """Send a Socket.IO event of any kind."""
        await self._socket.emit(event, tuple(data), namespace=NAMESPACE)

    async def say_raw(self, packet: str) -> None:
        """Send a raw Socket.IO packet."""
        await self._socket.eio.send(packet)

    async def arrive(self, path: str = "/") -> None:
        """Do what an honest page does first, and wait for its answer."""
        before = len(self.received)
        await self.call(f"{FEED}.arrive", path)
        await until(lambda: any(op["t"] in {"rooms", "refused"} for op in self.ops(before)), _PATIENCE)

    def ops(self, since: int = 0) -> list[dict[str, Any]]:
        """The feed's ops among the received packets."""
        return [op for event, *data in self.received[since:] if event == "o" for op in data if isinstance(op, dict)]

    def problems(self, since: int = 0) -> list[str]:
        """Return the codes of the errors that forms of `Acts` received."""
        deltas = [each[1].get("delta") or {} for each in self.received[since:] if each[0] == "event"]
        told = [delta.get(ACTS, {}).get("problems_rx_state_", {}) for delta in deltas]
        return [problem["code"] for problems in told for problem in problems.values()]

    def heard(self) -> str:
        """All that was received, as text to search in."""
        return json.dumps(self.received, ensure_ascii=False)

    async def quiet(self) -> None:
        """Wait until the server has dealt with all that was sent: it goes by order, and refuses the last."""
        before, mark = len(self.received), str(uuid4())
        self.mark = mark
        await self.call(f"{FEED}.edit", message=mark, text="?")
        await until(lambda: any(op.get("about") == mark for op in self.ops(before)), _PATIENCE)
