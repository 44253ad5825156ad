"""Both adapters from the question to the screen, side by side: answers in rooms of their own, and as many in one."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import aiohttp

from bench.answers import QUESTION, RATE, TOKENS, Reader, own_room
from bench.crowd import open_tabs
from bench.figures import Figure, delays
from bench.gateway import TOKEN
from bench.people import Community
from bench.site import Site, child, free_port, site
from bench.tab import Tab, ops_of
from bench.waiting import within
from tests.vendor.script import sent_at

MANY: Final = 50
ASKERS: Final = 5
"""People who ask in one room: nobody may ask thirty times a minute."""

PART: Final = "Adapters"


async def measure(http: aiohttp.ClientSession, other: Site, community: Community) -> list[Figure]:
    """Ask the same questions of two servers, one of which reaches its models through the gateway process."""
    figures = []
    with child("-m", "tests.vendor.server", "--models", str(MANY), ready="scripted vendor on (.*)") as (_, vendor):
        for name in ("in the app", "by gRPC"):
            with _serving(other.database_url, vendor, by_grpc=name == "by gRPC") as running:
                figures += await _rooms(http, running, community, name)
                figures += await _one_room(http, running, community, name)
    return figures


@contextmanager
def _serving(database_url: str, vendor: str, *, by_grpc: bool) -> Iterator[Site]:
    names = ",".join(["scripted", *(f"scripted-{n}" for n in range(2, MANY + 1))])
    models = {"COMPATIBLE_BASE_URL": f"{vendor}/v1", "COMPATIBLE_MODELS": names}
    if not by_grpc:
        with site(database_url, **models) as running:
            yield running
        return
    address = f"127.0.0.1:{free_port()}"
    token = {"PARLEY_LLM_GATEWAY_TOKEN": TOKEN}
    listening = {**models, **token, "PARLEY_LLM_GATEWAY_LISTEN": address}
    with (
        child("-m", "chat_app.gateway", ready="Parley's gateway is at (.*)", **listening),
        site(database_url, **token, PARLEY_LLM_GATEWAY=f"grpc://{address}") as running,
    ):
        yield running


async def _rooms(http: aiohttp.ClientSession, site: Site, community: Community, name: str) -> list[Figure]:
    tabs = [await own_room(http, site, community, person) for person in await community.people(MANY)]
    await Reader(tabs[0]).ask(1, 0)
    figures = []
    for count, times in ((1, 3), (MANY, 1)):
        readers = [Reader(tab) for tab in tabs[:count]]
        pause = TOKENS / RATE / count
        await asyncio.gather(*(reader.ask(times, number * pause) for number, reader in enumerate(readers)))
        first, late = ([each for reader in readers for each in getattr(reader, what)] for what in ("first", "late"))
        figures += _figures(f"{name}, {count} in {'a room' if count == 1 else 'as many rooms'}", first, late)
    for tab in tabs:
        await tab.close()
    return figures


async def _one_room(http: aiohttp.ClientSession, site: Site, community: Community, name: str) -> list[Figure]:
    """Ask as many models in one room: those of one model would wait for each other."""
    people = await community.people(ASKERS)
    room = await community.room("one", people, ai_rule="mentioned")
    tabs = await open_tabs(http, site, people, f"/r/{room}")
    reader = _Viewer(tabs[0])
    for number in range(MANY):
        model = "compatible/scripted" + (f"-{number + 1}" if number else "")
        reader.asked[model] = time.time()
        await tabs[number % ASKERS].send(QUESTION, model)
        await asyncio.sleep(TOKENS / RATE / MANY)
    await within(reader.done.wait(), f"{MANY} answers")
    for tab in tabs:
        await tab.close()
    return _figures(f"{name}, {MANY} in one room", reader.first, reader.late)


class _Viewer:
    """A tab in a room where many models answer at once."""

    def __init__(self, tab: Tab) -> None:
        tab.receive = self._note
        self.asked: dict[str, float] = {}
        self.first: list[float] = []
        self.late: list[float] = []
        self.done = asyncio.Event()
        self._models: dict[str, str] = {}
        self._run, self._ended = "", 0

    def _note(self, at: float, packet: str) -> None:
        for op in ops_of(packet):
            if op["t"] == "stream":
                self._run = op["run"] or self._run
                if model := self._models.pop(self._run, None):
                    self.first.append(at - self.asked[model])
                self.late += [at - moment for moment in sent_at(op["text"])]
            elif op["t"] == "message" and "ai" in op["m"]:
                answer = op["m"]["ai"]
                if answer["status"] == "streaming":
                    self._models[answer["run"][-8:]] = answer["model"]
                self._ended += answer["status"] == "complete"
        if self._ended == MANY:
            self.done.set()


def _figures(name: str, first: list[float], late: list[float]) -> list[Figure]:
    return [
        *delays(PART, f"{name}: first token, added", first),
        *delays(PART, f"{name}: each token, added", late),
    ]
