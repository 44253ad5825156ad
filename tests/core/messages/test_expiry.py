"""Messages that are older than the site keeps them are deleted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from chat_app.core.access.permissions import Role
from chat_app.core.audit.tables import AuditEntry
from chat_app.core.kernel.context import Context
from chat_app.core.messages.queries import history
from chat_app.core.messages.retention import expiry
from chat_app.core.messages.retention.choosing import foresee_retention, set_retention
from chat_app.core.messages.retention.expiry import delete_expired_messages
from chat_app.core.messages.tables import Message, Status
from chat_app.core.rooms.tables import Room
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do


async def texts(do: Do, make: Factory, room: Room) -> list[str]:
    async with make.work.begin() as ctx:
        found = await ctx.db.scalars(select(Message).where(Message.room_id == room.id).order_by(Message.seq))  # type: ignore[arg-type]
        return ["(deleted)" if each.deleted_at else each.text for each in found]


async def test_old_messages_are_deleted_in_batches_and_counted(
    do: Do, make: Factory, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(expiry, "BATCH", 2)
    me = await make.actor()
    one, other = await make.room({Role.MASTER: me}), await make.room({Role.MASTER: me})
    old = clock.now - timedelta(days=31)
    for room in (one, other, one, one):
        await make.message(room, me, "Old", created_at=old, pinned_at=old)
    await make.message(one, me, "New")
    assert await delete_expired_messages(make.work) == 0  # where the site keeps everything
    make.work.policy = replace(make.work.policy, retention_days=30)
    assert await delete_expired_messages(make.work) == 4
    assert await texts(do, make, one) == ["(deleted)"] * 3 + ["New"]
    assert await texts(do, make, other) == ["(deleted)"]
    assert await delete_expired_messages(make.work) == 0
    async with make.work.begin() as ctx:
        [entry] = list(await ctx.db.scalars(select(AuditEntry)))
    assert (entry.actor_id, entry.details) == (None, {"messages": 4, "days": 30})
    assert len((await do(me, history, one.id)).messages) == 4  # their places remain


async def test_a_room_keeps_its_messages_for_less_long_than_the_site(do: Do, make: Factory, clock: Clock):
    me, other = await make.actor(), await make.actor()
    room, elsewhere = await make.room({Role.MASTER: me, Role.ADMIN: other}), await make.room({Role.MASTER: me})
    for place in (room, elsewhere):
        await make.message(place, me, "Old", created_at=clock.now - timedelta(days=8))
        await make.message(place, me, "New", created_at=clock.now - timedelta(days=6))
    assert await do(me, foresee_retention, room.id, 7) == 1
    assert await delete_expired_messages(make.work) == 0
    view = (await do(me, set_retention, room.id, 7)).view()
    assert view.as_json()["keeps_days"] == 7
    async with make.work.begin() as ctx:
        waiting = text("SELECT args FROM procrastinate_jobs WHERE task_name = 'expire_messages'")
        assert (await ctx.db.scalars(waiting)).all() == [{"room": str(room.id)}], "that of everybody comes at night"
    assert await delete_expired_messages(make.work) == 1
    assert await texts(do, make, room) == ["(deleted)", "New", ""]
    assert await texts(do, make, elsewhere) == ["Old", "New"]
    make.work.policy = replace(make.work.policy, retention_days=5)
    assert await delete_expired_messages(make.work) == 3, "the site's is the upper bound"
    for days in (7, 2, -1, 5000):
        assert await code_of(do(me, set_retention, room.id, days)) in ("number_out_of_range", "choice_invalid")
    await do(me, set_retention, room.id, 0)
    assert await code_of(do(other, set_retention, room.id, 1)) == "not_allowed"
    assert await code_of(do(other, foresee_retention, room.id, 1)) == "not_allowed"


async def test_an_answer_that_is_written_is_left_alone(make: Factory, do: Do, clock: Clock):
    me = await make.actor()
    room = await make.room({Role.MASTER: me})
    await make.message(room, None, "So far", created_at=clock.now - timedelta(days=9), status=Status.STREAMING)
    make.work.policy = replace(make.work.policy, retention_days=1)
    assert await delete_expired_messages(make.work) == 0


async def test_switched_off_while_it_looks_for_old_messages_it_deletes_no_newer_ones(
    make: Factory, do: Do, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    me = await make.actor()
    room = await make.room({Role.MASTER: me})
    await make.message(room, me, "New", created_at=clock.now - timedelta(hours=1))
    make.work.policy = replace(make.work.policy, retention_days=30)
    find = expiry._next

    async def switched_off(ctx: Context, *args: Any) -> list[tuple[UUID, UUID]]:
        make.work.policy = ctx.policy = replace(make.work.policy, retention_days=0)
        return await find(ctx, *args)

    monkeypatch.setattr(expiry, "_next", switched_off)
    assert await delete_expired_messages(make.work) == 0
    assert await texts(do, make, room) == ["New"]
