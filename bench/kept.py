"""Messages stored through REST, compared with the transactions a second that this disk takes, and their cost."""

import asyncio
import json
import time
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import aiohttp
import psycopg

from bench.figures import Figure
from bench.meter import Meter
from bench.nonces import new_nonce
from bench.people import TEXT, Community, Someone
from bench.site import Site
from bench.tab import address_of
from chat_app.web_session import cookie_name

UNDERWAY: Final = {1: 80, 32: 25}
"""People who say one message after the other at the same time, and how many each: the site's limit refuses more."""

FLUSH_SECONDS: Final = 1.5
PART: Final = "Keeping"


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """All in one room, whose row every message takes. The disk has a turn before and after."""
    people = await community.people(max(UNDERWAY))
    figures = []
    for underway, each in UNDERWAY.items():
        room = await community.room("keeping", people)
        senders = [await Sender(site, person, room).open() for person in people[:underway]]
        await asyncio.gather(*(sender.post() for sender in senders))  # what is loaded for a first one does not count
        before = _transactions(site)
        meter = Meter(site)
        await asyncio.gather(*(sender.post(each) for sender in senders))
        spent = meter.spent()
        disk = (before + _transactions(site)) / 2
        count = underway * each
        rate = count / spent.seconds
        for sender in senders:
            sender.close()
        name = f"{underway} under way"
        figures += [
            Figure(PART, f"{name}: messages kept", rate, "/s"),
            Figure(PART, f"{name}: transactions that the disk takes, one by one", disk, "/s"),
            Figure(PART, f"{name}: messages, of these transactions", rate / disk, "times"),
            Figure(PART, f"{name}: server's CPU for a message", spent.server / count * 1000, "ms"),
            Figure(PART, f"{name}: database's CPU for a message", spent.database / count * 1000, "ms"),
            Figure(PART, f"{name}: both for a message", spent.both / count * 1000, "ms", 4),
        ]
    return figures


def _transactions(site: Site) -> float:
    """Transactions a second, of one row each, one after the other: what the disk's flush and nothing else takes."""
    with psycopg.connect(site.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_flush (number int)")
        begun, count = time.monotonic(), 0
        while time.monotonic() - begun < FLUSH_SECONDS:
            connection.execute("INSERT INTO bench_flush VALUES (1)", prepare=True)
            count += 1
        took = time.monotonic() - begun
        connection.execute("DROP TABLE bench_flush")
    return count / took


class Sender:
    """A program that says something over one connection, with as little work as can be."""

    def __init__(self, site: Site, person: Someone, room: UUID) -> None:
        self._site, self._person, self._room = site, person, room

    async def open(self) -> "Sender":
        """Connect, from the person's own address."""
        place = urlsplit(self._site.url)
        local = (address_of(self._person), 0)
        self._reader, self._writer = await asyncio.open_connection(place.hostname, place.port, local_addr=local)
        return self

    async def post(self, count: int = 1) -> None:
        """Send so many messages; return when all are stored."""
        for _ in range(count):
            await self._post()

    async def _post(self) -> None:
        body = json.dumps({"text": TEXT, "nonce": new_nonce()})
        head = [
            f"POST /api/v1/rooms/{self._room}/messages HTTP/1.1",
            f"Host: {urlsplit(self._site.url).netloc}",
            f"Origin: {self._site.url}",
            f"Cookie: {cookie_name(self._site.url)}={self._person.cookie}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        ]
        self._writer.write("\r\n".join([*head, "", body]).encode())
        answer = await self._reader.readuntil(b"\r\n\r\n")
        await self._reader.readexactly(int(answer.lower().partition(b"content-length:")[2].split()[0]))
        assert answer.startswith(b"HTTP/1.1 201"), answer

    def close(self) -> None:
        """Leave."""
        self._writer.close()
