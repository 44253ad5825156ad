"""Find messages by the text of their files: index it after they were sent, and find the page that matches."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Exists, Text, Uuid, bindparam, exists, func, literal, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from chat_app.core.files.tables import Attachment, AttachmentPage
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.texts.folding import fold
from chat_app.core.messages.tables import Message
from chat_app.core.messages.texts.words import FILE, TOKEN, author_word, pattern_of, tag, words_of

FILE_WORDS_MAX: Final = 20_000
"""Different words of a file that count: more than a book has. What PostgreSQL keeps of them is below its megabyte."""

_NFKC: Final = literal("NFKC")

_INDEX: Final = text(
    """
    INSERT INTO attachment_words (attachment_id, message_id, words)
    SELECT files.id, messages.id, array_to_tsvector(:words)
    FROM message_attachments files JOIN messages ON messages.id = files.message_id
    WHERE files.id = :file AND messages.deleted_at IS NULL FOR SHARE
    ON CONFLICT (attachment_id) DO UPDATE SET words = excluded.words
    """
).bindparams(bindparam("words", type_=ARRAY(Text)), bindparam("file", type_=Uuid))


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of a file that matches a search: the first one being 1, of ``pages``, if the file has pages."""

    name: str
    number: int
    pages: int | None
    text: str


async def index_file(work: UnitOfWork, file_id: UUID) -> None:
    """Index a message by the text of one of its files. A deleted file or message is skipped."""
    async with work.begin() as ctx:
        query = select(*map(col, (Message.room_id, Message.seq, Message.author_id, Message.is_ai, Attachment.name)))
        query = query.join(Attachment, col(Attachment.message_id) == col(Message.id))
        place = (await ctx.db.execute(query.where(col(Attachment.id) == file_id))).one_or_none()
        pages = select(col(AttachmentPage.text)).where(col(AttachmentPage.attachment_id) == file_id)
        texts = (await ctx.db.scalars(pages.order_by(col(AttachmentPage.n)))).all()
    if place is None or not texts:
        return
    found_by = await asyncio.to_thread(_words, (place.name, *texts))
    block = tag(place.room_id, place.seq)
    author = author_word(None if place.is_ai else place.author_id)
    async with work.begin() as ctx:
        words = [block + word for word in (*found_by, author, FILE)]
        await ctx.db.execute(_INDEX, {"file": file_id, "words": words})


def _words(texts: Iterable[str]) -> set[str]:
    words: set[str] = set()
    for each in texts:
        words.update(words_of(each))
        if len(words) >= FILE_WORDS_MAX:
            break
    return words


def in_files(message_id: object, pattern: str) -> Exists:
    """Return the condition that a page of a message's files matches a regular expression."""
    page = select(col(AttachmentPage.n)).join(Attachment, col(Attachment.id) == col(AttachmentPage.attachment_id))
    return exists(page.where(col(Attachment.message_id) == message_id, _matches(pattern)))


def _matches(pattern: str) -> ColumnElement[bool]:
    return func.pg_catalog.normalize(col(AttachmentPage.text), _NFKC).regexp_match(pattern, flags="i")


async def find_pages(ctx: Context, messages: Collection[UUID], query: str) -> Mapping[UUID, FoundPage]:
    """Return the first page, among the files of each message, with the longest word of a query, by message."""
    tokens = [run or word for run, word, _ in TOKEN.findall(fold(query))]
    if not messages or not any(tokens):
        return {}
    pattern = pattern_of(max(tokens, key=len))
    file = col(Attachment.name), col(Attachment.page_count)
    pages = (
        select(col(Attachment.message_id), *file, col(AttachmentPage.n), col(AttachmentPage.text))
        .join(AttachmentPage, col(AttachmentPage.attachment_id) == col(Attachment.id))
        .where(col(Attachment.message_id).in_(messages), _matches(pattern))
        .ext(distinct_on(col(Attachment.message_id)))
        .order_by(col(Attachment.message_id), col(Attachment.id), col(AttachmentPage.n))
    )
    return {
        message_id: FoundPage(name, number, of, page)
        for message_id, name, of, number, page in await ctx.db.execute(pages)
        if message_id
    }
