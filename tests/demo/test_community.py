"""The sample community: whole, believable, and there but once."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.core.auth.registration import register
from chat_app.core.auth.sessions.commands import sign_in
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.policy import Policy
from chat_app.demo import fill
from chat_app.demo.errors import CannotFill
from chat_app.demo.script import newest_day, people, rooms, time_at
from chat_app.settings import Settings
from tests.support.databases import Databases

pytestmark = pytest.mark.slow

Filled = tuple[str, str]
"""The database's URL, and the terminal's output."""


def settings(url: str) -> Settings:
    return Settings(database_url=SecretStr(url))


def ask(url: str, query: str) -> list[tuple]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(query).fetchall()


async def as_guest(url: str, use_case: Any, *args: Any, **kw: Any) -> Any:
    engine = create_async_engine(url)
    limiter = MovingWindowRateLimiter(MemoryStorage())
    work = UnitOfWork(async_sessionmaker(engine, expire_on_commit=False), Policy(), limiter, jobs=ProcrastinateQueue())
    async with work.begin() as ctx:
        result = await use_case(ctx, *args, **kw)
    await engine.dispose()
    return result


@pytest.fixture(scope="module")
def filled(databases: Databases) -> Iterator[Filled]:
    url = databases.create()
    yield url, fill(settings(url))
    databases.drop(url)


def test_everything_of_the_script_is_there(filled: Filled):
    url, told = filled
    [(persons, spaces, said)] = ask(
        url,
        """SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM rooms),
                  (SELECT count(*) FROM messages WHERE event IS NULL)""",
    )
    assert f"{persons} people, {spaces} rooms, {said} messages" in told
    assert persons == len(people()) >= 8
    assert spaces == len(rooms()) >= 7
    assert said > 100


def test_community_has_every_kind_of_message(filled: Filled):
    [shown] = ask(
        filled[0],
        """SELECT count(*) FILTER (WHERE status = 'complete' AND is_ai AND tokens > 0 AND model > ''),
                  count(*) FILTER (WHERE status = 'stopped' AND text > ''),
                  count(*) FILTER (WHERE status = 'failed' AND error > ''),
                  count(edited_at), count(deleted_at), count(reply_to_id), count(pinned_at), count(reactions),
                  count(*) FILTER (WHERE text ~ '[ぁ-ん]'), count(*) FILTER (WHERE text ~ '^[ -~\n’–]+$'),
                  count(*) FILTER (WHERE text LIKE '%| ---%'), count(*) FILTER (WHERE text LIKE '%```%'),
                  count(*) FILTER (WHERE text LIKE '%$$%') FROM messages""",
    )
    assert all(shown), shown


def test_two_write_to_each_other_alone_and_somebody_marks_what_they_want_to_keep(filled: Filled):
    url, _ = filled
    assert ask(url, "SELECT count(*) FROM rooms WHERE pair IS NOT NULL AND last_seq > 0")[0][0] >= 2
    assert ask(url, "SELECT count(*) FROM contacts")[0][0] >= 4
    assert ask(url, "SELECT count(*) FROM stars")[0][0] >= 2


def test_no_answer_of_the_community_is_queued(filled: Filled):
    assert ask(filled[0], "SELECT id FROM ai_runs WHERE status IN ('queued', 'running')") == []
    assert ask(filled[0], "SELECT id FROM messages WHERE status IN ('queued', 'streaming')") == []


def test_messages_are_within_three_weeks_and_in_order(filled: Filled):
    now = datetime.now(UTC)
    [(first, last)] = ask(filled[0], "SELECT min(created_at), max(created_at) FROM messages")
    assert now - timedelta(weeks=3) < first < last < now
    places = ask(filled[0], "SELECT room_id, created_at FROM messages ORDER BY room_id, seq")
    assert places == sorted(places)


def test_somebody_has_something_new_to_read_and_a_picture_to_show(filled: Filled):
    unread = "SELECT count(*) FROM room_members JOIN rooms ON id = room_id WHERE last_read_seq < last_seq"
    assert ask(filled[0], unread)[0][0] > 5
    shown = "SELECT count(*) FROM users JOIN pictures ON user_id = users.id WHERE avatar IS NOT NULL"
    assert ask(filled[0], shown)[0][0] >= 3


def test_printed_password_signs_in(filled: Filled):
    url, told = filled
    [password] = re.findall(r"once: (\S+)$", told)
    for person in people():
        actor, _ = asyncio.run(as_guest(url, sign_in, person.username, password))
        assert actor.person.name == person.name
        assert ("admin" in actor.site_roles) == (f"{person.username} is the site's admin" in told)


def test_filling_again_changes_nothing(filled: Filled):
    url, _ = filled
    before = ask(url, "SELECT id, rev, text FROM messages ORDER BY id")
    assert fill(settings(url)) == "The sample community is there already; nothing was changed."
    assert ask(url, "SELECT id, rev, text FROM messages ORDER BY id") == before


def test_a_taken_name_is_one_line_and_leaves_nothing_behind(fresh_database: str):
    account = {"email": "yuki@example.com", "username": "yuki", "password": "correct-horse-battery"}
    asyncio.run(as_guest(fresh_database, register, **account))
    with pytest.raises(CannotFill, match="PARLEY_DATA_DIR"):
        fill(settings(fresh_database))
    assert ask(fresh_database, "SELECT username FROM users") == [("yuki",)]
    assert ask(fresh_database, "SELECT id FROM rooms") == []


@pytest.mark.parametrize(
    ("now", "at", "then"),
    [
        ("2026-11-20T20:00", "0 10:02", "2026-11-20"),
        ("2026-11-20T06:00", "0 10:02", "2026-11-19"),
        ("2026-11-23T20:00", "1 10:02", "2026-11-20"),
        ("2026-11-22T20:00", "1 10:02", "2026-11-20"),
        ("2026-11-20T20:00", "5 10:02", "2026-11-13"),
    ],
)
def test_days_count_back_over_weekends(now: str, at: str, then: str):
    newest = newest_day(rooms(), datetime.fromisoformat(now))
    assert time_at(at, newest).isoformat().startswith(f"{then}T10:02")
