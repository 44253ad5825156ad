"""The floor: what python-socketio does at best on this machine, on the same server settings, with nothing behind it.

`python -m bench.floor PORT` is the server: whoever connects is in one room, which is sent what anybody says, or a flood
of it. Its clients, and how they count, are those of Parley.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import psutil
import socketio
import uvicorn

from bench.load import Heard, Load, load
from bench.meter import processor_seconds
from bench.nonces import PLACE, nonces_in
from bench.site import child, free_port
from chat_app.launch.server import configuration

COUNT: Final = 200
NAMESPACE: Final = "/_event"


def serve(port: int) -> None:
    """Serve on loopback until terminated."""
    server = socketio.AsyncServer(async_mode="asgi", transports=["websocket"], async_handlers=False)

    async def connected(sid: str, environ: dict[str, Any]) -> None:
        await server.enter_room(sid, "all", namespace=NAMESPACE)

    async def say(sid: str, count: int, event: str, *payload: Any) -> None:
        for _ in range(count):
            await server.emit(event, payload, room="all", namespace=NAMESPACE)

    server.on("connect", connected, namespace=NAMESPACE)
    server.on("say", say, namespace=NAMESPACE)
    config = configuration(socketio.ASGIApp(server, socketio_path=NAMESPACE))
    config.host, config.port = "127.0.0.1", port
    asyncio.run(_announced(uvicorn.Server(config)))


async def _announced(server: uvicorn.Server) -> None:
    print("The floor stands", flush=True)
    await server.serve()


@dataclass(frozen=True, slots=True)
class Flooded:
    """A flood's outcome."""

    deliveries_a_second: float
    spent: float
    """Processor seconds of the server for each delivery."""

    busiest: float

    def between(self, other: "Flooded") -> "Flooded":
        """Return the middle of two."""
        return Flooded(
            (self.deliveries_a_second + other.deliveries_a_second) / 2,
            (self.spent + other.spent) / 2,
            max(self.busiest, other.busiest),
        )


async def flooded(packet: str, listeners: int) -> Flooded:
    """Send ``packet`` to so many clients as often and as fast as it goes."""
    async with _listening(packet, listeners) as (load, server):
        before = processor_seconds(server)
        heard = await load.flood(_say(packet, COUNT), COUNT)
        spent = processor_seconds(server) - before
    return Flooded(heard.deliveries / heard.seconds, spent / heard.deliveries, heard.busiest)


async def calm(packet: str, listeners: int, rate: float, count: int) -> Heard:
    """Send ``packet`` at a calm pace."""
    async with _listening(packet, listeners) as (load, _):
        await load.talk(rate, 1)
        return await load.talk(rate, count)


@asynccontextmanager
async def _listening(packet: str, listeners: int) -> AsyncIterator[tuple[Load, psutil.Process]]:
    port = free_port()
    with child("-m", "bench.floor", str(port), ready="(The floor stands)") as (process, _):
        async with load() as client:
            await _reachable(port)
            await client.open([_visit(port, packet)] * listeners)
            yield client, psutil.Process(process.pid)


async def _reachable(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


def _visit(port: int, packet: str) -> dict[str, str]:
    head = [
        f"GET {NAMESPACE}/?EIO=4&transport=websocket HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ]
    return {
        "host": "127.0.0.1",
        "port": str(port),
        "from": "127.0.0.1",
        "head": "\r\n".join([*head, "", ""]),
        "hello": f"40{NAMESPACE},",
        "ready": f"40{NAMESPACE},",
        "say": _say(packet.replace(nonces_in(packet.encode())[0].decode(), PLACE), 1),
    }


def _say(packet: str, count: int) -> str:
    """Have the server send ``packet`` to everybody."""
    return f"42{NAMESPACE},{json.dumps(['say', count, *json.loads(packet.partition(',')[2])])}"


if __name__ == "__main__":
    serve(int(sys.argv[1]))
