"""How much a tab that arrives asks of the database."""

import json
from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.direct.commands import start_direct_chat
from chat_app.core.invitations.personal import invite
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.live.ops.shared import user_channel
from chat_app.core.live.ports import Op
from chat_app.core.messages.marks.commands import star_message
from chat_app.core.rooms.tables import Room
from chat_app.ui.security.state import SecurityState
from chat_app.ui.transport import state as feed_state
from chat_app.ui.transport.policy import send_policy
from chat_app.ui.transport.sockets.sending import sockets
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do
from tests.ui.audience.counting import statements
from tests.ui.conftest import Come, Connect, Ear, arrive, call

SOME = 10
"""Statements: who it is, where they are, what they see there, whatever there is of it."""


async def test_an_arrival_asks_few_things_in_one_transaction(work: UnitOfWork, make: Factory, come: Come) -> None:
    do, (aiko, ben) = Do(work), [await make.actor() for _ in range(2)]
    room = await make.room({Role.MEMBER: aiko, Role.ADMIN: ben})
    said = await do(ben, post_message, room.id, f"Hello @{aiko.person.username}")
    await do(ben, post_message, room.id, "And this", reply_to=str(said.id))
    await do(aiko, post_message, (await do(aiko, start_direct_chat, ben.person.username)).room.id, "Hello")
    await do(ben, invite, (await make.room({Role.ADMIN: ben})).id, aiko.person.username)
    for where in (None, room):
        await come(aiko, where)  # the first one writes down that the session was seen
        with statements(work) as asked:
            ear = await come(aiko, where)
        assert len(asked) <= SOME
        assert ear.rooms() >= {room.id}


async def test_more_rooms_and_people_ask_nothing_more(work: UnitOfWork, make: Factory, come: Come) -> None:
    counts, (aiko, ben) = [], [await make.actor() for _ in range(2)]
    room = await make.room({Role.MEMBER: aiko})
    for _ in range(2):
        for _ in range(3):
            await make.join(await make.room({Role.MEMBER: aiko}), ben)
            await make.join(room, await make.actor())
        await come(aiko, room)
        with statements(work) as asked:
            await come(aiko, room)
        counts.append(len(asked))
    assert counts[0] == counts[1]


async def test_request_before_the_arrival_is_answered_with_it(make: Factory, connect: Connect, parts: Runtime) -> None:
    ear, aiko = Ear(*await connect()), await make.actor()
    await call(ear.sid, aiko, "/", "load_stars")
    await call(ear.sid, aiko, "/", "load_assistants")
    assert await ear.heard() == []  # nothing is known yet of what it may hear
    await arrive(ear.sid, aiko, "/")
    assert [op["t"] for op in await ear.heard() if op["t"] in ("stars", "assistants")] == ["stars", "assistants"]
    await arrive(ear.sid, aiko, "/")
    assert {"stars", "assistants"}.isdisjoint([op["t"] for op in await ear.heard()])


async def test_request_before_a_failed_arrival_is_answered_with_the_next(
    make: Factory, connect: Connect, parts: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear, aiko = Ear(*await connect()), await make.actor()
    read = AsyncMock(side_effect=[Unavailable(retry_after=1), {"t": "stars", "stars": []}])
    monkeypatch.setattr(feed_state, "stars_op", read)
    await call(ear.sid, aiko, "/", "load_stars")
    await arrive(ear.sid, aiko, "/")
    assert [(op["t"], op["about"]) for op in await ear.heard()] == [("refused", "arrive")]
    await arrive(ear.sid, aiko, "/")
    assert "stars" in [op["t"] for op in await ear.heard()]


async def test_a_token_that_is_made_before_the_arrival_is_shown(
    make: Factory, connect: Connect, parts: Runtime
) -> None:
    ear, aiko = Ear(*await connect()), await make.actor()
    fields = {"name": "Bot", "scopes": ["read"], "password": PASSWORD}
    await call(ear.sid, aiko, "/settings/security", "make_token", of=SecurityState, fields=fields)
    assert [op["t"] for op in await ear.heard()] == ["once"]


async def test_answer_to_a_request_before_the_arrival_reaches_only_its_tab(
    make: Factory, connect: Connect, parts: Runtime
) -> None:
    ear, aiko, ben = Ear(*await connect()), await make.actor(), await make.actor()
    await call(ear.sid, aiko, "/", "load_stars")
    await arrive(ear.sid, ben, "/")
    await sockets.answer(ear.sid, aiko.session_id, {"t": "stars"})  # read before Aiko's session ended
    assert "stars" not in [op["t"] for op in await ear.heard()]


async def come_back(connect: Connect, actor: Actor, room: Room, held: dict[str, object]) -> tuple[Op, int]:
    """Arrive at a room that the tab already has; return the ops about the room, and their size in bytes."""
    ear = Ear(*await connect())
    await arrive(ear.sid, actor, f"/r/{room.id}", held)
    told = (await ear.heard())[-1]
    return told, len(json.dumps(told))


async def test_returning_tab_gets_only_the_changes(
    work: UnitOfWork, make: Factory, connect: Connect, parts: Runtime
) -> None:
    do, aiko = Do(work), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    first = await do(aiko, post_message, room.id, "The first. " * 400)
    place, (entered, whole) = {"room": str(room.id)}, await come_back(connect, aiko, room, {})
    assert (entered["t"], len(entered["messages"])) == ("entered", 1)
    last = await do(aiko, post_message, room.id, "Another")
    told, changed = await come_back(connect, aiko, room, place | {"rev": first.rev})
    assert (told["t"], [each["id"] for each in told["messages"]], told["rev"]) == ("sync", [str(last.id)], last.rev)
    await do(aiko, star_message, first.id, on=True)
    told, unchanged = await come_back(connect, aiko, room, place | {"rev": last.rev})
    assert (told["messages"], told["stars"], told["rev"]) == ([], [str(first.id)], last.rev)
    assert unchanged < changed < whole / 3


@pytest.mark.parametrize("rev", [0, -1, True, 2**60, "1", None, [1], 1.5])
async def test_forged_rev_shows_nothing_more_than_another(
    make: Factory, connect: Connect, parts: Runtime, rev: object
) -> None:
    aiko, stranger = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    held = {"room": str(room.id), "rev": rev}
    assert (await come_back(connect, aiko, room, held))[0]["t"] == "entered"
    told, _ = await come_back(connect, stranger, room, held | {"rev": 1})
    assert (told["t"], told["code"]) == ("refused", "room_not_found")


async def test_tab_that_holds_another_room_gets_this_one_completely(
    make: Factory, connect: Connect, parts: Runtime
) -> None:
    aiko = await make.actor()
    room, other = [await make.room({Role.MASTER: aiko}) for _ in range(2)]
    assert (await come_back(connect, aiko, room, {"room": str(other.id), "rev": 1}))[0]["t"] == "entered"


async def test_ops_during_an_arrival_come_after_its_snapshot(
    parts: Runtime, make: Factory, connect: Connect, monkeypatch: pytest.MonkeyPatch
):
    aiko, read = await make.actor(), feed_state.arrival

    async def read_and_be_overtaken(*args: Any) -> Any:
        found = await read(*args)
        await sockets.deliver(user_channel(aiko.user_id), [{"t": "read", "room": "R", "seq": 1}])
        return found

    monkeypatch.setattr(feed_state, "arrival", read_and_be_overtaken)
    ear = Ear(*await connect())
    await arrive(ear.sid, aiko, "/")
    heard = [op["t"] for op in await ear.heard()]
    assert "rooms" in heard
    assert heard[-1] == "read"


async def test_policy_changed_during_an_arrival_is_received_last(
    work: UnitOfWork, make: Factory, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    built, aiko = feed_state.arrival, await make.actor()

    async def arrival_and_change(*args: Any) -> Any:
        found = await built(*args)
        work.policy = replace(work.policy, off=frozenset({"ai"}))
        await send_policy()  # as the process does that learns of the change
        return found

    monkeypatch.setattr(feed_state, "arrival", arrival_and_change)
    ear = Ear(*await connect())
    await arrive(ear.sid, aiko, "/")
    assert [op["off"] for op in await ear.heard() if op["t"] == "policy"][-1] == ["ai"]
