"""People, rooms and history, made behind the server's back: how fast they are made is not what is measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.auth.sessions.commands import begin_session
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.policy import Policy
from chat_app.core.messages.texts.words import BLOCK, author_word, tag, words_of
from chat_app.core.rooms.commands import create_room
from chat_app.core.rooms.tables import Member

TEXT: Final = "Could we keep the keyset index? A page then takes only one look."
"""64 characters."""

_HISTORY: Final = """
    INSERT INTO messages (id, room_id, seq, rev, author_id, is_ai, text, created_at, status)
    SELECT uuidv7(), :room, n, n, :author, false, 'Message ' || n || ' of this room. ' || :text,
           now() - (:size - n) * interval '1 second', 'complete'
    FROM generate_series(1, :size) AS n
"""


_ROOMS: Final = """
    WITH made AS (
        INSERT INTO rooms
        SELECT (jsonb_populate_record(rooms, jsonb_build_object('id', uuidv7(), 'name', rooms.name || ' ' || n))).*
        FROM rooms, generate_series(1, :count) AS n WHERE rooms.id = :room
        RETURNING id
    )
    INSERT INTO room_members (room_id, user_id, role, last_read_seq, joined_at)
    SELECT id, :person, 'member', 0, now() FROM made
"""

_MEMBERS: Final = """
    WITH made AS (
        INSERT INTO users
        SELECT (jsonb_populate_record(users, jsonb_build_object(
            'id', uuidv7(), 'name', 'Member ' || n,
            'email', n || '-' || email, 'username', left(n || '-' || username, 20)
        ))).*
        FROM users, generate_series(1, :count) AS n WHERE users.id = :person
        RETURNING id
    )
    INSERT INTO room_members (room_id, user_id, role, last_read_seq, joined_at)
    SELECT :room, id, 'member', 0, now() FROM made
"""

_WORDS: Final = """
    INSERT INTO message_words (message_id, words)
    SELECT id, array_to_tsvector(ARRAY(
        SELECT tags[seq / :block + 1] || word FROM unnest(words || CAST(seq AS text)) AS word
    ))
    FROM messages, (SELECT CAST(:tags AS text[]) AS tags, CAST(:words AS text[]) AS words) AS given
    WHERE room_id = :room
"""


@dataclass(frozen=True, slots=True)
class Someone:
    """A person with a session in a browser."""

    actor: Actor
    cookie: str


class Community:
    """The people of one run."""

    def __init__(self, database_url: str) -> None:
        self.engine = create_async_engine(database_url, pool_size=20)
        limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self.work = UnitOfWork(
            async_sessionmaker(self.engine, expire_on_commit=False), Policy(), limiter, jobs=ProcrastinateQueue()
        )

    async def forget(self) -> None:
        """Remove the rooms of earlier runs, all but the long histories."""
        async with self.work.begin() as ctx:
            await ctx.db.execute(text("DELETE FROM rooms WHERE name !~ '^history [0-9]+$'"))

    async def people(self, count: int) -> list[Someone]:
        """New people, signed in. They have no password, which would take a twentieth of a second for each to hash."""
        made = []
        async with self.work.begin() as ctx:
            for number in range(count):
                name = uuid4().hex
                email, shown = f"{name}@example.org", f"Person {number}"
                user = User(email=email, username=name[:20], name=shown, color="sky", created_at=ctx.now)
                ctx.db.add(user)
                await ctx.db.flush()
                made.append(Someone(*begin_session(ctx, user, address="127.0.0.1", user_agent="bench")))
        return made

    async def room(self, name: str, people: Sequence[Someone], ai_rule: str = "never") -> UUID:
        """Create a room that these people are in, the first as its master."""
        async with self.work.begin(people[0].actor) as ctx:
            access = await create_room(ctx, name=name, ai_rule=ai_rule)
            room_id = access.room.id
            ctx.db.add_all(
                Member(room_id=room_id, user_id=each.actor.user_id, role=Role.MEMBER, joined_at=ctx.now)
                for each in people[1:]
            )
        return room_id

    async def more_rooms(self, person: Someone, room: UUID, count: int) -> None:
        """Have a person be in so many rooms more, each like ``room``."""
        async with self.work.begin() as ctx:
            await ctx.db.execute(text(_ROOMS), {"person": person.actor.user_id, "room": room, "count": count})
            await ctx.db.execute(text("ANALYZE"))  # as the database does by itself within a minute

    async def more_members(self, room: UUID, count: int) -> None:
        """Have so many people more be in a room."""
        [model] = await self.people(1)
        async with self.work.begin() as ctx:
            await ctx.db.execute(text(_MEMBERS), {"person": model.actor.user_id, "room": room, "count": count})
            await ctx.db.execute(text("ANALYZE"))  # as the database does by itself within a minute

    async def history(self, size: int, *readers: Someone) -> UUID:
        """Return a room of ``size`` messages, stored from run to run, which ``readers`` may read."""
        name = f"history {size}"
        async with self.work.begin() as ctx:
            found = await ctx.db.scalar(text("SELECT id FROM rooms WHERE name = :name"), {"name": name})
        room_id = found or await self._write_history(name, size)
        async with self.work.begin() as ctx:
            await ctx.db.execute(text("DELETE FROM room_members WHERE room_id = :room"), {"room": room_id})
            for reader in readers:
                ctx.db.add(Member(room_id=room_id, user_id=reader.actor.user_id, joined_at=ctx.now))
            # From the disk once: what is measured is the work of reading a page, and not this machine's disk.
            await ctx.db.scalar(text("SELECT sum(length(text)) FROM messages WHERE room_id = :room"), {"room": room_id})
        return room_id

    async def _write_history(self, name: str, size: int) -> UUID:
        [author] = await self.people(1)
        room_id = await self.room(f"{name}, unfinished", [author])
        values = {"room": room_id, "author": author.actor.user_id, "size": size, "text": TEXT}
        async with self.work.begin() as ctx:
            # Without the checks of foreign keys, a million rows take a third of the time.
            await ctx.db.execute(text("SET LOCAL session_replication_role = replica"))
            await ctx.db.execute(text(_HISTORY), values)
            await self._index_history(ctx, room_id, author.actor, size)
            finish = "UPDATE rooms SET name = :name, last_seq = :size, rev = :size WHERE id = :room"
            await ctx.db.execute(text(finish), {"name": name, "size": size, "room": room_id})
        async with self.engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))
        return room_id

    async def _index_history(self, ctx: Context, room_id: UUID, author: Actor, size: int) -> None:
        tags = [tag(room_id, first) for first in range(0, size + 1, BLOCK)]
        found_by = [*words_of(f"Message of this room. {TEXT}"), author_word(author.user_id)]
        # The index is made anew at the end: to add a million messages to it one by one takes a quarter of an hour.
        await ctx.db.execute(text("DROP INDEX ix_message_words"))
        await ctx.db.execute(text(_WORDS), {"room": room_id, "block": BLOCK, "tags": tags, "words": found_by})
        await ctx.db.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        index = "CREATE INDEX ix_message_words ON message_words USING gin (words) WITH (fastupdate = off)"
        await ctx.db.execute(text(index))
