"""People and rooms for tests, made the short way: through the tables, so that a test of one use case needs no other."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from passlib.hash import argon2
from sqlalchemy.ext.asyncio import async_sessionmaker

import chat_app.core.schema  # noqa: F401, so that each table knows those that it names
from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.auth.sessions.commands import begin_session
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.membership.tables import JoinRequest
from chat_app.core.rooms.tables import Member, Room

PASSWORD = "correct-horse-battery"
# A stored hash carries its own parameters, so a weak one costs nothing to verify and needs no change to the app.
CHEAP_HASH = argon2.using(type="ID", rounds=1, memory_cost=8, parallelism=1).hash(PASSWORD)
NAMES = ("aiko", "ben", "chloe", "daisuke", "emma", "farid", "grace", "haruto")


@dataclass(slots=True)
class Factory:
    """Creates the objects with which a test begins."""

    work: UnitOfWork
    numbers: "count[int]" = field(default_factory=lambda: count(0))

    @asynccontextmanager
    async def together(self) -> AsyncIterator["Factory"]:
        """Make everything of a scene in one transaction, by the yielded factory."""
        async with self.work.sessions.kw["bind"].begin() as connection:
            sessions = async_sessionmaker(connection, expire_on_commit=False, join_transaction_mode="rollback_only")
            yield replace(self, work=replace(self.work, sessions=sessions))

    async def user(self, **fields: Any) -> User:
        """A user with the password `PASSWORD`."""
        async with self.work.begin() as ctx:
            return self._add_user(ctx, fields)

    async def signed_in(self, **fields: Any) -> tuple[Actor, str]:
        """A user in a session: the actor and the token."""
        async with self.work.begin() as ctx:
            user = self._add_user(ctx, fields)
            await ctx.db.flush()
            return begin_session(ctx, user, address="127.0.0.1", user_agent="test")

    def _add_user(self, ctx: Context, fields: dict[str, Any]) -> User:
        number = next(self.numbers)
        username = fields.pop("username", f"{NAMES[number % len(NAMES)]}{number}")
        values: dict[str, Any] = {"email": f"{username}@example.com", "name": username.capitalize(), "color": "teal"}
        if fields.pop("is_admin", False):
            values["site_roles"] = ["admin"]
        values |= {"password_hash": CHEAP_HASH, "created_at": ctx.now}
        user = User(username=username, **(values | fields))
        ctx.db.add(user)
        return user

    async def session(self, actor: Actor) -> tuple[UUID, str]:
        """One more session of the actor: its id and token."""
        async with self.work.begin() as ctx:
            user = await ctx.db.get_one(User, actor.user_id)
            other, token = begin_session(ctx, user, address="127.0.0.1", user_agent="test")
        return other.session_id, token

    async def actor(self, **fields: Any) -> Actor:
        """A user in a session."""
        return (await self.signed_in(**fields))[0]

    async def room(self, members: Mapping[Role, Actor] | None = None, **fields: Any) -> Room:
        """Create a room with these members; if none is the master, with a new person as master."""
        members = {Role.MASTER: None, **(members or {})}
        people = {role: actor or await self.actor() for role, actor in members.items()}
        async with self.work.begin() as ctx:
            values = {"name": "Reading room", "rev": 1, "created_at": ctx.now, "last_activity_at": ctx.now}
            room = Room(created_by=people[Role.MASTER].user_id, **(values | fields))
            ctx.db.add(room)
            await ctx.db.flush()
            for role, actor in people.items():
                ctx.db.add(Member(room_id=room.id, user_id=actor.user_id, role=role, joined_at=ctx.now))
        return room

    async def join(self, room: Room, actor: Actor, role: Role = Role.MEMBER, **fields: Any) -> None:
        """Make the actor one more member."""
        async with self.work.begin() as ctx:
            ctx.db.add(Member(room_id=room.id, user_id=actor.user_id, role=role, joined_at=ctx.now, **fields))

    async def crowd(self, room: Room, count: int) -> None:
        """Make so many new people, called Crowd 1 and so on, members."""
        async with self.work.begin() as ctx:
            people = [
                User(
                    username=f"crowd{n}",
                    email=f"crowd{n}@example.com",
                    name=f"Crowd {n}",
                    color="teal",
                    created_at=ctx.now,
                )
                for n in range(1, count + 1)
            ]
            ctx.db.add_all(people)
            await ctx.db.flush()
            ctx.db.add_all(
                Member(room_id=room.id, user_id=each.id, role=Role.MEMBER, joined_at=ctx.now) for each in people
            )

    async def rooms(self, actor: Actor, count: int) -> list[Room]:
        """Make so many rooms of the actor, called Place 1 and so on; in each something was said an hour before the
        one before it.
        """
        async with self.work.begin() as ctx:
            rooms = [
                Room(
                    name=f"Place {n}",
                    rev=1,
                    created_by=actor.user_id,
                    created_at=ctx.now,
                    last_activity_at=ctx.now - timedelta(hours=n),
                )
                for n in range(1, count + 1)
            ]
            ctx.db.add_all(rooms)
            await ctx.db.flush()
            ctx.db.add_all(
                Member(room_id=room.id, user_id=actor.user_id, role=Role.MASTER, joined_at=ctx.now) for room in rooms
            )
        return rooms

    async def waiting(self, room: Room, actor: Actor) -> None:
        """Create a join request of the actor."""
        async with self.work.begin() as ctx:
            ctx.db.add(JoinRequest(room_id=room.id, user_id=actor.user_id, asked_at=ctx.now))

    async def message(self, room: Room, author: Actor | None, text: str = "Hello", **fields: Any) -> Message:
        """A message in the room's next place; without an author it is an AI's."""
        async with self.work.begin() as ctx:
            held = await ctx.db.get_one(Room, room.id, with_for_update=True)
            held.last_seq, held.rev = held.last_seq + 1, held.rev + 1
            values = {"author_id": author and author.user_id, "is_ai": author is None, "created_at": ctx.now}
            message = Message(room_id=room.id, seq=held.last_seq, rev=held.rev, text=text, **(values | fields))
            ctx.db.add(message)
        return message

    async def messages(self, room: Room, author: Actor, texts: Sequence[str]) -> None:
        """Messages in the room's next places, in one transaction."""
        async with self.work.begin() as ctx:
            held = await ctx.db.get_one(Room, room.id, with_for_update=True)
            for text in texts:
                held.last_seq, held.rev = held.last_seq + 1, held.rev + 1
                place = {"seq": held.last_seq, "rev": held.rev, "created_at": ctx.now}
                ctx.db.add(Message(room_id=room.id, author_id=author.user_id, text=text, **place))

    async def archive(self, room: Room, *, archived: bool = True) -> None:
        """Archive or unarchive the room without publishing it."""
        async with self.work.begin() as ctx:
            held = await ctx.db.get_one(Room, room.id)
            held.archived_at = ctx.now if archived else None
