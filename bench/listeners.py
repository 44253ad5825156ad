"""`python -m bench.listeners`: a process full of tabs that do no more than listen and speak, so it is never the limit.

Each line of the input is a command in JSON: ``[name, {arguments}]``, each line of the output its answer. What a tab
sends and what it waits for stands in its visit (`bench/tab.py`); here nothing is known of packets but their nonces.
"""

import asyncio
import json
import sys
import time
from array import array
from collections.abc import Sequence
from typing import Any, Final, cast

import uvloop

from bench.flooder import frame
from bench.nonces import PLACE, made_at, new_nonce, nonces_in

PATIENCE: Final = 90.0


class Notes:
    """The messages that the tabs of this process have received since the last report."""

    def __init__(self) -> None:
        self.delays = array("d")
        self.packets = self.bytes = 0
        self.last = 0.0
        self.sample = b""

    def take(self, at: float, packet: bytes, nonces: Sequence[bytes]) -> None:
        """Note the messages of a packet."""
        self.packets += 1
        self.bytes += len(packet)
        self.last = at
        if len(nonces) == 1:
            self.sample = packet
        self.delays.extend([at - made_at(nonce) for nonce in nonces])


class Listener(asyncio.Protocol):
    """One tab's socket."""

    def __init__(self, client: "Client", visit: dict[str, str]) -> None:
        self._client, self._visit, self._rest, self._open = client, visit, b"", False
        self.ready: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.own: dict[bytes, asyncio.Event] = {}
        """The messages that this tab has sent and not yet received."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a websocket."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's are of no such class
        self.transport.write(self._visit["head"].encode())

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the wait for the page, and report a lost connection that was not dropped on purpose."""
        if self.ready.done() and not self.transport.is_closing():
            print(f"A tab has lost its connection: {exc!r}, {self._rest[:200]!r}", file=sys.stderr)
        elif not self.ready.done():
            self.ready.set_exception(ConnectionError(f"The server has hung up: {self._rest[:200]!r}"))

    def data_received(self, data: bytes) -> None:
        """Split the received bytes into frames."""
        at, data, start = time.time(), self._rest + data, 0
        if not self._open:
            self._open = b"\r\n\r\n" in data
            if not self._open or not data.startswith(b"HTTP/1.1 101"):
                self._rest = data
                return
            start = data.index(b"\r\n\r\n") + 4
            self.send(self._visit["hello"])
        while len(data) >= start + 2:
            size, begins = data[start + 1], start + 2
            if size > 125:
                begins += 2 if size == 126 else 8
                size = int.from_bytes(data[start + 2 : begins])
            if len(data) < begins + size:
                break
            self._take(at, data[start] & 15, data[begins : begins + size])
            start = begins + size
        self._rest = data[start:]

    def _take(self, at: float, kind: int, packet: bytes) -> None:
        if nonces := nonces_in(packet):
            self._client.notes.take(at, packet, nonces)
            for nonce in self.own.keys() & nonces if self.own else ():
                self.own.pop(nonce).set()
        elif packet == b"2":
            self.send("3")
        elif kind == 9:
            self.transport.write(b"\x8a\x80" + bytes(4))
        if not self.ready.done() and self._visit["ready"].encode() in packet:
            self.ready.set_result(at)

    def send(self, packet: str) -> None:
        """Send a packet."""
        self.transport.write(frame(packet))

    def say(self) -> asyncio.Event:
        """Say something; the event is set when it has come back."""
        nonce = new_nonce()
        self.own[nonce.encode()] = heard = asyncio.Event()
        self.send(self._visit["say"].replace(PLACE, nonce))
        return heard


class Client:
    """The tabs of this process, and their commands."""

    def __init__(self) -> None:
        self.notes, self._tabs = Notes(), list[Listener]()

    async def open(self, visits: list[dict[str, str]], at_once: int) -> dict[str, Any]:
        """Open tabs, so many at a time, and say how long each took."""
        gate = asyncio.Semaphore(at_once)

        async def one(visit: dict[str, str]) -> tuple[Listener, float]:
            async with gate:
                begun = time.time()
                make, loop = lambda: Listener(self, visit), asyncio.get_running_loop()
                _, tab = await loop.create_connection(
                    make, visit["host"], int(visit["port"]), local_addr=(visit["from"], 0)
                )
                return tab, await asyncio.wait_for(tab.ready, PATIENCE) - begun

        opened = await asyncio.gather(*map(one, visits))
        self._tabs += [tab for tab, _ in opened]
        return {"took": [took for _, took in opened]}

    async def drop(self) -> dict[str, Any]:
        """Lose all connections, as when a network fails."""
        for tab in self._tabs:
            tab.transport.abort()
        self._tabs = []
        await asyncio.sleep(0)
        return {}

    async def send(self, packet: str) -> dict[str, Any]:
        """Send a packet through the first tab."""
        self._tabs[0].send(packet)
        return {}

    async def talk(self, rate: float, count: int) -> dict[str, Any]:
        """Say so many messages at a calm pace, through the tab in the middle."""
        loop = asyncio.get_running_loop()
        begun, tab = loop.time(), self._tabs[len(self._tabs) // 2]
        for number in range(1, count + 1):
            await asyncio.sleep(begun + number / rate - loop.time())
            tab.say()
        return {"said": count}

    async def press(self, senders: int, underway: int, each: int, seconds: float) -> dict[str, Any]:
        """Say as much as gets through: the newest tabs, each with so many messages under way."""
        ends = time.monotonic() + seconds

        async def one(tab: Listener) -> int:
            said = 0
            while said < each // underway and time.monotonic() < ends:
                await asyncio.wait_for(tab.say().wait(), PATIENCE)
                said += 1
            return said

        said = await asyncio.gather(*(one(tab) for tab in self._tabs[-senders:] for _ in range(underway)))
        return {"said": sum(said)}

    async def report(self, sleep: float = 0) -> dict[str, Any]:
        """Say how many messages have come to how many tabs, and what this process has spent."""
        await asyncio.sleep(sleep)
        return {"deliveries": len(self.notes.delays), "last": self.notes.last, "spent": time.process_time()}

    async def take(self) -> dict[str, Any]:
        """Return all notes, and clear them."""
        notes, self.notes = self.notes, Notes()
        return {
            "delays": notes.delays.tolist(),
            "packets": notes.packets,
            "bytes": notes.bytes,
            "last": notes.last,
            "sample": notes.sample.decode(),
        }


async def main() -> None:
    """Do what the lines say, one after the other, until there are no more."""
    client, loop = Client(), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        name, arguments = json.loads(line)
        print(json.dumps(await getattr(client, name)(**arguments)), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
