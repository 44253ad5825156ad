"""All that a member can look at: by every request of the API that reads, and by the events of a tab."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any, Final

from fastapi import FastAPI

from chat_app.core.kernel.ids import new_id
from tests.ui.whispers.acts import SECRET
from tests.ui.whispers.stage import Stage

_NAMED: Final = re.compile(r"{(\w+)}")
_QUERIES: Final = {
    "/search": [f"q={SECRET}", "q=tea", "q=rice&has_file=true"],
    "/messages/search": [f"q={SECRET}", "q=tea"],
    "/users/search": ["q=aiko", f"q={SECRET}"],
    "/changes": ["since=0", "since=7"],
    "/ai/context": ["text=Tea", ""],
    "/messages": ["", "limit=3", "after=2&limit=3"],
}
"""What is asked for, by the end of a path."""


def paths(stage: Stage, api: FastAPI) -> Iterator[tuple[str, str]]:
    """Return the requests that read, as the API's own description has them, each with a name for the record.

    They name the room and what is in it, and what is private: before it is there, ids that nothing has.
    """
    private, files = [next(iter(each), new_id()) for each in (stage.private[-1:], stage.private_files[-1:])]
    places: dict[str, list[Any]] = {
        "room_id": [stage.room.id, stage.aside_id],
        "message_id": [*stage.messages[-6:], private],
        "attachment_id": [*stage.files[-2:], files],
        "user_id": [each.user_id for each in stage.people],
        "username": [each.person.username for each in stage.people],
        "provider": ["none"],
        "token": ["none"],
    }
    for path, methods in sorted(api.openapi()["paths"].items()):
        if "get" not in methods or "/admin/" in path or path.endswith("/outbox"):  # which are no member's
            continue
        if path.endswith("/export/archive"):  # the data of /export, compressed: what differs by chance cannot be masked
            continue
        names = _NAMED.findall(path)
        for values in product(*(enumerate(places.get(name, [new_id()])) for name in names)):
            full = path.format(**{name: value for name, (_, value) in zip(names, values, strict=True)})
            queries = next((_QUERIES[end] for end in _QUERIES if path.endswith(end)), [""])
            for n, query in enumerate(queries):
                yield f"{path} {[place for place, _ in values]} {n}", f"{full}?{query}" if query else full


async def look_at_all(stage: Stage, api: FastAPI, client: Any) -> None:
    """Record how every such request of Ben's is answered."""
    for request, path in paths(stage, api):
        stage.record.add_answer(request, await client.get(path))


async def ask_for_all(stage: Stage) -> None:
    """Record what Ben's tab is sent when it asks for everything, and what a new one is sent."""
    ben, tab, room = stage.people[1], stage.ears[0], str(stage.room.id)
    message = str(next(iter(stage.messages), new_id()))
    asked: list[tuple[str, dict[str, Any]]] = [
        *(("sync", {"room": each, "rev": rev}) for each in (room, str(stage.aside_id)) for rev in (0, 1, 9)),
        ("older", {"room": room, "before": 5}),
        ("newer", {"room": room, "after": 2}),
        ("around", {"room": room, "message": message}),
        ("load_rooms", {"room": ""}),
        ("load_rooms", {"room": str(stage.aside_id)}),
        *((name, {"room": room}) for name in ("load_members", "load_pins", "load_links", "look")),
        ("load_stars", {}),
        ("load_receipts", {"message": message}),
        ("arrive", {}),
    ]
    for handler, payload in asked:
        await stage.tell(tab, ben, stage.room.id, handler, **payload)
        await stage.settle()
