"""Renaming a room with many viewers: the number of statements after its own transaction."""

import asyncio
import re
from collections import Counter
from pathlib import Path
from typing import Final
from uuid import UUID

import aiohttp
import psycopg

from bench.figures import Figure
from bench.people import Someone
from bench.site import Site
from chat_app.web_session import cookie_name

SECONDS: Final = 4.0
"""In which the audience of all sockets is looked at once."""

TIMES: Final = 3
_STATEMENT: Final = re.compile(r"^bench=(\S*) LOG:  (?:statement|execute [^:]*): (.*)$", re.MULTILINE)
_FRAME: Final = ("BEGIN", "COMMIT", "ROLLBACK")


async def measure(http: aiohttp.ClientSession, site: Site, master: Someone, room: UUID) -> list[Figure]:
    """Measure the rename, and the same time without one."""
    with psycopg.connect(site.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        _log(connection, "all")
        await asyncio.sleep(1)
        try:
            before = _statements(site)
            await asyncio.sleep(TIMES * SECONDS)
            quiet = _statements(site) - before
            before = _statements(site)
            for number in range(TIMES):
                await _rename(http, site, master, room, f"fan-out {number}")
                await asyncio.sleep(SECONDS)
            busy = _statements(site) - before
        finally:
            _log(connection, "none")
    own = {transaction for transaction, statement in busy if statement.startswith("UPDATE rooms SET name")}
    # Of each text the loops' share is taken off: one loop that comes round once less than in the quiet time would else
    # be counted against what followed the rename.
    followed = Counter[str]()
    for (transaction, statement), count in busy.items():
        followed[statement] += count * (transaction not in own)
    for (_, statement), count in quiet.items():
        followed[statement] -= count
    each = (+followed).total() / TIMES
    return [Figure("Fan-out", "rename: statements after its own transaction", each, "", 2)]


async def _rename(http: aiohttp.ClientSession, site: Site, master: Someone, room: UUID, name: str) -> None:
    headers = {"Cookie": f"{cookie_name(site.url)}={master.cookie}", "Origin": site.url}
    async with http.patch(f"{site.url}/api/v1/rooms/{room}", json={"name": name}, headers=headers) as response:
        assert response.status == 200, await response.text()


def _log(connection: psycopg.Connection, what: str) -> None:
    """Have all connections write their statements to the server's log, each with its transaction, or stop it."""
    connection.execute(f"ALTER SYSTEM SET log_statement = '{what}'")
    connection.execute("ALTER SYSTEM SET log_line_prefix = 'bench=%v '")
    connection.execute("SELECT pg_reload_conf()")


def _statements(site: Site) -> Counter[tuple[str, str]]:
    """Count what the log has, by transaction and text; what only begins and ends transactions is no work."""
    log = Path(f"/proc/{site.postmaster.pid}/fd/2").read_text(errors="replace")
    found = _STATEMENT.findall(log)
    return Counter(each for each in found if not each[1].startswith(_FRAME))
