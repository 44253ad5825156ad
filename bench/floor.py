"""The floor: what python-socketio does at best on this machine, on the same server settings, with nothing behind it.

`python -m bench.floor PORT` is the server: whoever connects is in one room, and asks for a flood of one packet.
"""

import asyncio
import json
import sys
import time
from typing import Any, Final

import aiohttp
import socketio
import uvicorn

from bench.site import child, free_port
from chat_app.launch.server import configuration

COUNT: Final = 300
NAMESPACE: Final = "/_event"


def serve(port: int) -> None:
    """Serve on loopback until terminated."""
    server = socketio.AsyncServer(async_mode="asgi", transports=["websocket"], async_handlers=False)

    async def connected(sid: str, environ: dict[str, Any]) -> None:
        await server.enter_room(sid, "all", namespace=NAMESPACE)

    async def flood(sid: str, payload: Any, count: int) -> None:
        for _ in range(count):
            await server.emit("event", payload, room="all", namespace=NAMESPACE)

    server.on("connect", connected, namespace=NAMESPACE)
    server.on("flood", flood, namespace=NAMESPACE)
    config = configuration(socketio.ASGIApp(server, socketio_path=NAMESPACE))
    config.host, config.port = "127.0.0.1", port
    asyncio.run(_announced(uvicorn.Server(config)))


async def _announced(server: uvicorn.Server) -> None:
    print("The floor stands", flush=True)
    await server.serve()


async def deliveries_a_second(http: aiohttp.ClientSession, packet: str, listeners: int) -> float:
    """Flood ``listeners`` clients with what ``packet`` carries."""
    port = free_port()
    with child("-m", "bench.floor", str(port), ready="(The floor stands)"):
        sockets = [await _connected(http, port) for _ in range(listeners)]
        [_, payload] = json.loads(packet.partition(",")[2])
        begun = time.time()
        await sockets[0].send_str(f"42{NAMESPACE},{json.dumps(['flood', payload, COUNT])}")
        await asyncio.gather(*(_receive(each, COUNT) for each in sockets))
        took = time.time() - begun
        for each in sockets:
            await each.close()
    return listeners * COUNT / took


async def _connected(http: aiohttp.ClientSession, port: int) -> aiohttp.ClientWebSocketResponse:
    url = f"ws://127.0.0.1:{port}{NAMESPACE}/?EIO=4&transport=websocket"
    for _ in range(100):
        try:
            socket = await http.ws_connect(url)
            break
        except aiohttp.ClientConnectorError:
            await asyncio.sleep(0.05)
    await socket.send_str(f"40{NAMESPACE},")
    await _receive(socket, 2)
    return socket


async def _receive(socket: aiohttp.ClientWebSocketResponse, count: int) -> None:
    while count:
        message = await socket.receive()
        count -= message.data != "2"  # a ping


if __name__ == "__main__":
    serve(int(sys.argv[1]))
