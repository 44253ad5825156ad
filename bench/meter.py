"""The processor time of the server and the database, which other programs on the machine do not change."""

import time
from contextlib import suppress
from dataclasses import dataclass

import psutil

from bench.site import Site


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor seconds, and seconds that passed meanwhile."""

    server: float
    database: float
    seconds: float

    @property
    def both(self) -> float:
        """Of the server and the database."""
        return self.server + self.database


class Meter:
    """Counts from its making on."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._begun = self._now()

    def spent(self) -> Spent:
        """Return what has been spent so far."""
        begun, now = self._begun, self._now()
        return Spent(*(later - earlier for earlier, later in zip(begun, now, strict=True)))

    def _now(self) -> tuple[float, float, float]:
        return processor_seconds(self._site.server), processor_seconds(self._site.postmaster), time.monotonic()


def processor_seconds(process: psutil.Process) -> float:
    """Return what a process and all its children have spent, those that have ended included."""
    total = 0.0
    for each in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # its parent has its times by now
            total += sum(each.cpu_times()[:4])
    return total
