"""The state of the page ``/admin``: the site's figures, and the bars of its charts."""

from dataclasses import dataclass, field
from typing import Any, Final

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.administration.overview import DayOut, OverviewOut
from chat_app.ui.page_state import PageState, loading
from chat_app.ui.transport.answering import answering

HEIGHT: Final = 64
"""The height of a chart in units; the height of a bar is a whole number."""
STEP: Final = 20
CHARTS: Final = ("messages", "answers", "errors", "people", "rooms", "cost", "latency")


@dataclass
class DayBarVar:
    """A bar of a chart: its position, its height, its day and its value."""

    x: int
    y: int
    height: int
    day: str
    value: str


@dataclass
class ChartVar:
    """A chart: its subject, its bars, and their sum (none for times)."""

    name: str
    total: str
    bars: list[DayBarVar] = field(default_factory=list)


@dataclass
class DayVar:
    """A day's row of the table; the cells have the order of ``CHARTS``."""

    day: str
    cells: list[str] = field(default_factory=list)


class OverviewState(PageState, rx.State):
    """The site's figures."""

    at: str = ""
    people: int = 0
    active_today: int = 0
    suspended: int = 0
    rooms: int = 0
    messages: int = 0
    charts: list[ChartVar] = []
    days: list[DayVar] = []

    @rx.event
    async def load(self) -> None:
        """Show the figures."""
        async with loading(self) as ctx:
            self._show(await runtime().figures.read(ctx))

    @rx.event
    async def follow(self) -> None:
        """Show the current figures, without a loading indicator; after a failure the old ones stay."""
        async with answering(self, "overview") as ctx:
            self._show(await runtime().figures.read(ctx))

    def _show(self, figures: OverviewOut) -> None:
        self.at = figures["at"]
        self.people, self.active_today = figures["people"], figures["active_today"]
        self.suspended, self.rooms, self.messages = figures["suspended"], figures["rooms"], figures["messages"]
        self.charts = [_chart(name, figures) for name in CHARTS]
        self.days = [DayVar(day["day"], [_shown(name, day) for name in CHARTS]) for day in figures["days"]]


def _chart(name: str, figures: OverviewOut) -> ChartVar:
    days = figures["days"]
    values = [_value(name, day) for day in days]
    most = max(values, default=0) or 1
    named = enumerate(zip(days, values, strict=True))
    bars = [_bar(number, day, name, round(HEIGHT * value / most), value) for number, (day, value) in named]
    total = "" if name == "latency" else _in_words(name, sum(values))
    return ChartVar(name, total, bars)


def _bar(number: int, day: DayOut, name: str, height: int, value: int) -> DayBarVar:
    height = max(height, 1 if value else 0)
    return DayBarVar(number * STEP, HEIGHT - height, height, day["day"], _in_words(name, value))


def _value(name: str, day: DayOut) -> int:
    values: dict[str, Any] = {**day}
    return int(values[name] or 0)


def _shown(name: str, day: DayOut) -> str:
    return _in_words(name, _value(name, day))


def _in_words(name: str, value: int) -> str:
    """Return a value with its unit: a cost in dollars, a time in seconds."""
    if name == "cost":
        return f"${value / 1_000_000:,.2f}"
    return f"{value / 1000:,.1f} s" if name == "latency" else f"{value:,}"
