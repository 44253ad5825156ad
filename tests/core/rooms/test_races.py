"""Two people at once: one succeeds, and the other gets a clean refusal."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.invitations import links, personal
from chat_app.core.invitations.answers import accept_invitation, cancel_invitation
from chat_app.core.invitations.queries import my_invitations
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import DomainError
from chat_app.core.rooms import commands, members
from chat_app.core.rooms.events import MemberJoined, MemberLeft, RoleChanged, RoomDeleted
from chat_app.core.rooms.membership import joining
from chat_app.core.rooms.tables import Room
from tests.core.rooms.pictures import Ears, take_picture
from tests.support.factory import Factory
from tests.support.use_cases import Do

Call = tuple[Actor, Callable[..., Awaitable[Any]], tuple[Any, ...]]
ORDERS: Final = pytest.mark.parametrize("turned", [False, True])


@dataclass
class Race:
    """A room with a master, an admin, a member and a join request; records the outcomes."""

    do: Do
    work: UnitOfWork
    events: list[object]
    room: Room
    aiko: Actor
    ben: Actor
    chloe: Actor
    emma: Actor
    ears: Ears

    async def run(self, calls: Sequence[Call]) -> list[str | None]:
        """Make all calls at once, check the invariants of rooms, and return the code of each refusal."""
        results = await asyncio.gather(
            *(self.do(actor, use_case, *args) for actor, use_case, args in calls), return_exceptions=True
        )
        bugs = [
            result for result in results if isinstance(result, BaseException) and not isinstance(result, DomainError)
        ]
        assert not bugs
        now = await take_picture(self.work)
        now.check()
        for event in self.events:
            self.ears.follow(event)
        self.ears.check(now)
        return [result.code if isinstance(result, DomainError) else None for result in results]

    async def between(self, one: Call, other: Call, *, turned: bool) -> list[str | None]:
        """Run both at once, in either order; return the outcome of each."""
        codes = await self.run([other, one] if turned else [one, other])
        return codes[::-1] if turned else codes

    async def roles(self) -> dict[Any, Role] | None:
        """Return the members of the room, `None` where it is deleted."""
        return (await take_picture(self.work)).rooms.get(self.room.id)

    def count(self, kind: type) -> int:
        """Return the number of events of a kind."""
        return sum(isinstance(event, kind) for event in self.events)


@pytest.fixture
async def race(do: Do, make: Factory, work: UnitOfWork, events: list[object]) -> Race:
    aiko, ben, chloe, emma = [await make.actor() for _ in range(4)]
    room = await make.room({Role.MASTER: aiko, Role.ADMIN: ben, Role.MEMBER: chloe})
    await make.waiting(room, emma)
    inside = {actor.user_id: {room.id} for actor in (aiko, ben, chloe)}
    return Race(do, work, events, room, aiko, ben, chloe, emma, Ears(inside | {emma.user_id: set()}))


@ORDERS
async def test_two_concurrent_approvals_admit_once(race: Race, turned: bool):
    let_in = (joining.approve_join_request, (race.room.id, race.emma.user_id))
    codes = await race.between((race.aiko, *let_in), (race.ben, *let_in), turned=turned)
    assert set(codes) == {None, "join_request_not_found"}
    assert (await race.roles())[race.emma.user_id] is Role.MEMBER
    assert race.count(MemberJoined) == 1


@ORDERS
async def test_concurrent_approval_and_decline_have_one_winner(race: Race, turned: bool):
    about = (race.room.id, race.emma.user_id)
    one, other = (race.aiko, joining.approve_join_request, about), (race.ben, joining.decline_join_request, about)
    codes = await race.between(one, other, turned=turned)
    assert set(codes) == {None, "join_request_not_found"}
    assert (race.emma.user_id in await race.roles()) == (codes[0] is None)


@ORDERS
async def test_concurrent_approval_and_ban_leave_person_out(race: Race, turned: bool):
    about = (race.room.id, race.emma.user_id)
    one, other = (race.ben, joining.approve_join_request, about), (race.aiko, members.ban_member, about)
    codes = await race.between(one, other, turned=turned)
    assert codes in ([None, None], ["join_request_not_found", None])
    assert race.emma.user_id not in await race.roles()


@ORDERS
async def test_two_tabs_accept_the_same_invitation(race: Race, turned: bool):
    accept = await invited(race)
    assert await race.between(accept, accept, turned=turned) == [None, None]
    assert race.count(MemberJoined) == 1


@ORDERS
async def test_accepting_while_it_is_taken_back(race: Race, turned: bool):
    accept = await invited(race)
    cancel = (race.ben, cancel_invitation, (race.room.id, *accept[2]))
    codes = await race.between(accept, cancel, turned=turned)
    assert codes.count(None) == 1
    assert (race.emma.user_id in await race.roles()) == (codes[0] is None)


async def invited(race: Race) -> Call:
    """Return Emma's acceptance of an invitation."""
    await race.do(race.aiko, personal.invite, race.room.id, race.emma.person.username)
    [invitation] = await race.do(race.emma, my_invitations)
    race.events.clear()
    return race.emma, accept_invitation, (invitation.id,)


@ORDERS
async def test_two_tabs_hand_the_room_to_two_people(race: Race, turned: bool):
    heirs = [(race.aiko, members.transfer_room, (race.room.id, heir.user_id)) for heir in (race.ben, race.chloe)]
    codes = await race.between(*heirs, turned=turned)
    assert set(codes) == {None, "not_allowed"}
    heir = race.ben if codes[0] is None else race.chloe
    assert (await race.roles())[heir.user_id] is Role.MASTER
    assert race.count(RoleChanged) == 2


@ORDERS
async def test_two_tabs_delete_the_room(race: Race, turned: bool):
    delete = (race.aiko, commands.delete_room, (race.room.id,))
    assert set(await race.between(delete, delete, turned=turned)) == {None, "room_not_found"}
    assert await race.roles() is None
    assert race.count(RoomDeleted) == 1


@ORDERS
async def test_the_room_is_handed_over_while_it_is_deleted(race: Race, turned: bool):
    transfer = (race.aiko, members.transfer_room, (race.room.id, race.chloe.user_id))
    codes = await race.between(transfer, (race.aiko, commands.delete_room, (race.room.id,)), turned=turned)
    assert codes in ([None, "not_allowed"], ["room_not_found", None])
    assert (await race.roles() is None) == (codes[1] is None)


@ORDERS
async def test_the_room_is_handed_over_while_its_master_leaves(race: Race, turned: bool):
    transfer = (race.aiko, members.transfer_room, (race.room.id, race.chloe.user_id))
    codes = await race.between(transfer, (race.aiko, commands.leave_room, (race.room.id,)), turned=turned)
    assert codes in ([None, None], [None, "master_must_transfer"])
    assert (await race.roles())[race.chloe.user_id] is Role.MASTER


@ORDERS
async def test_the_room_is_handed_over_while_the_heir_leaves(race: Race, turned: bool):
    transfer = (race.aiko, members.transfer_room, (race.room.id, race.chloe.user_id))
    codes = await race.between(transfer, (race.chloe, commands.leave_room, (race.room.id,)), turned=turned)
    assert codes in ([None, "master_must_transfer"], ["member_not_found", None])
    heir = race.chloe if codes[0] is None else race.aiko
    assert (await race.roles())[heir.user_id] is Role.MASTER


@ORDERS
async def test_concurrent_removals_remove_once(race: Race, turned: bool):
    remove = (members.remove_member, (race.room.id, race.chloe.user_id))
    codes = await race.between((race.aiko, *remove), (race.ben, *remove), turned=turned)
    assert set(codes) == {None, "member_not_found"}
    assert race.count(MemberLeft) == 1


@pytest.mark.parametrize("seed", range(4))
async def test_concurrent_changes_leave_a_sound_room(race: Race, seed: int):
    room, about = race.room.id, (race.room.id, race.emma.user_id)
    link = await race.do(race.aiko, links.create_invite_link, room)
    calls: list[Call] = [
        (race.aiko, members.transfer_room, (room, race.ben.user_id)),
        (race.aiko, members.transfer_room, (room, race.chloe.user_id)),
        (race.aiko, members.change_role, (room, race.ben.user_id, Role.READER)),
        (race.ben, members.change_role, (room, race.chloe.user_id, Role.ADMIN)),
        (race.ben, members.remove_member, (room, race.chloe.user_id)),
        (race.chloe, members.ban_member, (room, race.ben.user_id)),
        (race.ben, members.ban_member, about),
        (race.aiko, joining.approve_join_request, about),
        (race.ben, joining.decline_join_request, about),
        (race.emma, links.join_by_link, (link.token,)),
        (race.aiko, commands.leave_room, (room,)),
        (race.chloe, commands.leave_room, (room,)),
        (race.ben, commands.archive_room, (room,)),
        *([(race.ben, commands.delete_room, (room,))] if seed % 2 else []),
    ]
    Random(seed).shuffle(calls)
    await race.run(calls)
