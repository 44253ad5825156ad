"""Measure traffic in leaky buckets, in this process alone.

They limit the work for one who asks without end. Limits that people are shown are counted by the core.
"""

import math
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BucketRate:
    """The rate at which a bucket drains, per second, and its capacity."""

    per_second: float
    burst: float = math.inf


class Meter:
    """A leaky bucket."""

    __slots__ = ("_allowance", "_empty_at")

    def __init__(self, allowance: BucketRate) -> None:
        self._allowance = allowance
        self._empty_at = 0.0

    @property
    def level(self) -> float:
        """Return the present level."""
        return max(0.0, self._empty_at - time.monotonic()) * self._allowance.per_second

    def take(self, units: float = 1) -> bool:
        """Add units; return whether there was room for them. Without room the bucket becomes full."""
        now = time.monotonic()
        wanted = max(self._empty_at, now) + units / self._allowance.per_second
        full = now + self._allowance.burst / self._allowance.per_second
        self._empty_at = min(wanted, full)
        return wanted <= full

    def wait(self, free: float) -> float:
        """Return the seconds until the level is ``free`` at most."""
        return max(0.0, self.level - free) / self._allowance.per_second


class Meters:
    """A bucket for each key; empty ones are deleted."""

    def __init__(self, allowance: BucketRate) -> None:
        self._allowance = allowance
        self._meters: dict[str, Meter] = {}
        self._look_at = 1024

    def of(self, who: str) -> Meter:
        """Return the bucket of a key."""
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
