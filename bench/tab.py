"""A browser's tab without the browser: it speaks Engine.IO, Socket.IO and Reflex's protocol as the real one does.

What it sends is what Chromium was seen to send: the handshake with cookie and origin, then one connect packet with the
boot event of the page, then events with the page's address.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable
from functools import cache
from ipaddress import IPv4Address
from socket import SO_RCVBUF, SOL_SOCKET
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import aiohttp

from bench.nonces import PLACE, marked, new_nonce
from bench.people import TEXT, Someone
from bench.site import ROOT, Site
from bench.waiting import within
from chat_app.web_session import cookie_name

FEED: Final = "reflex___state____state.chat_app___ui___transport___state____feed_state"
_CONTEXT: Final = ROOT / ".web" / "utils" / "context.jsx"
_REFLEX: Final = "0.10.1"
_HYDRATED: Final = '"is_hydrated_rx_state_":true'
"""In the packet that ends an arrival: all that the page needs has been told before."""

Receiver = Callable[[float, str], None]
"""Called with the moment (seconds since 1970) of a packet's arrival, and the packet."""


class Tab:
    """One tab of one person."""

    def __init__(self, http: aiohttp.ClientSession, site: Site, person: Someone) -> None:
        self._http, self._site, self.person = http, site, person
        self._hydrated = asyncio.Event()
        self.receive: Receiver = lambda at, packet: None
        self.bytes = 0
        """Of all packets that have come."""

    async def open(self, path: str) -> "Tab":
        """Open a page, and wait until the server has sent all about it."""
        self.room, self._address = _room_of(path), _address(path)
        self._socket = await self._http.ws_connect(
            f"{self._site.url.replace('http', 'ws', 1)}{_socket_path(uuid4())}",
            headers={"cookie": f"{cookie_name(self._site.url)}={self.person.cookie}", "origin": self._site.url},
            protocols=(_REFLEX,),
            max_msg_size=0,
        )
        await self._socket.send_str(_hello(path))
        self._reader = asyncio.create_task(self._read())
        await within(self._hydrated.wait(), f"all about the page {path}")
        return self

    async def send_event(self, name: str, **payload: Any) -> None:
        """Send an event of a page's state."""
        await self._socket.send_str(_event(name, payload, self._address))

    async def call(self, handler: str, **payload: Any) -> None:
        """Send an event of the feed."""
        await self.send_event(f"{FEED}.{handler}", **payload)

    async def send(self, text: str, model: str = "") -> None:
        """Say something in the room of the page, perhaps to a model."""
        await self.call("send", **_message(self.room, text, new_nonce()), model=model)

    async def send_marked(self) -> str:
        """Send a message that can be recognised; return the nonce with which it begins."""
        nonce = new_nonce()
        await self.call("send", **_message(self.room, marked(TEXT, nonce), nonce))
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
                self.bytes += len(packet.encode())
                self.receive(at, packet)
                if not self._hydrated.is_set() and _HYDRATED in packet:
                    self._hydrated.set()


def ops_of(packet: str) -> list[dict[str, Any]]:
    """Return the feed's ops in a packet; of a piece of an answer no more than its text, and the end of its run's id or
    "".
    """
    event, *ops = json.loads(packet.partition(",")[2])
    return [op if isinstance(op, dict) else _piece(*op) for op in ops] if event == "o" else []


def _piece(*told: Any) -> dict[str, Any]:
    run, _, text, *_ = told if isinstance(told[0], str) else ("", *told)
    return {"t": "stream", "run": run, "text": text}


def visit(site: Site, person: Someone, path: str, token: UUID | None = None) -> dict[str, str]:
    """Return what a tab of the load client (`bench/listeners.py`) sends and waits for, to do the same as :class:`Tab`.

    Who comes again with the same ``token`` is the same tab, whose connection was lost.
    """
    address = urlsplit(site.url)
    head = [
        f"GET {_socket_path(token or uuid4())} HTTP/1.1",
        f"Host: {address.netloc}",
        f"Origin: {site.url}",
        f"Cookie: {cookie_name(site.url)}={person.cookie}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        f"Sec-WebSocket-Protocol: {_REFLEX}",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ]
    return {
        "host": str(address.hostname),
        "port": str(address.port),
        "from": address_of(person),
        "head": "\r\n".join([*head, "", ""]),
        "hello": _hello(path),
        "ready": _HYDRATED,
        "say": _event(f"{FEED}.send", _message(_room_of(path), f"{PLACE}{TEXT[36:]}", PLACE), _address(path)),
    }


def address_of(person: Someone) -> str:
    """Return a person's address: connections of one address are limited."""
    return str(IPv4Address("127.64.0.1") + person.actor.user_id.int % (1 << 20))


def _socket_path(token: UUID) -> str:
    return f"/_event/?token={token}&EIO=4&transport=websocket"


def _room_of(path: str) -> UUID | None:
    return UUID(path.removeprefix("/r/")) if path.startswith("/r/") else None


def _address(path: str) -> dict[str, Any]:
    room = _room_of(path)
    return {"pathname": path, "asPath": path, "query": {"room_id": str(room)} if room else {}}


def _hello(path: str) -> str:
    """Return the connect packet, with the boot event of a page."""
    payload, schema = _compiled()
    event = {"name": "reflex___state____state.hydrate_and_load", "payload": payload, "router_data": _address(path)}
    return f"40/_event,{_dumps({'event': event, 'state_schema': schema})}"


def _event(name: str, payload: dict[str, Any], address: dict[str, Any]) -> str:
    return f"42/_event,{_dumps(['event', {'name': name, 'payload': payload, 'router_data': address}])}"


def _message(room: UUID | None, text: str, nonce: str) -> dict[str, str]:
    return {"room": str(room), "text": text, "nonce": nonce, "reply_to": ""}


@cache
def _compiled() -> tuple[dict[str, Any], str]:
    """Return what the built pages say about the state they were compiled for."""
    source = _CONTEXT.read_text()
    hashes = re.search(r"initialStateHashes = (\[.*\])", source)
    schema = re.search(r'stateSchema = "(\w+)"', source)
    assert hashes, "the pages are built"
    assert schema
    return {"hashes": json.loads(hashes[1])}, schema[1]


def _dumps(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
