"""Posting in groups gives the same result as posting one by one."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.asking.posts.posting import GROUP_MAX, Posting
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.policy import Policy
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.queries import history
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room
from tests.support.factory import Factory
from tests.support.locks import someone_waits
from tests.support.refusal import refused
from tests.support.use_cases import Do

Post = asyncio.Task[MessageView]


@pytest.fixture
def posting(work: UnitOfWork, gateway: LlmGateway) -> Posting:
    return Posting(work, gateway)


@pytest.fixture
def commits(engine: AsyncEngine) -> Iterator[list[object]]:
    """The transactions that have been committed."""
    committed: list[object] = []

    def note(connection: object) -> None:
        committed.append(connection)

    event.listen(engine.sync_engine, "commit", note)
    yield committed
    event.remove(engine.sync_engine, "commit", note)


@asynccontextmanager
async def locked(work: UnitOfWork, room: Room, first: Coroutine[Any, Any, MessageView]) -> AsyncIterator[Post]:
    """Lock a room in another transaction, while the first group waits for it."""
    async with work.begin() as ctx:
        await ctx.db.get_one(Room, room.id, with_for_update=True)
        post = asyncio.create_task(first)
        await someone_waits(work)
        yield post


async def outcome(sending: Post) -> MessageView | str:
    """The message, or the code of the refusal."""
    try:
        return await sending
    except DomainError as error:
        return error.code
    except asyncio.CancelledError:
        return "cancelled"


async def test_posts_during_a_commit_form_the_next_group(
    posting: Posting, make: Factory, do: Do, commits: list[object], events: list[object]
):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    commits.clear()
    texts = [f"Number {number}" for number in range(20)]
    said = await asyncio.gather(*(posting.post(aiko, room.id, each, nonce=new_id()) for each in texts))
    assert [(each.seq, each.rev, each.text) for each in said] == [(n + 1, n + 2, each) for n, each in enumerate(texts)]
    assert sorted(each.at for each in said) == [each.at for each in said]
    assert len(commits) <= 2
    assert events == [MessageChanged(each) for each in said]
    assert (await do(aiko, history, room.id)).messages == said


async def test_one_refused_post_refuses_no_other(posting: Posting, make: Factory, do: Do):
    aiko, ben, chloe = [await make.actor() for _ in range(3)]
    room = await make.room({Role.MASTER: aiko, Role.READER: ben, Role.MEMBER: chloe}, slow_seconds=60)
    stranger = await make.actor()
    senders = [(aiko, "One"), (ben, "May not"), (stranger, "Is not here"), (chloe, "Two"), (chloe, "Too soon")]
    tasks = [asyncio.create_task(posting.post(who, room.id, said, nonce=new_id())) for who, said in senders]
    tasks.append(asyncio.create_task(posting.post(aiko, room.id, "Reply", reply_to=str(uuid4()))))
    found = [await outcome(task) for task in tasks]
    refusals = [each for each in found if isinstance(each, str)]
    assert refusals == ["not_allowed", "room_not_found", "slow_mode", "message_not_found"]
    page = await do(aiko, history, room.id)
    assert [(each.seq, each.text) for each in page.messages] == [(1, "One"), (2, "Two")]
    assert page.rev == 3


async def test_a_resend_in_a_group_is_the_message_of_before(posting: Posting, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    nonce, other = new_id(), new_id()
    first = await posting.post(aiko, room.id, "Once", nonce=nonce)
    again = [posting.post(aiko, room.id, "Again", nonce=nonce), posting.post(ben, room.id, "Hello", nonce=other)]
    twice = [posting.post(ben, room.id, "Hello", nonce=other), posting.post(ben, room.id, "New", nonce=nonce)]
    same, hello, resent, new = await asyncio.gather(*again, *twice)
    assert (same, resent) == (first, hello)
    assert [each.seq for each in (first, hello, new)] == [1, 2, 3]
    assert events == [MessageChanged(each) for each in (first, hello, new)]


async def test_cancelled_waiting_post_is_not_sent(posting: Posting, make: Factory, do: Do, work: UnitOfWork):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    async with locked(work, room, posting.post(aiko, room.id, "First")) as first:
        given_up, second = (asyncio.create_task(posting.post(aiko, room.id, said)) for said in ("Given up", "Second"))
        await asyncio.sleep(0)
        given_up.cancel()
        assert await outcome(given_up) == "cancelled"
    await second
    await first
    assert [each.text for each in (await do(aiko, history, room.id)).messages] == ["First", "Second"]


async def test_a_failing_commit_answers_all_and_leaves_nothing(
    posting: Posting, make: Factory, do: Do, work: UnitOfWork, events: list[object]
):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    async with work.begin() as ctx:
        for statement in FAILING_COMMIT:
            await ctx.db.execute(text(statement))
    tasks = [asyncio.create_task(posting.post(aiko, room.id, f"Lost {n}")) for n in range(5)]
    results = await asyncio.gather(*tasks, return_exceptions=True)
    async with work.begin() as ctx:
        await ctx.db.execute(text("DROP FUNCTION fail() CASCADE"))
    assert [isinstance(each, Exception) for each in results] == [True] * 5
    assert events == []
    page = await do(aiko, history, room.id)
    assert (page.messages, page.rev) == ([], 1)
    assert (await posting.post(aiko, room.id, "Here")).seq == 1


async def test_a_post_that_cannot_be_written_spoils_no_other(posting: Posting, make: Factory, work: UnitOfWork):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    async with work.begin() as ctx:
        await ctx.db.execute(text("ALTER TABLE messages ADD CONSTRAINT no_bomb CHECK (text <> 'bomb')"))
    try:
        sends = [posting.post(who, room.id, said) for who, said in ((aiko, "One"), (ben, "bomb"), (aiko, "Two"))]
        first, broken, second = await asyncio.gather(*sends, return_exceptions=True)
    finally:
        async with work.begin() as ctx:
            await ctx.db.execute(text("ALTER TABLE messages DROP CONSTRAINT no_bomb"))
    assert (first.seq, second.seq, first.text, second.text) == (1, 2, "One", "Two")
    assert isinstance(broken, Exception)


async def test_suspended_or_removed_person_cannot_send(posting: Posting, make: Factory, work: UnitOfWork):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    await posting.post(ben, room.id, "Hello")
    async with work.begin() as ctx:
        suspend = text("UPDATE users SET suspended_at = now() WHERE id = :who")
        await ctx.db.execute(suspend, {"who": ben.user_id})
    with refused("room_not_found"):
        await posting.post(ben, room.id, "Still here")
    assert (await posting.post(aiko, room.id, "Gone")).seq == 2


FAILING_COMMIT = (
    "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'",
    "CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON messages DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION fail()",
)

Asked = tuple[int, str, int, bool]
"""A post: the author, the text, the nonce, and whether the author gives up meanwhile."""

POSTS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["Hello", "@ai?", ""]), st.integers(0, 4), st.booleans()),
    min_size=1,
    max_size=GROUP_MAX // 4,
)


@pytest.mark.parametrize("slow", [0, 60])
@pytest.mark.slow
async def test_groups_give_the_same_result_as_single_posts(
    make: Factory, do: Do, work: UnitOfWork, gateway: LlmGateway, events: list[object], slow: int
):
    free = replace(work, policy=Policy(limited=False))
    alone = Do(free)

    async def compare(posts: list[Asked]) -> None:
        people, nonces = [await make.actor() for _ in range(4)], [None, *(new_id() for _ in range(4))]
        roles = dict(zip((Role.MASTER, Role.MEMBER, Role.READER), people, strict=False))
        room, other = [await make.room(roles, slow_seconds=slow) for _ in range(2)]
        posting = Posting(free, gateway)

        def post(each: Asked) -> Coroutine[Any, Any, MessageView]:
            return posting.post(people[each[0]], room.id, each[1], nonce=nonces[each[2]])

        async with locked(work, room, posting.post(people[0], room.id, "First")) as first:
            tasks = [asyncio.create_task(post(each)) for each in posts]
            await asyncio.sleep(0)
            for task, (*_, cancelled) in zip(tasks, posts, strict=True):
                if cancelled:
                    task.cancel()
        grouped = [await outcome(each) for each in (first, *tasks)]
        asked = [(0, "First", 0, False), *posts]
        left = [each for each, found in zip(asked, grouped, strict=True) if found != "cancelled"]
        singly = [
            await outcome(asyncio.create_task(alone(people[who], post_message, other.id, said, nonce=nonces[nonce])))
            for who, said, nonce, _ in left
        ]
        assert seen([each for each in grouped if each != "cancelled"]) == seen(singly)
        pages = [await do(people[0], history, where.id) for where in (room, other)]
        assert seen(pages[0].messages) == seen(pages[1].messages)
        told = [each.message for each in events if isinstance(each, MessageChanged)]
        revs = [each.rev for each in told if each.room_id == room.id]
        assert revs == list(range(2, pages[0].rev + 1)), "in order, without a gap, each told once"

    loop = asyncio.get_running_loop()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(POSTS)
    def run(posts: list[Asked]) -> None:
        asyncio.run_coroutine_threadsafe(compare(posts), loop).result(60)

    await asyncio.to_thread(run)


def seen(found: Sequence[MessageView | str]) -> list[tuple[int, int, str] | str]:
    """The comparable data of two rooms."""
    return [each if isinstance(each, str) else (each.seq, each.rev, each.text) for each in found]
