"""Answers of models: what Parley adds between a vendor's token and the reader's screen."""

import asyncio
import time
from typing import Final

import aiohttp

from bench.crowd import open_tabs
from bench.figures import Figure, delays
from bench.people import Community, Someone
from bench.site import Site
from bench.tab import Tab, ops_of
from bench.waiting import within
from tests.vendor.script import Script, sent_at

RUNS: Final = {1: (5, 30.0, 5.0), 10: (2, None, None), 50: (2, 120.0, 25.0)}
"""Answers at once: how often each reader asks, and the most that is added to a first token and to each, in
milliseconds."""

AT_ONCE_MOST: Final = 350.0
"""The most that is added to a first token where all ask in the same instant, which people do not."""

RATE, TOKENS = 50, 150
LONG, LONG_RATE = 1_000, 100
"""Tokens of the answer whose bytes are counted."""
SHORT: Final = "[[tokens 10 rate 50 clock]]"
QUESTION: Final = f"[[tokens {TOKENS} rate {RATE} clock]]"
"""The vendor's first token leaves as soon as it is asked, so all that comes before it is Parley's doing too."""

PART: Final = "Answers"


class Reader:
    """A tab in a room of its own, reading an answer whose every token is the time at which the vendor sent it."""

    def __init__(self, tab: Tab) -> None:
        self._tab, tab.receive = tab, self._note
        self._done = asyncio.Event()
        self.late: list[float] = []
        self.first: list[float] = []

    async def ask(self, times: int, after: float, question: str = QUESTION) -> None:
        """Ask, and read to the end, so many times; the first after so many seconds."""
        await asyncio.sleep(after)
        for _ in range(times):
            self._answering, self._timed = False, "clock" in question
            self._done.clear()
            self._asked = time.time()
            await self._tab.send(question)
            await within(self._done.wait(), "an answer")

    def _note(self, at: float, packet: str) -> None:
        for op in ops_of(packet):
            if op["t"] == "stream":
                if not self._answering:
                    self._answering = True
                    self.first.append(at - self._asked)
                if self._timed:
                    self.late += [at - moment for moment in sent_at(op["text"])]
            elif op["t"] == "message" and op["m"].get("ai", {}).get("status") == "complete":
                self._done.set()


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """People ask and read, each in a room of their own: first at moments of their own, then all in the same instant."""
    people = await community.people(max(RUNS))
    tabs = [await own_room(http, site, community, person) for person in people]
    await Reader(tabs[0]).ask(1, 0)  # what the server loads for the first answer of all does not count
    figures = []
    viewed = asyncio.create_task(_viewed(http, site, community))
    for count, (times, most, each) in RUNS.items():
        readers = [Reader(tab) for tab in tabs[:count]]
        pause = TOKENS / RATE / count
        await asyncio.gather(*(reader.ask(times, number * pause) for number, reader in enumerate(readers)))
        figures += _figures(f"{count} at once", readers, most, each)
    readers = [Reader(tab) for tab in tabs]
    await asyncio.gather(*(reader.ask(1, 0) for reader in readers))
    figures += _figures(f"{len(tabs)} asked in one instant", readers, AT_ONCE_MOST)
    size, text = await viewed, sum(map(len, Script(tokens=LONG).words()))
    figures.append(Figure(PART, f"an answer of {LONG:,} tokens, to each viewer", size / 2**10, "KiB", 15))
    figures.append(Figure(PART, "the same, of its text", size / text, "times", 2))
    for tab in tabs:
        await tab.close()
    return figures


async def own_room(http: aiohttp.ClientSession, site: Site, community: Community, person: Someone) -> Tab:
    """Open a tab of a person in a new room, where every message is answered."""
    room = await community.room("answers", [person], ai_rule="always")
    [tab] = await open_tabs(http, site, [person], f"/r/{room}")
    return tab


async def _viewed(http: aiohttp.ClientSession, site: Site, community: Community) -> int:
    """Return the bytes that a viewer receives while another person asks and reads."""
    people = await community.people(2)
    room = await community.room("viewed", people, ai_rule="always")
    asker, viewer = await open_tabs(http, site, people, f"/r/{room}")
    reader = Reader(asker)
    await reader.ask(1, 0, SHORT)  # by then all of the arrival has come
    before = viewer.bytes
    await reader.ask(1, 0, f"[[tokens {LONG} rate {LONG_RATE}]]")
    for tab in (asker, viewer):
        await tab.close()
    return viewer.bytes - before


def _figures(name: str, readers: list[Reader], most: float | None, each: float | None = None) -> list[Figure]:
    first = [late for reader in readers for late in reader.first]
    pieces = [late for reader in readers for late in reader.late]
    return [
        *delays(PART, f"{name}: first token, from the question on, added", first, p50=most),
        *delays(PART, f"{name}: each token, added", pieces, p50=each),
    ]
