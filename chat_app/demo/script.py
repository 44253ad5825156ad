"""Read the sample community from its data files: people, rooms, messages."""

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from chat_app.core.accounts.rules import COLORS

_FOLDER = Path(__file__).parent
_TO_WORKING_DAY = {0: 3, 6: 2}  # back from a Monday, and from a Sunday


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonScript(_Part):
    """A person. ``picture`` has the colours of a landscape: sky above, sky below, sun, far hill, near hill."""

    username: str
    name: str
    color: Literal[COLORS]  # type: ignore[valid-type]
    locale: str = "en"
    picture: tuple[str, str, str, str, str] | None = None


class AnswerScript(_Part):
    """A model's answer to a line. The names of models are invented, so that none is misquoted."""

    model: str
    text: str
    label: str | None = None
    seconds: int = 9
    status: Literal["complete", "stopped", "failed"] = "complete"
    error: str | None = None


class LineScript(_Part):
    """A message. ``at`` counts working days back: "3 10:02"; ``reply`` is the ``label`` of an earlier one.

    A line that asks the AI, by ``@ai``, by replying to it or by being in a private room, needs an ``answer``. In
    ``reactions`` each emoji has the names of the people who gave it.
    """

    at: str
    by: str
    text: str
    label: str | None = None
    reply: str | None = None
    edited: str | None = None
    deleted: bool = False
    pinned: bool = False
    reactions: dict[str, list[str]] = {}
    starred: list[str] = []
    answer: AnswerScript | None = None


class RoomScript(_Part):
    """A room, or the ``direct`` chat of its master and another person, which has no name.

    Everybody has read everything except the last ``unread`` messages.
    """

    name: str = ""
    direct: str = ""
    description: str = ""
    ai_rule: str = "mentioned"
    private: bool = False
    archived: bool = False
    master: str
    members: dict[str, str] = {}
    unread: dict[str, int] = {}
    lines: list[LineScript]


def people() -> list[PersonScript]:
    """Return all people, in the order in which they sign up."""
    return [PersonScript(**person) for person in _read(_FOLDER / "people.toml")["people"]]


def rooms() -> list[RoomScript]:
    """Return all rooms, private ones too."""
    return [RoomScript(**_read(path)) for path in sorted((_FOLDER / "rooms").glob("*.toml"))]


def newest_day(rooms: list[RoomScript], now: datetime) -> date:
    """Return the date of day 0: today, if all its messages would be past by now, else yesterday."""
    latest = max(time.fromisoformat(line.at[2:]) for room in rooms for line in room.lines if line.at.startswith("0 "))
    return now.date() if now.time() > latest else now.date() - timedelta(days=1)


def time_at(at: str, newest: date) -> datetime:
    """Return the time of "3 10:02": on the third working day before the ``newest`` one, by this machine's clock."""
    back, _, clock = at.partition(" ")
    day = newest
    for _ in range(int(back)):
        day -= timedelta(days=_TO_WORKING_DAY.get(day.weekday(), 1))
    return datetime.combine(day, time.fromisoformat(clock)).astimezone()


def _read(path: Path) -> dict[str, list[dict[str, object]]]:
    return tomllib.loads(path.read_text("utf-8"))
