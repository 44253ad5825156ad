"""How much somebody asks for: buckets that fill with what is asked and empty with time, in this process alone.

They bound the work that is done for one who asks without end. What a person may do, and is told about in words, is
counted by the core's limits.
"""

import math
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a bucket loses a second, and how much it can hold."""

    per_second: float
    burst: float = math.inf


class Meter:
    """One bucket."""

    __slots__ = ("_allowance", "_empty_at")

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._empty_at = 0.0

    @property
    def level(self) -> float:
        """How much is in it."""
        return max(0.0, self._empty_at - time.monotonic()) * self._allowance.per_second

    def take(self, units: float = 1) -> bool:
        """Put units in; return whether there was room for them. What finds no room fills it to the brim."""
        now = time.monotonic()
        wanted = max(self._empty_at, now) + units / self._allowance.per_second
        full = now + self._allowance.burst / self._allowance.per_second
        self._empty_at = min(wanted, full)
        return wanted <= full

    def wait(self, free: float) -> float:
        """Seconds until there is no more in it than ``free``."""
        return max(0.0, self.level - free) / self._allowance.per_second


class Meters:
    """A bucket for each of many; those that are empty are forgotten."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._meters: dict[str, Meter] = {}
        self._look_at = 1024

    def of(self, who: str) -> Meter:
        """Return the bucket of one."""
        meter = self._meters.get(who)
        if meter is None:
            self._forget()
            meter = self._meters[who] = Meter(self._allowance)
        return meter

    def _forget(self) -> None:
        if len(self._meters) < self._look_at:
            return
        self._meters = {who: meter for who, meter in self._meters.items() if meter.level}
        self._look_at = max(1024, 2 * len(self._meters))
