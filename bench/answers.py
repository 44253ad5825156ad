"""Answers of models: what Parley adds between a vendor's token and the reader's screen."""

import asyncio
import time
from typing import Final

import aiohttp

from bench.crowd import open_tabs
from bench.figures import Figure, delays, percentile
from bench.people import Community, Someone
from bench.site import Site
from bench.tab import Tab, ops_of
from tests.vendor.script import sent_at

RUNS: Final = {1: 30.0, 10: None, 50: 120.0}
"""Answers at once, and the most that the first token of each may be late, in milliseconds."""

RATE, TOKENS = 50, 150
QUESTION: Final = f"[[tokens {TOKENS} rate {RATE} clock]]"
PART: Final = "Answers"


class Reader:
    """A tab in a room of its own, reading an answer whose every token is the time at which the vendor sent it."""

    def __init__(self, tab: Tab) -> None:
        self._tab, tab.receive = tab, self._note
        self._done = asyncio.Event()
        self.sent: list[float] = []
        self.late: list[float] = []

    async def ask(self) -> None:
        """Ask, and read to the end."""
        self.asked = time.time()
        await self._tab.send(QUESTION)
        await asyncio.wait_for(self._done.wait(), 60)

    def _note(self, at: float, packet: str) -> None:
        for op in ops_of(packet):
            if op["t"] == "stream":
                sent = sent_at(op["text"])
                self.sent += sent
                self.late += [at - moment for moment in sent]
            elif op["t"] == "message" and op["m"].get("ai", {}).get("status") == "complete":
                self._done.set()


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """One, ten and fifty people ask at the same moment, each in a room of their own."""
    people = await community.people(max(RUNS))
    tabs = [await _own_room(http, site, community, person) for person in people]
    figures = []
    for count, most in RUNS.items():
        readers = [Reader(tab) for tab in tabs[:count]]
        await asyncio.gather(*(reader.ask() for reader in readers))
        figures += _figures(count, most, readers)
    for tab in tabs:
        await tab.close()
    return figures


async def _own_room(http: aiohttp.ClientSession, site: Site, community: Community, person: Someone) -> Tab:
    room = await community.room("answers", [person], ai_rule="always")
    [tab] = await open_tabs(http, site, [person], f"/r/{room}")
    return tab


def _figures(count: int, most: float | None, readers: list[Reader]) -> list[Figure]:
    name = f"{count} at once"
    first = [reader.late[0] for reader in readers]
    begun = [reader.sent[0] - reader.asked for reader in readers]
    shown = [reader.sent[0] + reader.late[0] - reader.asked for reader in readers]
    pieces = [late for reader in readers for late in reader.late]
    figures = [
        Figure(PART, f"{name}: from the question to the vendor's first token, p50", percentile(begun, 50) * 1000, "ms"),
        Figure(PART, f"{name}: first token, added, p50", percentile(first, 50) * 1000, "ms", most),
        Figure(PART, f"{name}: from the question to the first token shown, p50", percentile(shown, 50) * 1000, "ms"),
    ]
    return figures + delays(PART, f"{name}: each token, added", pieces, p50=40)
