"""The lists of the site's staff among 10,000 people, 5,000 rooms and a million messages.

By itself, `python -m bench.staff_lists`: a server would only add its own time to theirs.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.core.administration.groups import list_site_groups
from chat_app.core.administration.invitations import list_room_invitations
from chat_app.core.administration.people import list_accounts
from chat_app.core.administration.rooms.queries import RoomFilter, RoomOrder, RoomState, list_site_rooms
from chat_app.core.administration.storage import view_storage
from chat_app.core.billing.usage.of_site import site_usage
from chat_app.core.kernel.actor import Actor, Person
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.policy import Policy
from chat_app.launch.database.migrations import migrate
from chat_app.launch.database.postgres import EmbeddedPostgres

MOST_MS: Final = 100.0
ROUNDS: Final = 7
NOBODY: Final = UUID(int=0)

FILL: Final = """
INSERT INTO users (id, email, username, name, color, locale, theme, created_at)
SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'p' || n || '@example.com', 'p' || n,
    'Person ' || n, 'teal', 'en', 'system', now() - n * interval '1 hour'
FROM generate_series(1, 10000) n;
INSERT INTO rooms (id, kind, name, rev, last_seq, description, ai_rule, closed, created_by, created_at,
    last_activity_at, auto_named)
SELECT ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid,
    (ARRAY['room', 'chat', 'group', 'direct'])[1 + n % 4], 'Room ' || n, 200, 200, '', 'mentioned', false,
    ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, now() - n * interval '2 hours',
    now() - n * interval '1 hour', n % 8 = 1
FROM generate_series(1, 5000) n;
INSERT INTO room_members (room_id, user_id, role, last_read_seq, joined_at)
SELECT r.id, ('00000000-0000-7000-8000-' || lpad(to_hex(1 + (n * 7 + m * 13) % 10000), 12, '0'))::uuid,
    CASE WHEN m = 0 AND n % 50 > 0 THEN 'master' ELSE 'member' END, 0, now()
FROM generate_series(1, 5000) n
JOIN rooms r ON r.id = ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid,
    generate_series(0, 1 + n % 20) m;
INSERT INTO messages (id, room_id, seq, rev, author_id, is_ai, text, status, created_at)
SELECT gen_random_uuid(), ('00000000-0000-7000-9000-' || lpad(to_hex(1 + n % 5000), 12, '0'))::uuid, 1 + n / 5000,
    1 + n / 5000, CASE WHEN n % 3 = 0 THEN NULL
        ELSE ('00000000-0000-7000-8000-' || lpad(to_hex(1 + n % 10000), 12, '0'))::uuid END,
    n % 3 = 0, 'What the members said about the page', 'complete', now() - n * interval '30 seconds'
FROM generate_series(0, 999999) n;
INSERT INTO ai_runs (id, room_id, message_id, asked_by_id, status, stop_requested, prompt_tokens, completion_tokens,
    cost, model, created_at, finished_at)
SELECT gen_random_uuid(), room_id, id, '00000000-0000-7000-8000-000000000001', 'completed', false, 900, 200, 1200,
    'demo', created_at, created_at + interval '3 seconds'
FROM messages WHERE is_ai;
INSERT INTO token_usage (id, work, payer_id, asker_id, room_id, model, prompt_tokens, completion_tokens, cost, charged,
    missing, created_at)
SELECT gen_random_uuid(), 'answer', asked_by_id, asked_by_id, room_id, 'model-' || (prompt_tokens % 5), 900, 200, 1200,
    1000, 0, created_at
FROM ai_runs;
INSERT INTO message_attachments (id, room_id, uploader_id, message_id, name, caption, declared_type, mime_type, kind,
    size, thumbnails, animated, exclude_from_ai, status, upload_token, created_at, sent_at)
SELECT gen_random_uuid(), room_id, author_id, id, 'file', '', 'image/png', 'image/png', 'image', 1000 + seq * 977, 0,
    false, false, CASE WHEN seq % 97 = 0 THEN 'refused' ELSE 'ready' END, '', created_at, created_at
FROM messages WHERE NOT is_ai AND seq % 13 = 0;
INSERT INTO invite_links (id, room_id, token, role, uses, created_by, created_at)
SELECT gen_random_uuid(), id, md5(id::text), 'member', 0, created_by, created_at FROM rooms;
INSERT INTO room_invitations (id, room_id, user_id, role, status, invited_by, created_at)
SELECT gen_random_uuid(), id, created_by, 'member', 'pending', created_by, created_at FROM rooms;
INSERT INTO reports (id, message_id, user_id, reason, note, text, created_at)
SELECT gen_random_uuid(), id, author_id, 'spam', '', '', created_at FROM messages WHERE NOT is_ai AND seq = 1 LIMIT 400;
INSERT INTO groups (id, owner_id, name, created_at)
SELECT gen_random_uuid(), id, 'Group of ' || name, created_at FROM users;
INSERT INTO group_members (group_id, user_id)
SELECT g.id, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid FROM groups g, generate_series(1, 8) n;
"""

UseCase = Callable[[Context], Awaitable[Any]]
LISTS: Final[dict[str, UseCase]] = {
    **{f"rooms by {each}": lambda ctx, each=each: list_site_rooms(ctx, RoomFilter(), each) for each in RoomOrder},
    **{
        f"rooms: {each}": lambda ctx, each=each: list_site_rooms(ctx, RoomFilter(state=each), RoomOrder.TOKENS)
        for each in RoomState
    },
    "rooms by words": lambda ctx: list_site_rooms(ctx, RoomFilter("room 49")),
    "groups": list_site_groups,
    "groups by words": lambda ctx: list_site_groups(ctx, words="p77"),
    "groups of directories": lambda ctx: list_site_groups(ctx, source="directory"),
    "invitations": list_room_invitations,
    "invitations by words": lambda ctx: list_room_invitations(ctx, words="p77"),
    "people": list_accounts,
    "storage": view_storage,
    **{
        f"usage by {each}": lambda ctx, each=each: site_usage(ctx, each)
        for each in ("day", "model", "room", "person", "work")
    },
    "usage of a year by day": lambda ctx: site_usage(ctx, "day", 365),
}


async def measure(url: str) -> list[tuple[str, float]]:
    """Return the median milliseconds of each list."""
    engine = create_async_engine(url)
    work = UnitOfWork(
        async_sessionmaker(engine, expire_on_commit=False),
        Policy(billing="count"),
        MovingWindowRateLimiter(MemoryStorage()),
        jobs=ProcrastinateQueue(),
    )
    person = Person(NOBODY, "staff", "Staff", "teal", None)
    actor = Actor(person, NOBODY, frozenset({"admin"}))
    took = []
    for name, use_case in LISTS.items():
        times = []
        for _ in range(ROUNDS):
            async with work.begin(actor) as ctx:
                begun = time.perf_counter()
                await use_case(ctx)
                times.append((time.perf_counter() - begun) * 1000)
        took.append((name, sorted(times)[ROUNDS // 2]))
    await engine.dispose()
    return took


async def fill(url: str) -> None:
    """Fill an empty database."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in FILL.split(";\n"):
            if statement.strip():
                await connection.execute(text(statement))
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))
    await engine.dispose()


def main() -> None:
    """Fill a database, and print what each list takes."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder)) as url:
        migrate(url)
        asyncio.run(fill(url))
        for name, milliseconds in asyncio.run(measure(url)):
            print(f"{name:40} {milliseconds:8.1f} ms{'' if milliseconds <= MOST_MS else '  over'}")


if __name__ == "__main__":
    main()
