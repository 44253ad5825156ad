"""Messages are found by the text in their files."""

from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.files.commands import delete_file
from chat_app.core.files.tables import AttachmentWords
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.rooms.tables import Room
from chat_app.core.search.files import FILE_WORDS_MAX, index_file
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from chat_app.core.search.tables import SearchIndex
from chat_app.worker.indexing import IndexWorker
from tests.adapters.media.made import pdf
from tests.core.files.conftest import Desk
from tests.support.factory import Factory
from tests.support.use_cases import Do


@pytest.fixture
async def aiko(make: Factory) -> Actor:
    return await make.actor(username="aiko")


@pytest.fixture
async def room(make: Factory, aiko: Actor) -> Room:
    return await make.room({Role.MASTER: aiko})


async def look(do: Do, actor: Actor, query: str) -> list[dict[str, object]]:
    found = await do(actor, search_messages, SearchFilter(query))
    return [{"said": hit.message.text, **hit.as_json()} for hit in found.hits]


async def send(
    do: Do, desk: Desk, posting: Posting, who: Actor, room: Room, data: bytes, name: str
) -> tuple[UUID, UUID]:
    """Send a file, and do the job that was queued; return the ids of the message and the file."""
    file = await desk.file(who, room, data, name)
    sent = await posting.post(who, room.id, "Here it is", attachments=[file["id"]])
    async with do.work.begin() as ctx:
        queued = (
            "SELECT args ->> 'file' FROM procrastinate_jobs WHERE task_name = 'index_file' ORDER BY id DESC LIMIT 1"
        )
        assert await ctx.db.scalar(text(queued)) == file["id"]
    await index_file(do.work, UUID(file["id"]))
    return sent.id, UUID(file["id"])


@pytest.mark.slow
async def test_a_message_is_found_by_a_page_of_its_document(
    do: Do, make: Factory, desk: Desk, posting: Posting, aiko: Actor, room: Room
):
    document = pdf(3, text="Chapter {page} is about harbours")
    await send(do, desk, posting, aiko, room, document, "guide.pdf")
    [hit] = await look(do, aiko, "harbour chap")
    assert (hit["said"], hit["file"], hit["page"]) == ("Here it is", "guide.pdf", 1)
    assert {part["text"].lower() for part in hit["excerpt"] if part["hit"]} == {"harbour", "chap"}
    [hit] = await look(do, aiko, "has:file from:aiko harbours")
    assert hit["file"] == "guide.pdf"
    assert await look(do, aiko, "harbours lighthouse") == []
    [hit] = await look(do, aiko, "here")
    assert "file" not in hit  # what the message itself says comes first
    assert "".join(part["text"] for part in hit["excerpt"]) == "Here it is · guide.pdf"
    assert await look(do, await make.actor(), "harbours") == []


async def test_japanese_is_found_where_it_stands_together(
    do: Do, desk: Desk, posting: Posting, aiko: Actor, room: Room
):
    await send(do, desk, posting, aiko, room, "会議の議事録\nサーバーの移行について".encode(), "memo.txt")
    [hit] = await look(do, aiko, "ｻｰﾊﾞｰの移行")
    assert (hit["file"], "page" in hit) == ("memo.txt", False)
    assert await look(do, aiko, "移行会議") == []


@pytest.mark.slow
async def test_deleted_file_is_not_found(do: Do, desk: Desk, posting: Posting, aiko: Actor, room: Room):
    one, _ = await send(do, desk, posting, aiko, room, b"plums and pears", "fruit.txt")
    await do(aiko, edit_message, one, "Changed")
    assert len(await look(do, aiko, "plums")) == 1
    _, file = await send(do, desk, posting, aiko, room, b"plums alone", "other.txt")
    await do(aiko, delete_file, file)
    assert [hit["said"] for hit in await look(do, aiko, "plums")] == ["Changed"]
    assert (await look(do, aiko, "other"), len(await look(do, aiko, "fruit"))) == ([], 1)  # names
    await do(aiko, delete_message, one)
    assert await look(do, aiko, "plums") == []


async def test_a_file_whose_message_went_before_its_turn_is_left(
    do: Do, desk: Desk, posting: Posting, aiko: Actor, room: Room
):
    file = await desk.file(aiko, room, b"plums", "fruit.txt")
    sent = await posting.post(aiko, room.id, "Here", attachments=[file["id"]])
    await do(aiko, delete_message, sent.id)
    await index_file(do.work, UUID(file["id"]))
    async with do.work.begin() as ctx:
        assert (await ctx.db.scalars(select(AttachmentWords.attachment_id))).all() == []


@pytest.mark.slow
async def test_a_very_long_text_is_found_by_its_beginning(
    do: Do, desk: Desk, posting: Posting, aiko: Actor, room: Room
):
    words = " ".join(f"{n}-{n * 7919 % 99991}xyzzy" for n in range(FILE_WORDS_MAX * 2))
    await send(do, desk, posting, aiko, room, ("tangerine " + words).encode(), "long.txt")
    assert len(await look(do, aiko, "tangerine")) == 1


async def test_files_are_indexed_again_with_the_rest(do: Do, desk: Desk, posting: Posting, aiko: Actor, room: Room):
    _, file = await send(do, desk, posting, aiko, room, b"plums and pears", "fruit.txt")
    async with do.work.begin() as ctx:
        await ctx.db.execute(text("DELETE FROM attachment_words"))
        await ctx.db.execute(text("UPDATE message_words SET words = array_to_tsvector(ARRAY['old'])"))
        await ctx.db.execute(text("DELETE FROM procrastinate_jobs"))
        await ctx.db.execute(update(SearchIndex).values(version=0, place=None, done=False))
    await IndexWorker(do.work).index_all()
    async with do.work.begin() as ctx:
        assert (await ctx.db.scalars(text("SELECT args ->> 'file' FROM procrastinate_jobs"))).all() == [str(file)]
    await index_file(do.work, file)
    assert len(await look(do, aiko, "plums")) == 1
    assert len(await look(do, aiko, "fruit has:file")) == 1  # by the name of the file
