"""Figures, what they should be, and how they are shown."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. ``bound`` is the most (or, with ``better="more"``, the least) it should be, if anything."""

    part: str
    name: str
    value: float
    unit: str = ""
    bound: float | None = None
    better: Literal["less", "more"] = "less"

    @property
    def reached(self) -> bool | None:
        """Return whether the value is as it should be; ``None`` if nothing was asked of it."""
        if self.bound is None:
            return None
        return self.value <= self.bound if self.better == "less" else self.value >= self.bound

    def as_json(self) -> dict[str, Any]:
        """Return the figure for a machine to read."""
        return {**asdict(self), "reached": self.reached}


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that ``percent`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def delays(part: str, name: str, seconds: Sequence[float], **bounds: float | None) -> list[Figure]:
    """p50, p95 and p99 in milliseconds; ``bounds`` as in ``p99=40``."""
    return [
        Figure(part, f"{name}, p{percent}", percentile(seconds, percent) * 1000, "ms", bounds.get(f"p{percent}"))
        for percent in (50, 95, 99)
    ]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as people read them."""
    lines, part = [], ""
    for figure in figures:
        if figure.part != part:
            part = figure.part
            lines.append(f"\n{part}")
        sign = {"less": "≤", "more": "≥"}[figure.better]
        bound = "" if figure.bound is None else f"{'✓' if figure.reached else '✗'} {sign} {number(figure.bound)}"
        lines.append(f"  {figure.name:<58}{number(figure.value):>11} {figure.unit:<14}{bound}".rstrip())
    return "\n".join(lines)


def number(value: float) -> str:
    """Return the value with as many digits as say something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"
