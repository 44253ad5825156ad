"""Messages that are older than the site keeps them are deleted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.audit.tables import AuditEntry
from chat_app.core.kernel.context import Context
from chat_app.core.messages import expiry
from chat_app.core.messages.expiry import delete_expired_messages
from chat_app.core.messages.queries import history
from chat_app.core.messages.tables import Message, Status
from chat_app.core.rooms.tables import Room
from tests.support.clock import Clock
from tests.support.factory import Factory
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
