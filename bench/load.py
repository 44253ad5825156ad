"""The load client: tabs in processes of their own (`bench/listeners.py`), controlled from here."""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from bench.site import ROOT
from bench.waiting import within

PROCESSES: Final = 2
AT_ONCE: Final = 10
"""The tabs that each process opens at a time, where nothing else is asked for."""

PATIENCE: Final = 5.0
"""Seconds in which nothing more comes, after which what is missing will not come."""

ANSWER_SECONDS: Final = 300.0

_LINE: Final = 1 << 27  # bytes

Visit = dict[str, str]
"""The packets that a tab sends and waits for, see `bench/tab.py`."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The messages that all tabs have received."""

    delays: list[float]
    packets: int
    bytes: int
    seconds: float
    """From the first message's start to the last one's arrival."""

    busiest: float
    """The largest share of a core that a process of the load client took."""

    missing: int
    """Deliveries that did not come: a page would have seen the gap, and asked for them."""

    sample: str
    """A packet with one message."""

    @property
    def deliveries(self) -> int:
        """The number of messages, times the tabs that got them."""
        return len(self.delays)


class Load:
    """Tabs, spread over processes."""

    def __init__(self, processes: Sequence[Process]) -> None:
        self._processes = processes
        self.tabs = 0

    async def open(self, visits: Sequence[Visit], at_once: int = AT_ONCE) -> list[float]:
        """Open tabs beside those that are open; returns how many seconds each took."""
        count = len(self._processes)
        answers = await asyncio.gather(
            *(
                _ask(process, "open", visits=list(visits[number::count]), at_once=at_once)
                for number, process in enumerate(self._processes)
            )
        )
        self.tabs += len(visits)
        return [took for answer in answers for took in answer["took"]]

    async def drop(self) -> None:
        """Have all tabs lose their connections."""
        await self._all("drop")
        self.tabs = 0

    async def talk(self, rate: float, count: int) -> Heard:
        """Have one tab speak calmly; returns when all has come to all."""
        return await self._heard("talk", rate=rate, count=count)

    async def press(self, senders: int, underway: int, each: int, seconds: float) -> Heard:
        """Have tabs say all that gets through for a while; returns when all has come to all."""
        return await self._heard("press", senders=senders, underway=underway, each=each, seconds=seconds)

    async def flood(self, packet: str, count: int) -> Heard:
        """Send a packet that makes the server send ``count`` messages; returns when all have come to all."""
        return await self._heard("send", expected=count, packet=packet)

    async def _heard(self, command: str, expected: int = 0, **arguments: Any) -> Heard:
        await self._all("take")
        spent = [answer["spent"] for answer in await self._all("report")]
        begun = time.time()
        said = (await _ask(self._processes[0], command, **arguments)).get("said", expected)
        missing, newest = said * self.tabs, time.time()
        while missing and time.time() - newest < PATIENCE:
            answers = await self._all("report", sleep=0.02)
            missing = said * self.tabs - sum(answer["deliveries"] for answer in answers)
            newest = max(newest, *(answer["last"] for answer in answers))
        shares = [answer["spent"] - before for answer, before in zip(await self._all("report"), spent, strict=True)]
        took = time.time() - begun
        parts = await self._all("take")
        return Heard(
            [delay for part in parts for delay in part["delays"]],
            sum(part["packets"] for part in parts),
            sum(part["bytes"] for part in parts),
            max(part["last"] for part in parts) - begun,
            max(shares) / took,
            missing,
            max(part["sample"] for part in parts),
        )

    async def _all(self, command: str, **arguments: Any) -> list[dict[str, Any]]:
        return await asyncio.gather(*(_ask(process, command, **arguments) for process in self._processes))


@asynccontextmanager
async def load() -> AsyncIterator[Load]:
    """Start the processes, and end them."""
    command = (sys.executable, "-m", "bench.listeners")
    processes = [
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE, limit=_LINE)
        for _ in range(PROCESSES)
    ]
    try:
        yield Load(processes)
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _ask(process: Process, command: str, **arguments: Any) -> dict[str, Any]:
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps([command, arguments]).encode() + b"\n")
    line = await within(process.stdout.readline(), f"the load client's answer to {command}", ANSWER_SECONDS)
    answer: dict[str, Any] = json.loads(line)
    return answer
