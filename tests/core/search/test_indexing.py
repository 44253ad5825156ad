"""Indexing again after a new version of the words."""

import asyncio

import pytest
from sqlalchemy import select, text, update

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.tables import MessageWords
from chat_app.core.people.search import search_people
from chat_app.core.rooms.tables import Room
from chat_app.core.search import indexing
from chat_app.core.search.indexing import WorkLeft, index_more
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from chat_app.core.search.tables import SearchIndex
from chat_app.worker.indexing import IndexWorker
from tests.support.factory import Factory
from tests.support.use_cases import Do

SAID = [f"サーバー {number}" for number in range(7)]


@pytest.fixture
async def aiko(make: Factory) -> Actor:
    return await make.actor(username="aiko", name="Aiko")


@pytest.fixture
async def room(do: Do, make: Factory, aiko: Actor, monkeypatch: pytest.MonkeyPatch) -> Room:
    """A room whose messages, and people, have words of before there were versions."""
    monkeypatch.setattr(indexing, "BATCH", 3)
    monkeypatch.setattr(indexing, "_SAID", indexing._SAID.limit(3))
    room = await make.room({Role.MASTER: aiko})
    for said in SAID:
        await do(aiko, post_message, room.id, said)
    async with do.work.begin() as ctx:
        await ctx.db.execute(text("UPDATE message_words SET words = array_to_tsvector(ARRAY['old'])"))
        await ctx.db.execute(text("UPDATE users SET sought = ' old'"))
        await ctx.db.execute(update(SearchIndex).values(version=0, place=None, done=False))
    return room


async def found(do: Do, actor: Actor, query: str) -> list[str]:
    return [hit.message.text for hit in (await do(actor, search_messages, SearchFilter(query))).hits]


async def test_all_is_indexed_batch_by_batch(do: Do, make: Factory, aiko: Actor, room: Room):
    ben = await make.actor()
    assert (await found(do, aiko, "さーば"), await do(ben, search_people, "aiko")) == ([], [])
    await IndexWorker(do.work).index_all()
    assert await found(do, aiko, "さーば") == SAID[::-1]
    assert [person.username for person in await do(ben, search_people, "aiko")] == ["aiko"]
    assert await do(None, index_more) is WorkLeft.NOTHING


async def test_a_killed_process_loses_one_batch(do: Do, aiko: Actor, room: Room):
    assert await do(None, index_more) is WorkLeft.SOME
    with pytest.raises(ConnectionError):
        await do(None, _index_and_fail)
    assert await found(do, aiko, "サーバ") == SAID[2::-1]
    await IndexWorker(do.work).index_all()
    assert await found(do, aiko, "サーバ") == SAID[::-1]


async def _index_and_fail(ctx: Context) -> None:
    await index_more(ctx)
    raise ConnectionError


async def test_only_one_process_indexes_at_a_time(do: Do, room: Room):
    await do(None, index_more)
    async with do.work.begin() as one, do.work.begin() as other, do.work.begin() as third:
        assert await index_more(one) is WorkLeft.SOME
        assert await index_more(other) is WorkLeft.SOME  # pages of files, meanwhile
        assert await index_more(third) is WorkLeft.SOME  # and people
        async with do.work.begin() as fourth:
            assert await index_more(fourth) is WorkLeft.ELSEWHERE


async def test_a_message_that_changes_meanwhile_keeps_its_new_words(
    do: Do, aiko: Actor, room: Room, monkeypatch: pytest.MonkeyPatch
):
    async with do.work.begin(aiko) as ctx:
        first, second, _ = (await ctx.db.execute(indexing._SAID, {"after": indexing._FIRST})).all()
    as_it_was = indexing._words

    def changed_meanwhile(message: object) -> str:
        asyncio.run_coroutine_threadsafe(_change(), loop).result(10)
        return as_it_was(message)

    async def _change() -> None:
        if not changes:
            changes.append(await do(aiko, edit_message, first.id, "tea"))
            changes.append(await do(aiko, delete_message, second.id))

    changes: list[object] = []
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(indexing, "_words", changed_meanwhile)
    await IndexWorker(do.work).index_all()
    assert await found(do, aiko, "tea") == ["tea"]
    assert await found(do, aiko, "さーば") == SAID[:1:-1]
    async with do.work.begin() as ctx:
        assert await ctx.db.get(MessageWords, second.id) is None


async def test_a_newer_version_is_left_alone(do: Do, room: Room):
    await IndexWorker(do.work).index_all()
    async with do.work.begin() as ctx:
        for index in await ctx.db.scalars(select(SearchIndex)):
            index.version += 1
        await ctx.db.execute(text("UPDATE users SET sought = ' newer'"))
    assert await do(None, index_more) is WorkLeft.NOTHING
    async with do.work.begin() as ctx:
        assert set(await ctx.db.scalars(select(User.sought))) == {" newer"}


async def test_another_version_begins_at_the_beginning(
    do: Do, aiko: Actor, room: Room, monkeypatch: pytest.MonkeyPatch
):
    await do(None, index_more)
    monkeypatch.setattr(indexing, "VERSION", indexing.VERSION + 1)
    await IndexWorker(do.work).index_all()
    assert await found(do, aiko, "さーば") == SAID[::-1]
