"""The ways in which ops reach a client."""

import random

from tests.core.live.clients import Op


def in_order(entered: Op, ops: list[Op], chance: random.Random) -> list[Op]:
    return [entered, *ops]


def doubled(entered: Op, ops: list[Op], chance: random.Random) -> list[Op]:
    """Send some ops twice, the second time at any later position; a stale snapshot too."""
    out = [entered, *ops]
    for place, op in reversed(list(enumerate(out))):
        if chance.random() < 0.4:
            out.insert(chance.randint(place + 1, len(out)), op)
    return out


def shuffled(entered: Op, ops: list[Op], chance: random.Random) -> list[Op]:
    """Swap neighbours, as concurrent processes do. Pieces of one answer keep their order."""
    places = [place + chance.random() * 6 * (op["t"] not in ("stream", "reasoning")) for place, op in enumerate(ops)]
    return [entered, *(ops[place] for place in sorted(range(len(ops)), key=places.__getitem__))]


def dropped(entered: Op, ops: list[Op], chance: random.Random) -> list[Op]:
    return [entered, *(op for op in ops if chance.random() < 0.6)]


def early(entered: Op, ops: list[Op], chance: random.Random) -> list[Op]:
    """Send some ops before the room itself."""
    place = chance.randint(0, len(ops))
    return [*ops[:place], entered, *ops[place:]]


def everything(entered: Op, ops: list[Op], chance: random.Random) -> list[Op]:
    _, *kept = dropped(entered, ops, chance)
    _, *mixed = shuffled(entered, kept, chance)
    return early(entered, doubled(entered, mixed, chance)[1:], chance)


WHOLE = [in_order, doubled, shuffled]
"""After these a client has received everything, and must know it."""


WHOLE_AND_SHORT = [in_order, doubled]
"""After these a browser knows everything too, which is sent an author in full only at first."""


WAYS = [*WHOLE, dropped, early, everything]


def in_part(snapshot: Op) -> Op:
    """Return a snapshot with the first two members only."""
    return snapshot | {"members": snapshot["members"][:2]}
