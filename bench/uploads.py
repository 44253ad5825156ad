"""Photos that are uploaded beside a quiet room, the memory of the server meanwhile, and the time of a thumbnail."""

import asyncio
import json
import os
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import aiohttp
import psutil

from bench.crowd import Crowd, open_tabs
from bench.figures import Figure, percentile
from bench.meter import Meter
from bench.people import Community, Someone
from bench.site import ROOT, Site
from bench.uploader import photo
from bench.waiting import within
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.web_session import cookie_name

UPLOADS: Final = 20
SPEAKERS: Final = 12
ROUNDS: Final = 6
SECONDS: Final = 2.8
PAUSE: Final = 0.06
"""Between two messages: so many people may send 120 a minute each."""
THUMBNAILS: Final = 10
PART: Final = "Uploads"


@dataclass(slots=True)
class _Talk:
    """The times of messages: ``delays`` until everybody has it, and the ``work`` of the server's main thread."""

    delays: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Measure messages of a quiet room without uploads, beside those of others to nobody and to the server, in turn."""
    people = await community.people(UPLOADS + SPEAKERS)
    speakers, uploading = people[:SPEAKERS], people[SPEAKERS:]
    room, full = await community.room("quiet", speakers), await community.room("photos", uploading)
    crowd = Crowd(await open_tabs(http, site, speakers, f"/r/{room}"))
    without, control, beside = _Talk(), _Talk(), _Talk()
    grown, spent, own = list[int](), list[float](), list[float]()
    async with (
        _sink() as sink,
        _uploader(site, sink, uploading, full) as idle,
        _uploader(site, site.url, uploading, full) as busy,
    ):
        await busy.upload(asyncio.sleep(0))  # what is loaded once
        for _ in range(ROUNDS):
            before = await site.calm()
            await _talk(site, crowd, without)
            await idle.upload(_talk(site, crowd, control))
            async with _peak(site.server) as peak:
                meter, server = Meter(site), sum(site.server.cpu_times()[:2])
                uploads = await busy.upload(_talk(site, crowd, beside))
                spent.append(meter.spent().server / uploads)
                own.append((sum(site.server.cpu_times()[:2]) - server) / uploads)
            grown.append(peak[0] - before)
    for tab in crowd.tabs:
        await tab.close()
    return [
        *_of_talk("without uploads", without),
        *_of_talk(f"beside {UPLOADS} uploads of 5 MB to a server that drops them", control),
        *_of_talk(f"beside {UPLOADS} uploads of 5 MB", beside),
        Figure(PART, "p99 beside uploads, by that without", _p99(beside) / _p99(without), "times", 1.5),
        Figure(PART, "server, above idle, the largest meanwhile", max(grown) / 2**20, "MiB", 30),
        Figure(PART, "CPU of each upload, server and its examiners, messages included", min(spent) * 1000, "ms"),
        Figure(PART, "of that the server", min(own) * 1000, "ms"),
        *await _thumbnails(),
    ]


def _p99(talk: _Talk) -> float:
    return percentile(talk.delays, 99)


def _of_talk(when: str, talk: _Talk) -> list[Figure]:
    return [
        Figure(PART, f"a message {when}, p50", percentile(talk.delays, 50) * 1000, "ms"),
        Figure(PART, f"a message {when}, p99", _p99(talk) * 1000, "ms"),
        Figure(PART, "the main thread's work meanwhile, p50", percentile(talk.work, 50) * 1000, "ms"),
        Figure(PART, "the main thread's work meanwhile, p95", percentile(talk.work, 95) * 1000, "ms"),
    ]


async def _talk(site: Site, crowd: Crowd, talk: _Talk) -> None:
    """Say one message after the other for a while."""
    ends = time.monotonic() + SECONDS
    for tab in cycle(crowd.tabs):
        begun, before = crowd.deliveries, _main_thread(site)
        await crowd.told(tab)
        talk.work.append(_main_thread(site) - before)
        talk.delays.append(max(crowd.delays[begun:]))
        await asyncio.sleep(PAUSE)
        if time.monotonic() > ends:
            return


def _main_thread(site: Site) -> float:
    """Return the processor seconds of the thread that serves everybody: no other program delays those."""
    spent, *_ = Path(f"/proc/{site.server.pid}/schedstat").read_text().split()
    return int(spent) / 1e9


@asynccontextmanager
async def _sink() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.sink", cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    assert process.stdout
    yield (await within(process.stdout.readline(), "the sink's address")).decode().strip()
    await within(process.communicate(b""), "the sink's end")  # Python 3.11 closes no standard input without bytes


@dataclass(frozen=True, slots=True)
class _Uploader:
    """A process that uploads when it is told to."""

    process: Process

    async def upload(self, meanwhile: Coroutine[Any, Any, None]) -> int:
        """Have photos uploaded until something has been done, and the last of them to its end; return how many."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(b"go\n")
        await meanwhile
        self.process.stdin.write(b"enough\n")
        if not (answer := await within(self.process.stdout.readline(), "the uploads")):
            raise SystemExit("the uploads failed")
        return len(json.loads(answer))


@asynccontextmanager
async def _uploader(site: Site, url: str, people: Sequence[Someone], room: UUID) -> AsyncIterator[_Uploader]:
    """Start a process that uploads to a server as these people, and has its photo."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.uploader", cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    assert process.stdin
    assert process.stdout
    name = cookie_name(site.url)
    asked = {"site": url, "people": [(f"{name}={each.cookie}", str(room)) for each in people]}
    process.stdin.write(json.dumps(asked).encode() + b"\n")
    await within(process.stdout.readline(), "an uploader with its photo")
    yield _Uploader(process)
    await within(process.communicate(b""), "the uploader's end")


@asynccontextmanager
async def _peak(server: psutil.Process) -> AsyncIterator[list[int]]:
    """Look at the server's memory often; the value has the largest."""
    largest = [0]

    async def look() -> None:
        while True:
            largest[0] = max(largest[0], server.memory_info().rss)
            await asyncio.sleep(0.02)

    looking = asyncio.create_task(look())
    try:
        yield largest
    finally:
        looking.cancel()


async def _thumbnails() -> list[Figure]:
    """Examine a photo of 12 megapixels again and again, in a child as the server's."""
    examiner, took, spent = ProcessExaminer(), list[float](), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(photo())
        for _ in range(THUMBNAILS + 1):
            before, begun = _children(), time.monotonic()
            await examiner.examine(path, name="photo.jpg", declared="image/jpeg", into=Path(folder))
            took.append(time.monotonic() - begun)
            spent.append(_children() - before)
    await examiner.aclose()
    return [
        Figure(PART, "a photo of 12 megapixels examined, with thumbnails, p50", percentile(took[1:], 50) * 1000, "ms"),
        Figure(PART, "the same: CPU, p50", percentile(spent[1:], 50) * 1000, "ms", 400),
    ]


def _children() -> float:
    return sum(sum(each.cpu_times()[:2]) for each in psutil.Process(os.getpid()).children())
