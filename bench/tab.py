"""A browser's tab without the browser: it speaks Engine.IO, Socket.IO and Reflex's protocol as the real one does.

What it sends is what Chromium was seen to send: the handshake with cookie and origin, then one connect packet with the
boot event of the page, then events with the page's address.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable
from socket import SO_RCVBUF, SOL_SOCKET
from typing import Any, Final
from uuid import UUID, uuid4

import aiohttp

from bench.people import Someone
from bench.site import ROOT, Site
from chat_app.web_session import cookie_name

FEED: Final = "reflex___state____state.chat_app___ui___transport___state____feed_state"
_CONTEXT: Final = ROOT / ".web" / "utils" / "context.jsx"
_REFLEX: Final = "0.10.1"

Receiver = Callable[[float, str], None]
"""Called with the moment (seconds since 1970) of a packet's arrival, and the packet."""


class Tab:
    """One tab of one person."""

    def __init__(self, http: aiohttp.ClientSession, site: Site, person: Someone) -> None:
        self._http, self._site, self.person = http, site, person
        self._hydrated = asyncio.Event()
        self.receive: Receiver = lambda at, packet: None

    async def open(self, path: str) -> "Tab":
        """Come to a page, and wait until the server has told all about it."""
        self.room = UUID(path.removeprefix("/r/")) if path.startswith("/r/") else None
        self._address = {"pathname": path, "asPath": path, "query": {"room_id": str(self.room)} if self.room else {}}
        self._socket = await self._http.ws_connect(
            f"{self._site.url.replace('http', 'ws', 1)}/_event/?token={uuid4()}&EIO=4&transport=websocket",
            headers={"cookie": f"{cookie_name(self._site.url)}={self.person.cookie}", "origin": self._site.url},
            protocols=(_REFLEX,),
            max_msg_size=0,
        )
        payload, schema = _compiled()
        event = {"name": "reflex___state____state.hydrate_and_load", "payload": payload, "router_data": self._address}
        await self._socket.send_str(f"40/_event,{_dumps({'event': event, 'state_schema': schema})}")
        self._reader = asyncio.create_task(self._read())
        await asyncio.wait_for(self._hydrated.wait(), 60)
        return self

    async def call(self, handler: str, **payload: Any) -> None:
        """Send an event of the feed."""
        event = {"name": f"{FEED}.{handler}", "payload": payload, "router_data": self._address}
        await self._socket.send_str(f"42/_event,{_dumps(['event', event])}")

    async def send(self, text: str) -> str:
        """Say something in the room of the page; returns the nonce that the message comes back with."""
        nonce = str(uuid4())
        await self.call("send", room=str(self.room), text=text, nonce=nonce, reply_to="")
        return nonce

    def stall(self) -> None:
        """Read nothing more."""
        self._reader.cancel()
        self._socket.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_RCVBUF, 4096)
        self._transport().pause_reading()

    async def close(self) -> None:
        """Leave."""
        if self._reader.cancelled():
            self._socket._response.close()
            return
        await self._socket.close()
        await self._reader

    def _transport(self) -> asyncio.Transport:
        transport: asyncio.Transport = self._socket._conn.transport  # aiohttp names it nowhere else
        return transport

    async def _read(self) -> None:
        async for message in self._socket:
            at, packet = time.time(), message.data
            if packet == "2":
                await self._socket.send_str("3")
            elif packet.startswith("42"):
                self.receive(at, packet)
                if not self._hydrated.is_set() and '"is_hydrated_rx_state_":true' in packet:
                    self._hydrated.set()


def ops_of(packet: str) -> list[dict[str, Any]]:
    """The feed's ops in a packet."""
    _, update = json.loads(packet.partition(",")[2])
    return update.get("delta", {}).get(FEED, {}).get("ops_rx_state_", [])


def _compiled() -> tuple[dict[str, Any], str]:
    """What the built pages say about the state they were compiled for."""
    source = _CONTEXT.read_text()
    hashes = re.search(r"initialStateHashes = (\[.*\])", source)
    schema = re.search(r'stateSchema = "(\w+)"', source)
    assert hashes, "the pages are built"
    assert schema
    return {"hashes": json.loads(hashes[1])}, schema[1]


def _dumps(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
