"""Photos that are uploaded beside a quiet room, the memory of the server meanwhile, and the time of a thumbnail."""

import asyncio
import json
import os
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import psutil

from bench.crowd import Crowd, open_tabs
from bench.figures import Figure, percentile
from bench.meter import Meter
from bench.people import Community
from bench.site import ROOT, Site
from bench.uploader import photo
from bench.waiting import within
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.web_session import cookie_name

UPLOADS: Final = 20
ROUNDS: Final = 4
QUIET_SECONDS: Final = 8.0
PAUSE: Final = 0.3
"""Between two messages: two people may send 120 a minute each."""
THUMBNAILS: Final = 10
UPLOADS_SECONDS: Final = 300.0
PART: Final = "Uploads"


@dataclass(slots=True)
class _Talk:
    """The times of messages: ``delays`` to everybody, and the ``work`` of the server's main thread meanwhile."""

    delays: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Measure messages of a quiet room without uploads, beside those of others to nobody and to the server, in turn."""
    people = await community.people(UPLOADS + 2)
    room = await community.room("quiet", people[:2])
    full = await community.room("photos", people[2:])
    crowd = Crowd(await open_tabs(http, site, people[:2], f"/r/{room}"))
    name = cookie_name(site.url)
    asked: dict[str, Any] = {"site": site.url, "people": [(f"{name}={each.cookie}", str(full)) for each in people[2:]]}
    await _upload(await _uploader({**asked, "people": asked["people"][:2]}))  # what is loaded once
    without, control, beside = _Talk(), _Talk(), _Talk()
    grown, spent, own = list[int](), list[float](), list[float]()
    async with _sink() as sink:
        for _ in range(ROUNDS):
            idle = await site.calm()
            over = asyncio.Event()
            asyncio.get_running_loop().call_later(QUIET_SECONDS, over.set)
            await _talk(site, crowd, over, without)
            await _beside(site, crowd, control, {**asked, "site": sink})
            async with _peak(site.server) as peak:
                before = sum(site.server.cpu_times()[:2])
                spent.append((await _beside(site, crowd, beside, asked)) / UPLOADS)
                own.append((sum(site.server.cpu_times()[:2]) - before) / UPLOADS)
            grown.append(peak[0] - idle)
    for tab in crowd.tabs:
        await tab.close()
    return [
        *_of_talk("without uploads", without),
        *_of_talk(f"beside {UPLOADS} of 5 MB at once to a server that drops them", control),
        *_of_talk(f"beside {UPLOADS} of 5 MB at once", beside),
        Figure(PART, "p99 beside uploads, by that without", _p99(beside) / _p99(without), "times", 1.5),
        Figure(PART, "server, above idle, the largest meanwhile", max(grown) / 2**20, "MiB", 30),
        Figure(PART, "CPU of each upload, server and its examiners", min(spent) * 1000, "ms"),
        Figure(PART, "of that the server, messages included", min(own) * 1000, "ms"),
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


async def _beside(site: Site, crowd: Crowd, talk: _Talk, asked: dict[str, Any]) -> float:
    """Talk while photos are uploaded; return the processor seconds of the server and its examiners."""
    over, uploader = asyncio.Event(), await _uploader(asked)
    meter, talking = Meter(site), asyncio.create_task(_talk(site, crowd, over, talk))
    await _upload(uploader)
    spent = meter.spent().server
    over.set()
    await talking
    return spent


async def _talk(site: Site, crowd: Crowd, over: asyncio.Event, talk: _Talk) -> None:
    """Say one message after the other until it is over."""
    begun, turn = len(crowd.delays), 0
    while not over.is_set():
        turn, before = turn + 1, _main_thread(site)
        await crowd.told(crowd.tabs[turn % len(crowd.tabs)])
        talk.work.append(_main_thread(site) - before)
        await asyncio.sleep(PAUSE)
    talk.delays += crowd.delays[begun:]


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


async def _uploader(asked: dict[str, Any]) -> Process:
    """Start a process that uploads, and wait until it has its photo and only waits for a word."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.uploader", cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(asked).encode() + b"\n")
    await within(process.stdout.readline(), "an uploader with its photo")
    return process


async def _upload(process: Process) -> list[float]:
    answer, _ = await within(process.communicate(b"now\n"), "the uploads", UPLOADS_SECONDS)
    if process.returncode:
        raise SystemExit("the uploads failed")
    took: list[float] = json.loads(answer.splitlines()[-1])["took"]
    return took


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
