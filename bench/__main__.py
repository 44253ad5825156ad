"""`python -m bench [PATH]`: measure everything, print a table, write JSON to PATH (bench/results.json)."""

import argparse
import gc
import json
import os
import platform
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from bench import (
    adapters,
    answers,
    billing,
    context,
    fan_out,
    flood,
    footprint,
    gateway,
    growth,
    history,
    hostile,
    kept,
    returns,
    search,
    sends,
    sidebar,
    start,
    uploads,
)
from bench.figures import Figure, table
from bench.people import Community
from bench.site import ROOT, database, site
from bench.waiting import within

PARTS = {
    "footprint": footprint,
    "start": start,
    "fan-out": fan_out,
    "answers": answers,
    "context": context,
    "gateway": gateway,
    "adapters": adapters,
    "growth": growth,
    "sidebar": sidebar,
    "returns": returns,
    "history": history,
    "search": search,
    "sends": sends,
    "kept": kept,
    "flood": flood,
    "hostile": hostile,
    "uploads": uploads,
    "billing": billing,
}


PART_SECONDS = 1800.0
"""For all that a part waits for without a limit of its own."""


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Parley.")
    parser.add_argument("results", nargs="?", type=Path, default=ROOT / "bench" / "results.json")
    parser.add_argument("--only", action="append", choices=PARTS, help="a part, instead of all; may be repeated")
    options = parser.parse_args()
    begun = time.monotonic()
    figures = uvloop.run(_measure(options.only or list(PARTS)))
    options.results.write_text(json.dumps(_results(figures), indent=2) + "\n")
    missed = sum(figure.reached is False for figure in figures)
    print(f"\n{time.monotonic() - begun:.0f} s; {missed} of the aims missed; {options.results}")


async def _measure(names: list[str]) -> list[Figure]:
    figures: list[Figure] = []
    with database() as url:
        community = Community(url)
        await community.forget()
        connector = aiohttp.TCPConnector(limit=0)
        with site(url) as running:
            async with aiohttp.ClientSession(connector=connector) as http:
                gc.disable()  # the clients must not pause while the server is measured
                await running.calm()  # a start leaves some things to be loaded later
                for name in names:
                    print(f"{name} …", flush=True)
                    found = await within(
                        PARTS[name].measure(http, running, community), f"the part {name}", PART_SECONDS
                    )
                    print(table(found), flush=True)
                    figures += found
                    gc.collect()
        await community.engine.dispose()
    return figures


def _results(figures: list[Figure]) -> dict[str, Any]:
    machine = {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return {"at": at, "machine": machine, "figures": [figure.as_json() for figure in figures]}


if __name__ == "__main__":
    main()
