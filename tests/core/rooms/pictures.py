"""Invariants of rooms, read from the tables and from the published events."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from chat_app.core.access.permissions import Role
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.live.addressing.rooms import ops_for
from chat_app.core.live.ports import Op

ENDINGS = {"member_left", "left", "gone", "join_declined"}
"""The last ops that a person receives about a room."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A snapshot of everybody's rooms: the roles in each room that is not deleted, bans and join requests.

    ``pairs`` has the people of each direct chat, ``closed`` those in which nobody can write, ``blocks`` who has blocked
    whom, and ``deleted`` the deleted accounts.
    """

    rooms: dict[UUID, dict[UUID, Role]] = field(default_factory=dict)
    bans: set[tuple[UUID, UUID]] = field(default_factory=set)
    waiting: set[tuple[UUID, UUID]] = field(default_factory=set)
    pairs: dict[UUID, frozenset[UUID]] = field(default_factory=dict)
    closed: set[UUID] = field(default_factory=set)
    blocks: set[tuple[UUID, UUID]] = field(default_factory=set)
    deleted: set[UUID] = field(default_factory=set)

    def rooms_of(self, user: UUID) -> set[UUID]:
        """Return the rooms of a person."""
        return {room for room, members in self.rooms.items() if user in members}

    def check(self) -> None:
        """Check the invariants of every state."""
        for room, members in self.rooms.items():
            assert not members.keys() & self.deleted, "a deleted person is in a room"
            if room in self.pairs:
                self._check_direct(room, self.pairs[room], members)
                continue
            assert list(members.values()).count(Role.MASTER) == 1, f"the masters of {room}: {members}"
            inside = {(room, user) for user in members}
            assert not inside & self.bans, "a banned person is in the room"
            assert not inside & self.waiting, "who is in the room waits at its door"
        assert not self.bans & self.waiting, "a banned person waits to be let in"
        named = {user for place in (self.bans | self.waiting) for user in place[1:]} | {
            u for b in self.blocks for u in b
        }
        assert not named & self.deleted, "something is left of a deleted person"
        assert len(set(self.pairs.values())) == len(self.pairs), "two direct chats of the same two"

    def _check_direct(self, room: UUID, pair: frozenset[UUID], members: dict[UUID, Role]) -> None:
        assert set(members) == pair - self.deleted, "in a direct chat are its two, and nobody else"
        assert set(members.values()) <= {Role.MEMBER}, "neither of the two is above the other"
        apart = any(frozenset(block) == pair for block in self.blocks)
        assert (room in self.closed) == (apart or bool(pair & self.deleted)), "a direct chat is closed by a block alone"

    def check_since(self, before: "Picture", actor: UUID) -> None:
        """Check the invariants of every step."""
        for room, were in before.rooms.items():
            are, mine = self.rooms.get(room), were.get(actor)
            if are is None:
                assert mine is Role.MASTER or (room in before.pairs and set(were) == {actor}), (
                    "only its master ends a room"
                )
                continue
            for user in were.keys() | are.keys():
                if user == actor:
                    _check_own_step(mine, are.get(user))
                elif were.get(user) != are.get(user):
                    _check_step(mine, were.get(user), are.get(user))
            came_in = {(room, user) for user in are.keys() - were.keys()}
            assert not came_in & before.bans, "a banned person came in"


def _check_own_step(before: Role | None, after: Role | None) -> None:
    """Check a person's change of their own role: they join, leave or get a lower role, but never a higher one."""
    assert before is None or after is None or after.rank <= before.rank, f"{before} made themselves {after}"
    assert before is not None or after is not Role.MASTER, "somebody came in as the master"


def _check_step(actor: Role | None, before: Role | None, after: Role | None) -> None:
    """Check a change of another's role: both roles are below the actor's. (A new master was below the old one.)"""
    assert actor is not None, "somebody who is not in the room changed it"
    assert before is None or before.rank < actor.rank, f"{actor} changed {before}"
    assert after is None or after.rank <= actor.rank, f"{actor} gave the role {after}"


# One question for all of it: it is asked after each of some thousand steps.
_PICTURE = text(
    """
    SELECT (SELECT coalesce(json_agg(json_build_array(id, pair, closed)), '[]') FROM rooms WHERE deleted_at IS NULL),
           (SELECT coalesce(json_agg(json_build_array(room_id, user_id, role)), '[]') FROM room_members),
           (SELECT coalesce(json_agg(json_build_array(room_id, user_id)), '[]') FROM room_bans),
           (SELECT coalesce(json_agg(json_build_array(room_id, user_id)), '[]') FROM join_requests),
           (SELECT coalesce(json_agg(json_build_array(blocker_id, blocked_id)), '[]') FROM blocks),
           (SELECT coalesce(json_agg(id), '[]') FROM users WHERE deleted_at IS NOT NULL)
    """
)


async def take_picture(work: UnitOfWork) -> Picture:
    """Take a snapshot of the tables."""
    async with work.begin() as ctx:
        there, members, bans, waiting, blocks, deleted = (await ctx.db.execute(_PICTURE)).one()
    rooms: dict[UUID, dict[UUID, Role]] = {UUID(room): {} for room, _, _ in there}
    for room, user, role in members:
        if UUID(room) in rooms:
            rooms[UUID(room)][UUID(user)] = Role(role)
    return Picture(
        rooms,
        _pairs(bans),
        _pairs(waiting),
        {UUID(room): frozenset(map(UUID, pair.split(":"))) for room, pair, _ in there if pair},
        {UUID(room) for room, _, closed in there if closed},
        _pairs(blocks),
        set(map(UUID, deleted)),
    )


def _pairs(rows: list[list[str]]) -> set[tuple[UUID, UUID]]:
    return {(UUID(one), UUID(other)) for one, other in rows}


@dataclass(slots=True)
class Ears:
    """Records what some people's tabs receive: their subscriptions follow the events."""

    heard: dict[UUID, set[UUID]] = field(default_factory=dict)

    def tell(self, events: list[object], now: Picture) -> None:
        """Deliver the events of one step, whose result is ``now``."""
        for event in events:
            for user, op in self.follow(event):
                # Somebody who deletes their account at the same time was in the room before.
                sees = user in now.rooms.get(UUID(op["room"]), ()) or user in now.deleted
                assert sees or op["t"] in ENDINGS, f"somebody who is not in the room hears of it: {op}"
                shut = op["t"] in ("message", "stream", "typing") and UUID(op["room"]) in now.closed
                assert not shut, f"something is said in a direct chat that is closed: {op}"

    def follow(self, event: object) -> list[tuple[UUID, Op]]:
        """Deliver one event; return what each person received about rooms."""
        told: list[tuple[UUID, Op]] = []
        for channel, op in ops_for(event):
            if "room" in op:
                kind, _, subject = channel.partition(":")
                hearers = self._hearers(kind, UUID(subject))
                told += [(user, op) for user in hearers]
                self._lead(hearers, op)
        return told

    def _hearers(self, kind: str, subject: UUID) -> list[UUID]:
        if kind == "user":
            return [subject] if subject in self.heard else []
        return [user for user, rooms in self.heard.items() if subject in rooms]

    def _lead(self, hearers: list[UUID], op: Op) -> None:
        for user in hearers:
            if op["t"] == "joined":
                self.heard[user].add(UUID(op["room"]))
            elif op["t"] in ("left", "gone"):
                self.heard[user].discard(UUID(op["room"]))

    def check(self, now: Picture) -> None:
        """Check that everybody is subscribed to exactly their rooms."""
        for user, heard in self.heard.items():
            assert heard == now.rooms_of(user), "who hears a room and who is in it differ"
