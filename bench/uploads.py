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
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.web_session import cookie_name

UPLOADS: Final = 20
ROUNDS: Final = 4
QUIET_SECONDS: Final = 8.0
PAUSE: Final = 0.3
"""Between two messages: two people may send 120 a minute each."""
THUMBNAILS: Final = 10
PART: Final = "Uploads"


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Measure messages of a quiet room without and beside uploads of others, in turn."""
    people = await community.people(UPLOADS + 2)
    room = await community.room("quiet", people[:2])
    full = await community.room("photos", people[2:])
    crowd = Crowd(await open_tabs(http, site, people[:2], f"/r/{room}"))
    name = cookie_name(site.url)
    asked: dict[str, Any] = {"site": site.url, "people": [(f"{name}={each.cookie}", str(full)) for each in people[2:]]}
    await _upload(await _uploader({**asked, "people": asked["people"][:2]}))  # what is loaded once
    without, beside, grown, spent, own = list[float](), list[float](), list[int](), list[float](), list[float]()
    for _ in range(ROUNDS):
        idle = await site.calm()
        over = asyncio.Event()
        asyncio.get_running_loop().call_later(QUIET_SECONDS, over.set)
        without += await _talk(crowd, over)
        async with _peak(site.server) as peak:
            over, uploader = asyncio.Event(), await _uploader(asked)
            before = sum(site.server.cpu_times()[:2])
            meter, talking = Meter(site), asyncio.create_task(_talk(crowd, over))
            await _upload(uploader)
            spent.append(meter.spent().server / UPLOADS)
            own.append((sum(site.server.cpu_times()[:2]) - before) / UPLOADS)
            over.set()
            beside += await talking
        grown.append(peak[0] - idle)
    for tab in crowd.tabs:
        await tab.close()
    return [
        Figure(PART, "a message without uploads, p99", percentile(without, 99) * 1000, "ms"),
        Figure(PART, f"beside {UPLOADS} of 5 MB at once, p99", percentile(beside, 99) * 1000, "ms"),
        Figure(PART, "the second by the first", percentile(beside, 99) / percentile(without, 99), "times", 1.5),
        Figure(PART, "server, above idle, the largest meanwhile", max(grown) / 2**20, "MiB", 30),
        Figure(PART, "CPU of each upload, server and its examiners", min(spent) * 1000, "ms"),
        Figure(PART, "of that the server, messages included", min(own) * 1000, "ms"),
        *await _thumbnails(),
    ]


async def _talk(crowd: Crowd, over: asyncio.Event) -> list[float]:
    """Say one message after the other until it is over, and return how long each took to everybody."""
    begun, turn = len(crowd.delays), 0
    while not over.is_set():
        turn += 1
        await (await crowd.say(crowd.tabs[turn % len(crowd.tabs)])).wait()
        await asyncio.sleep(PAUSE)
    return crowd.delays[begun:]


async def _uploader(asked: dict[str, Any]) -> Process:
    """Start a process that uploads, and wait until it has its photo and only waits for a word."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.uploader", cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(asked).encode() + b"\n")
    await process.stdout.readline()
    return process


async def _upload(process: Process) -> list[float]:
    answer, _ = await process.communicate(b"now\n")
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
