"""Tabs get the ops that they have missed, by few queries."""

import asyncio
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.live import audience as module
from chat_app.core.live.audience import AudienceCheck
from chat_app.core.messages.commands import delete_message
from chat_app.core.rooms.commands import update_room
from chat_app.ui.transport.sockets.sending import sockets
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.ui.audience.counting import statements
from tests.ui.conftest import Come, Ear

pytestmark = pytest.mark.usefixtures("parts")


async def test_missed_messages_are_delivered_and_the_rev_of_a_quiet_room_is_confirmed_once(
    work: UnitOfWork,
    make: Factory,
    come: Come,
    silent: Do,
    hearing: AudienceCheck,
):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    watching, elsewhere = await come(ben, room), await come(ben)
    await silent(aiko, post_message, room.id, "Before")
    await hearing.compare(work)
    assert [op["t"] for op in await watching.heard()] == ["rev"]
    said = await silent(aiko, post_message, room.id, "Hello", nonce=uuid4())
    await hearing.compare(work)
    message, rev = await watching.heard()
    assert message["m"]["text"] == "Hello"
    assert rev == {"t": "rev", "room": str(room.id), "rev": message["m"]["rev"]}
    assert [op["t"] for op in await elsewhere.heard()] == ["news"]
    await silent(aiko, delete_message, said.id)
    await silent(aiko, update_room, room.id, name="Coffee")
    await hearing.compare(work)
    assert [(op["t"], op.get("m", {}).get("deleted")) for op in await watching.heard()] == [
        ("message", True),
        ("message", None),  # the line that says so
        ("rev", None),
    ]
    await hearing.compare(work)
    assert await watching.heard() == (await elsewhere.heard())[2:] == []


async def test_delivered_messages_are_not_delivered_again(
    work: UnitOfWork,
    make: Factory,
    come: Come,
    hearing: AudienceCheck,
):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    tab = await come(aiko, room)
    await hearing.compare(work)
    await tab.heard()
    before = sockets.delivered_revs[str(room.id)]
    await Do(work)(aiko, post_message, room.id, "Hello")
    await until(lambda: sockets.delivered_revs[str(room.id)] > before)
    await hearing.compare(work)
    assert [op["t"] for op in await tab.heard()] == ["message", "rev"]


@pytest.mark.slow
async def test_comparing_many_sockets_takes_one_query(
    engine: AsyncEngine,
    work: UnitOfWork,
    make: Factory,
    come: Come,
    hearing: AudienceCheck,
):
    counts = []
    for _ in range(2):
        people = [await make.actor() for _ in range(3)]
        for room in [await make.room() for _ in range(3)]:
            for one in people:
                await make.join(room, one)
        for one in people:
            await come(one, room)
        await hearing.compare(work)
        with statements(work) as counted:
            await hearing.compare(work)
        counts.append(len(counted))
    assert counts[0] == counts[1] == 2


async def heard_until(kind: str, tab: Ear) -> set[str]:
    """Return the types of the ops that a tab receives up to one of this type."""
    heard = set[str]()
    while kind not in heard:
        await until(lambda: not tab.idle)
        heard |= {op["t"] for op in await tab.heard()}
    return heard


async def test_renaming_a_room_causes_no_queries_of_its_viewers(work: UnitOfWork, do: Do, make: Factory, come: Come):
    master = await make.actor()
    room = await make.room({Role.MASTER: master})
    tabs = [await come(master, room), await come(master)]
    for _ in range(3):
        await make.join(room, one := await make.actor())
        tabs.append(await come(one, room))
    await tabs[0].heard()
    with statements(work) as asked:
        engine = work.sessions.kw["bind"].sync_engine
        event.listen(engine, "commit", commit := lambda _: asked.append("COMMIT"))
        await do(master, update_room, room.id, name="Tea")
        heard = [await heard_until("room", tab) for tab in tabs]
    event.remove(engine, "commit", commit)
    assert set().union(*heard) == {"message", "news", "room"}
    assert asked.index("COMMIT") == len(asked) - 1


async def test_socket_with_newer_subscription_is_skipped(
    work: UnitOfWork,
    make: Factory,
    come: Come,
    hearing: AudienceCheck,
    monkeypatch: pytest.MonkeyPatch,
):
    """It has just joined a room, after the database was read."""
    aiko = await make.actor()
    tab, room = await come(aiko), await make.room()
    original = module.audiences

    async def read_and_be_overtaken(*args: object) -> object:
        found = await original(*args)
        await make.join(room, aiko)
        await sockets.deliver(f"user:{aiko.user_id}", [{"t": "joined", "room": str(room.id), "sees_after": 0}])
        return found

    monkeypatch.setattr(module, "audiences", read_and_be_overtaken)
    await hearing.compare(work)
    assert tab.rooms() == {room.id}
    assert [op["t"] for op in await tab.heard()] == ["joined"]


async def test_a_lost_subscription_has_every_tab_catch_up(
    parts: Runtime,
    make: Factory,
    come: Come,
    hearing: AudienceCheck,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(module, "APART", 0)
    tabs = [await come(await make.actor()) for _ in range(3)]
    task = asyncio.create_task(hearing.call_all(parts.hub))
    hearing.missed()
    for tab in tabs:
        await until(lambda tab=tab: not tab.idle)
        assert await tab.heard() == [{"t": "resync"}]
    task.cancel()


async def test_tabs_catch_up_now_and_then_where_another_process_may_have_ended_without_a_word(
    come: Come, make: Factory, hearing: AudienceCheck, monkeypatch: pytest.MonkeyPatch
):
    for name in ("APART", "UNHEARD_EVERY", "EVERYBODY_EVERY"):
        monkeypatch.setattr(module, name, 0.01)
    tab = await come(await make.actor())
    task = asyncio.create_task(hearing.call_all(SimpleNamespace(is_shared=True, hears=True)))
    await until(lambda: not tab.idle)
    assert (await tab.heard())[0] == {"t": "resync"}
    task.cancel()
