"""Tabs in one room, and the journey of every message to each of them."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Final

import aiohttp

from bench.nonces import nonces_in
from bench.people import Someone
from bench.site import Site
from bench.tab import Tab
from bench.waiting import within

_AT_ONCE: Final = 20


async def open_tabs(http: aiohttp.ClientSession, site: Site, people: Iterable[Someone], path: str) -> list[Tab]:
    """Open a tab for each person, all at the same page."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def opened(person: Someone) -> Tab:
        async with gate:
            return await Tab(http, site, person).open(path)

    return list(await asyncio.gather(*map(opened, people)))


class Crowd:
    """The tabs that show one room."""

    def __init__(self, tabs: Sequence[Tab]) -> None:
        self.tabs = tabs
        self.delays: list[float] = []
        self.packets = self.bytes = 0
        self.sample = ""
        self._sent: dict[str, float] = {}
        self._heard: dict[str, int] = {}
        self._own: dict[str, asyncio.Event] = {}
        self._missing = 0
        self._complete = asyncio.Event()
        for tab in tabs:
            tab.receive = self._note

    @property
    def deliveries(self) -> int:
        """Count how many messages have come to how many tabs."""
        return len(self.delays)

    async def say(self, tab: Tab) -> asyncio.Event:
        """Have a tab send a message; the event is set when everybody has it."""
        begun = time.time()
        self._missing += len(self.tabs)
        self._complete.clear()
        nonce = await tab.send_marked()
        self._sent[nonce] = begun
        event = self._own[nonce] = asyncio.Event()
        return event

    async def told(self, tab: Tab) -> None:
        """Have a tab send a message, and wait until everybody has it. Ends the program where that was refused."""
        event = await self.say(tab)
        await within(event.wait(), "a message that came to everybody (it was refused, or is lost)")

    async def everything(self) -> None:
        """Wait until all that was said is everywhere."""
        await within(self._complete.wait(), "all messages at everybody's")

    def _note(self, at: float, packet: str) -> None:
        nonces = [nonce.decode() for nonce in nonces_in(packet.encode())]
        if not nonces:
            return
        self.packets += 1
        self.bytes += len(packet)
        self.sample = packet if len(nonces) == 1 else self.sample
        for nonce in nonces:
            self.delays.append(at - self._sent[nonce])
            heard = self._heard[nonce] = self._heard.get(nonce, 0) + 1
            if heard == len(self.tabs):
                self._own[nonce].set()
        self._missing -= len(nonces)
        if not self._missing:
            self._complete.set()
