"""The invariants of rooms hold after any sequence of actions."""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from chat_app.core.access.permissions import Permission
from chat_app.core.direct import blocking
from chat_app.core.kernel.context import Context
from chat_app.core.personal import commands as personal
from chat_app.core.rooms import commands, members
from chat_app.core.rooms.access import RoomAccess, access_room, advance
from chat_app.core.rooms.events import MemberLeft
from chat_app.core.rooms.membership import joining
from chat_app.core.rooms.tables import Member, Room
from tests.core.rooms.rooms_machine import Rooms
from tests.core.rooms.stage import Stage


@pytest.fixture
def stage(worker_database: str) -> Iterator[Stage]:
    stage = Stage(worker_database)
    yield stage
    stage.close()


FEW: Final = settings(
    max_examples=18,
    stateful_step_count=30,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # with Phase.shrink too, it takes minutes to find the shortest way to a fault
)


@pytest.mark.slow
def test_whatever_people_do_rooms_stay_sound(stage: Stage):
    run_state_machine_as_test(lambda: Rooms(stage), settings=FEW)


async def leave_at_once(ctx: Context, room_id: object) -> None:
    """Leave as a master could not."""
    access = await access_room(ctx, room_id, Permission.VIEW, lock=True)
    await ctx.db.delete(access.member)
    ctx.emit(MemberLeft(access.room.id, advance(access.room), ctx.me.user_id))


async def let_in(*_: object) -> None:
    """Ignore bans."""


async def remove_in_silence(ctx: Context, access: RoomAccess, member: Member) -> None:
    """Remove a member without an event."""
    await ctx.db.delete(member)


async def leave_it_open(*_: object) -> None:
    """Block without closing the direct chat."""


async def leave_them_all(ctx: Context, _: UUID, rows: Sequence[tuple[Room, Member]]) -> list[UUID]:
    """Delete an account in spite of its rooms."""
    for room, member in rows:
        await ctx.db.delete(member)
        ctx.emit(MemberLeft(room.id, advance(room), member.user_id))
    return []


class Alone(Rooms):
    """Without two who act at once, so that a seed leads to the same steps and outcomes on every machine."""

    both_at_once = None


@pytest.mark.parametrize(
    ("module", "rule_", "broken", "found", "soon"),
    [
        (commands, "leave_room", leave_at_once, "the masters of", 12),
        (members, "_below", members._member, "the masters of|changed", 6),
        (members, "_remove", remove_in_silence, "who hears a room and who is in it differ", 2),
        (personal, "_leave_all", leave_them_all, "the masters of", 12),
    ],
)
@pytest.mark.slow
def test_a_broken_rule_is_found(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, module: object, rule_: str, broken: object, found: str, soon: int
):
    """`soon` is a seed by which the fault is found after few steps; by another it takes up to 100 times as many."""
    monkeypatch.setattr(module, rule_, broken)
    with pytest.raises(AssertionError, match=found):
        run_state_machine_as_test(seed(soon)(lambda: Alone(stage)), settings=settings(FEW, max_examples=100))


def test_a_banned_person_who_comes_back_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    """Takes three steps that the machine may take by chance."""
    monkeypatch.setattr(joining, "check_not_banned", let_in)
    machine = Rooms(stage)
    machine.begin(approval=False)
    machine.ban(room=1, who=0, whom=2)
    assert machine.picture.bans
    with pytest.raises(AssertionError, match="a banned person is in the room"):
        machine.try_to_come_back(whom=0)


def test_a_direct_chat_that_a_block_leaves_open_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    """Takes two steps that the machine seldom takes with the same two."""
    monkeypatch.setattr(blocking, "_update_chat", leave_it_open)
    machine = Rooms(stage)
    machine.begin(approval=False)
    machine.write_to(who=0, whom=1)
    assert machine.picture.pairs
    with pytest.raises(AssertionError, match="a direct chat is closed by a block alone"):
        machine.block(who=0, whom=1)
