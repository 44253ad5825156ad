"""What must be true of rooms, whoever did what before: read from the tables, and from what the feed was told."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.live.ops import ops_for
from chat_app.core.live.ports import Op
from chat_app.core.rooms.tables import Ban, JoinRequest, Member, Room

ENDINGS = {"member_left", "left", "gone", "turned_away"}
"""The last ops that somebody hears of a room."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Who is where at one moment: the roles in each room that is not deleted, and who may not or not yet come in."""

    rooms: dict[UUID, dict[UUID, Role]]
    bans: set[tuple[UUID, UUID]]
    waiting: set[tuple[UUID, UUID]]

    def rooms_of(self, user: UUID) -> set[UUID]:
        """The rooms that somebody is in."""
        return {room for room, members in self.rooms.items() if user in members}

    def check(self) -> None:
        """What holds at every moment."""
        for room, members in self.rooms.items():
            assert list(members.values()).count(Role.MASTER) == 1, f"the masters of {room}: {members}"
            inside = {(room, user) for user in members}
            assert not inside & self.bans, "a banned person is in the room"
            assert not inside & self.waiting, "who is in the room waits at its door"
        assert not self.bans & self.waiting, "a banned person waits to be let in"

    def check_since(self, before: "Picture", actor: UUID) -> None:
        """What holds of every step that somebody takes."""
        for room, were in before.rooms.items():
            are, mine = self.rooms.get(room), were.get(actor)
            if are is None:
                assert mine is Role.MASTER, "only its master ends a room"
                continue
            for user in were.keys() | are.keys():
                if user == actor:
                    _check_own_step(mine, are.get(user))
                elif were.get(user) != are.get(user):
                    _check_step(mine, were.get(user), are.get(user))
            came_in = {(room, user) for user in are.keys() - were.keys()}
            assert not came_in & before.bans, "a banned person came in"


def _check_own_step(before: Role | None, after: Role | None) -> None:
    """One comes in, leaves, or steps down; one does not rise."""
    assert before is None or after is None or after.rank <= before.rank, f"{before} made themselves {after}"
    assert before is not None or after is not Role.MASTER, "somebody came in as the master"


def _check_step(actor: Role | None, before: Role | None, after: Role | None) -> None:
    """To somebody else one does only what is below oneself. (The heir of a room was below its master.)"""
    assert actor is not None, "somebody who is not in the room changed it"
    assert before is None or before.rank < actor.rank, f"{actor} changed {before}"
    assert after is None or after.rank <= actor.rank, f"{actor} gave the role {after}"


async def take_picture(work: UnitOfWork) -> Picture:
    """How it is now."""
    async with work.begin() as ctx:
        rooms: dict[UUID, dict[UUID, Role]] = {
            room: {} for room in await ctx.db.scalars(select(Room.id).where(Room.deleted_at.is_(None)))
        }
        for room, user, role in await ctx.db.execute(select(Member.room_id, Member.user_id, Member.role)):
            if room in rooms:
                rooms[room][user] = Role(role)
        bans = await ctx.db.execute(select(Ban.room_id, Ban.user_id))
        waiting = await ctx.db.execute(select(JoinRequest.room_id, JoinRequest.user_id))
        return Picture(rooms, set(map(tuple, bans)), set(map(tuple, waiting)))


@dataclass(slots=True)
class Ears:
    """What the tabs of some people hear: like sockets, they are led in and out of rooms by what they are told."""

    heard: dict[UUID, set[UUID]] = field(default_factory=dict)

    def tell(self, events: list[object], now: Picture) -> None:
        """Hear the events of one step, after which it is as in ``now``."""
        for event in events:
            for user, op in self.follow(event):
                sees = user in now.rooms.get(UUID(op["room"]), ())
                assert sees or op["t"] in ENDINGS, f"somebody who is not in the room hears of it: {op}"

    def follow(self, event: object) -> list[tuple[UUID, Op]]:
        """Hear one event; returns who heard what about rooms."""
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
        """Everybody hears just those rooms that they are in."""
        for user, heard in self.heard.items():
            assert heard == now.rooms_of(user), "who hears a room and who is in it differ"
