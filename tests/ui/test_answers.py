"""Answers to a tab whose person loses the permission meanwhile."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.auth.sessions.commands import sign_out
from chat_app.core.kernel.actor import Actor
from chat_app.core.rooms.members import remove_member
from chat_app.core.rooms.tables import Room
from chat_app.ui.transport import state as feed_state
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.ui.conftest import Come, call

Losing = Callable[[Do, Actor, Actor, Room], Awaitable[None]]


async def be_removed(do: Do, aiko: Actor, master: Actor, room: Room) -> None:
    await do(master, remove_member, room.id, aiko.user_id)


async def leave_the_site(do: Do, aiko: Actor, master: Actor, room: Room) -> None:
    await do(aiko, sign_out)


READ: dict[str, dict[str, object]] = {
    "sync": {"rev": 0},
    "older": {"before": 9},
    "newer": {"after": 0},
    "around": {"message": "first"},
    "pins": {},
    "stars": {},
    "receipts": {"message": "first"},
    "links": {},
    "presence_in_room": {},
}
"""The ops by what their events take beside the room."""
HANDLERS = {"presence_in_room": "look"} | {name: f"load_{name}" for name in ("pins", "stars", "receipts", "links")}


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("lose", [None, be_removed, leave_the_site])
@pytest.mark.slow
async def test_data_read_while_the_permission_ends_is_not_sent(
    parts: Runtime,
    make: Factory,
    come: Come,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    lose: Losing | None,
):
    do = Do(parts.work)
    aiko, master = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: master, Role.ADMIN: aiko})
    first = await make.message(room, aiko)
    tab = await come(aiko, room)
    original = getattr(feed_state, f"{name}_op")

    async def read_and_lose(*args: Any) -> Any:
        op = await original(*args)
        if lose:
            await lose(do, aiko, master, room)
            await until(lambda: room.id not in tab.rooms())
        return op

    monkeypatch.setattr(feed_state, f"{name}_op", read_and_lose)
    payload = {key: str(first.id) if value == "first" else value for key, value in READ[name].items()}
    if name not in ("stars", "receipts"):
        payload["room"] = str(room.id)
    await call(tab.sid, aiko, f"/r/{room.id}", HANDLERS.get(name, name), **payload)
    of_no_room = name in ("stars", "presence_in_room") and lose is be_removed
    told = name.removesuffix("_in_room") in [op["t"] for op in await tab.heard()]
    assert told is (lose is None or of_no_room)
