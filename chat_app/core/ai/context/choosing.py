"""Choose the messages that fit into a window, given the tokens of each. Pure: messages are numbers, 0 is the oldest."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

SUMMARY_SHARE: Final = 3
"""A summary takes at most a third of the space after the last message; pinned messages take at most a quarter of the
rest.
"""
PINNED_SHARE: Final = 4

FREE_SHARE: Final = 4
"""If the messages outside the summary need less than a quarter, the summary was made for a smaller window."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A summary: the ``places`` that it covers, its tokens, and whether it covers messages that were not read."""

    places: Collection[int]
    cost: int
    beyond: bool


@dataclass(frozen=True, slots=True)
class ChosenPlaces:
    """The chosen places: the ``newest``, including the last one, and the ``pinned`` before these. ``used`` are the
    numbers of the summaries that replace the places in ``covered``. Places that are left out and not covered should be
    summarised, and so should all until ``until``, which leaves half of the window.
    """

    newest: Sequence[int]
    pinned: Sequence[int] = ()
    used: Sequence[int] = ()
    covered: Collection[int] = frozenset()
    until: int | None = None


def choose_places(
    number: int,
    room: int,
    cost: Callable[[int], int],
    *,
    pinned: Sequence[int] = (),
    stand_ins: Sequence[StandIn] = (),
    marks: int = 0,
) -> ChosenPlaces:
    """Choose from ``number`` places what takes ``room`` at most; ``marks`` are around pinned ones and summaries.

    The last place is always chosen, even if it alone takes more.
    """
    last = number - 1
    rest = room - cost(last)
    newest, _ = _newest(last, rest, cost)
    if len(newest) == number and not any(each.beyond for each in stand_ins):
        return ChosenPlaces(newest)
    used, covered = [], set[int]()
    for each, stand_in in enumerate(stand_ins):
        if stand_in.cost + marks <= rest // SUMMARY_SHARE:
            used.append(each)
            covered.update(stand_in.places)
            rest -= stand_in.cost
    paid = _pinned(pinned, last, (rest - marks) // PINNED_SHARE, cost)
    if used or paid:
        rest -= marks + sum(map(cost, paid))
    newest, left = _newest(last, rest, cost, covered, paid)
    if used and left > room - room // FREE_SHARE:
        newest, left = _newest(last, rest, cost, (), paid)
    above = [place for place in sorted(paid) if place < newest[0]]
    newest = sorted({*newest, *(place for place in paid if place > newest[0])})
    until = _until(newest, room // 2, cost, {*newest, *paid, *covered})
    return ChosenPlaces(newest, above, used, covered, until)


def _newest(
    last: int, rest: int, cost: Callable[[int], int], skipped: Collection[int] = (), paid: Collection[int] = ()
) -> tuple[list[int], int]:
    """Return the newest places up to the first that does not fit, and the rest; ``paid`` ones need no space."""
    found = [last]
    for place in range(last - 1, -1, -1):
        if place in skipped:
            continue
        price = 0 if place in paid else cost(place)
        if price > rest:
            break
        rest -= price
        found.append(place)
    return found[::-1], rest


def _pinned(pinned: Sequence[int], last: int, rest: int, cost: Callable[[int], int]) -> set[int]:
    """Return the newest pinned places that fit."""
    found: set[int] = set()
    for place in reversed(pinned):
        if place != last and (price := cost(place)) <= rest:
            rest -= price
            found.add(place)
    return found


def _until(newest: Sequence[int], half: int, cost: Callable[[int], int], known: Collection[int]) -> int | None:
    """Return up to which place messages should be summarised; ``None`` if none that is left out is not ``known``."""
    missing = next((place for place in range(newest[-1] - 1, -1, -1) if place not in known), None)
    if missing is None:
        return None
    for place in reversed(newest):
        half -= cost(place)
        if half < 0:
            return max(missing, min(place, newest[-1] - 1))
    return missing
