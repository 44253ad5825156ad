"""`python -m bench.flooder URL COOKIE SECONDS [KIND]`: somebody who sends as much as they can, in one way or in all.

A process of its own: what it spends must not hold up those who measure.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

FEED: Final = "reflex___state____state.chat_app___ui___transport___state____feed_state"
AT_ONCE: Final = 4
"""Connections of each kind."""

_PAGE: Final = {"pathname": "/", "asPath": "/", "query": {}}
_BREATH: Final = 0.01  # seconds before somebody who was cut off comes back


def _event(name: str, **payload: object) -> str:
    return "42/_event," + json.dumps(["event", {"name": name, "payload": payload, "router_data": _PAGE}])


PACKETS: Final = {
    "valid": _event(f"{FEED}.read", room=str(uuid4()), seq=1),
    "unknown": _event("reflex___state____state.no_such_state.no_such_event"),
    "hydrate": _event("reflex___state____state.hydrate"),
    "no event": '42/_event,["client_error",{"message":"x"}]',
    "junk": "42/_event,[[[[",
    "pong": "3",
    "namespaces": "41/_event,",
    "big": _event(f"{FEED}.send", room=str(uuid4()), text="x" * 500_000, nonce=str(uuid4()), reply_to=""),
}


async def flood(url: str, cookie: str, seconds: float, kind: str = "") -> None:
    """Send one of :data:`KINDS`, or all at once, until the time is over."""
    ends = time.monotonic() + seconds
    ways = [KINDS[each] for each in ([kind] if kind else KINDS)]
    await asyncio.gather(*(_again(way, url, cookie, ends) for way in ways for _ in range(AT_ONCE)))


Way = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str, str], Awaitable[None]]


async def _again(way: Way, url: str, cookie: str, ends: float) -> None:
    """Do it once more whenever the server has had enough."""
    address = urlsplit(url)
    while (left := ends - time.monotonic()) > 0:
        with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            async with asyncio.timeout(left):
                reader, writer = await asyncio.open_connection(address.hostname, address.port)
                try:
                    await way(reader, writer, url, cookie)
                finally:
                    writer.transport.abort()
        await asyncio.sleep(_BREATH)


def _packets(packet: str) -> Way:
    async def send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str, cookie: str) -> None:
        await _open(reader, writer, url, cookie)
        drain = asyncio.create_task(_read(reader))
        data = frame(packet) * max(1, 20_000 // len(packet))
        while not drain.done():
            writer.write(data)
            await writer.drain()

    return send


async def _storm(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str, cookie: str) -> None:
    await _open(reader, writer, url, cookie)
    writer.write(frame(PACKETS["hydrate"]))
    await reader.read(1)


async def _requests(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str, cookie: str) -> None:
    drain = asyncio.create_task(_read(reader))
    request = f"GET /healthz HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n\r\n".encode()
    while not drain.done():
        writer.write(request * 16)
        await writer.drain()
        await asyncio.sleep(0)


KINDS: Final = {name: _packets(packet) for name, packet in PACKETS.items()} | {"storm": _storm, "requests": _requests}


async def _read(reader: asyncio.StreamReader) -> None:
    with suppress(OSError):
        while await reader.read(1 << 16):
            pass


async def _open(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str, cookie: str) -> None:
    lines = [
        f"GET /_event/?token={uuid4()}&EIO=4&transport=websocket HTTP/1.1",
        f"Host: {urlsplit(url).netloc}",
        f"Origin: {url}",
        f"Cookie: {cookie}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    await reader.readuntil(b"\r\n\r\n")
    writer.write(frame("40/_event,"))


def frame(text: str) -> bytes:
    """Return a websocket's text frame as a client sends it, masked with nothing."""
    data = text.encode()
    length = len(data)
    if length < 126:
        size = bytes([0x80 | length])
    elif length < 1 << 16:
        size = bytes([0x80 | 126]) + length.to_bytes(2)
    else:
        size = bytes([0x80 | 127]) + length.to_bytes(8)
    return b"\x81" + size + bytes(4) + data


if __name__ == "__main__":
    os.nice(10)  # it has a machine of its own in life
    asyncio.run(flood(sys.argv[1], sys.argv[2], float(sys.argv[3]), *sys.argv[4:]))
