"""Reindex messages and people after a change of how words are derived.

Rows are indexed in small batches, each in a transaction that stores its progress: a killed process loses one batch. A
lock of the index's row admits one process at a time. Until a row is reindexed, it is found by its old words.
"""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Row, Text, Uuid, bindparam, or_, select, text, update
from sqlmodel import col

from chat_app.core.accounts.rules import sought
from chat_app.core.accounts.tables import User
from chat_app.core.files.attached.sending import INDEX_FILE
from chat_app.core.files.kinds import WITH_TEXT
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.texts.folding import VERSION
from chat_app.core.messages.tables import LIVE, Message
from chat_app.core.messages.texts.words import author_word, tag, words_of
from chat_app.core.messages.writing import file_words
from chat_app.core.search.tables import SearchIndex

BATCH: Final = 200
_FIRST: Final = UUID(int=0)


class WorkLeft(Enum):
    """The work that is left."""

    NOTHING = "nothing"
    SOME = "some"
    ELSEWHERE = "elsewhere"
    """Another process is reindexing."""


async def index_more(ctx: Context) -> WorkLeft:
    """Index the next few rows that have words of an older version."""
    old = (col(SearchIndex.version) < VERSION) | ((col(SearchIndex.version) == VERSION) & ~col(SearchIndex.done))
    statement = select(SearchIndex).where(old).order_by(col(SearchIndex.name)).limit(1)
    index = await ctx.db.scalar(statement.with_for_update(skip_locked=True))
    if index is None:
        return WorkLeft.ELSEWHERE if await ctx.db.scalar(statement) else WorkLeft.NOTHING
    if index.version != VERSION:
        index.version, index.place = VERSION, None
    places = await _INDEXES[index.name](ctx, index.place or _FIRST)
    index.place = places[-1] if places else index.place
    index.done = len(places) < BATCH
    return WorkLeft.SOME


_SAID: Final = (
    select(*(getattr(Message, name) for name in ("id", "room_id", "seq", "text", "author_id", "is_ai", "attachments")))
    .where(
        col(Message.id) > bindparam("after"),
        col(Message.deleted_at).is_(None),
        or_(col(Message.text) != "", col(Message.attachments).is_not(None)),
        col(Message.status).not_in(LIVE),
    )
    .order_by(col(Message.id))
    .limit(BATCH)
)
# A message that has changed in between was indexed by that change; a concurrent change is waited for.
_INDEX: Final = text(
    """
    INSERT INTO message_words (message_id, words)
    SELECT messages.id, array_to_tsvector(string_to_array(new.words, ' '))
    FROM unnest(:ids, :texts, :words) AS new (id, text, words)
    JOIN messages ON messages.id = new.id AND messages.text = new.text AND messages.deleted_at IS NULL
    ORDER BY messages.id FOR SHARE OF messages
    ON CONFLICT (message_id) DO UPDATE SET words = excluded.words
    WHERE message_words.words IS DISTINCT FROM excluded.words
    """
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)), bindparam("texts", type_=ARRAY(Text)), bindparam("words", type_=ARRAY(Text))
)


async def _index_messages(ctx: Context, after: UUID) -> list[UUID]:
    said = (await ctx.db.execute(_SAID, {"after": after})).all()
    ids, texts = [message.id for message in said], [message.text for message in said]
    words = await asyncio.to_thread(lambda: [_words(message) for message in said])
    if said:
        await ctx.db.execute(_INDEX, {"ids": ids, "texts": texts, "words": words})
    return ids


def _words(message: Row[Any]) -> str:
    block = tag(message.room_id, message.seq)
    files = file_words(message.attachments or ())
    found_by = (*words_of(message.text), *files, author_word(None if message.is_ai else message.author_id))
    return " ".join(block + word for word in found_by)


async def _index_pages(ctx: Context, after: UUID) -> list[UUID]:
    files = select(col(Attachment.id)).where(col(Attachment.id) > after, col(Attachment.message_id).is_not(None))
    files = files.where(col(Attachment.kind).in_(WITH_TEXT)).order_by(col(Attachment.id)).limit(BATCH)
    ids = list(await ctx.db.scalars(files))
    for each in ids:
        await ctx.enqueue(INDEX_FILE, file=str(each))
    return ids


async def _index_people(ctx: Context, after: UUID) -> list[UUID]:
    columns = col(User.id), col(User.username), col(User.name), col(User.sought)
    people = (await ctx.db.execute(select(*columns).where(columns[0] > after).order_by(columns[0]).limit(BATCH))).all()
    for user_id, username, name, before in people:
        if (now := sought(username, name)) != before:
            same = col(User.id) == user_id, col(User.username) == username, col(User.name) == name
            await ctx.db.execute(update(User).where(*same).values(sought=now))
    return [person.id for person in people]


_INDEXES: Final[dict[str, Callable[[Context, UUID], Awaitable[list[UUID]]]]] = {
    "messages": _index_messages,
    "pages": _index_pages,
    "people": _index_people,
}
