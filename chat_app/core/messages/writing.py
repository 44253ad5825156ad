"""The statement that writes new messages, on which a busy room waits, one group of senders after another.

Each connection prepares this one text. In one round trip it writes the messages, the words for the search, the changes
of the room, and the read and sent positions of authors and askers; separate statements would take five round trips. Its
parameter is JSON, which PostgreSQL parses faster than the driver encodes arrays.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, delete, func
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import LIVE, Message, MessageWords
from chat_app.core.messages.texts.words import AUDIO, FILE, IMAGE, author_word, tag, words_of
from chat_app.core.messages.views.messages import MessageView

_SET: Final = (
    "id", "room_id", "seq", "rev", "author_id", "asked_by_id", "is_ai", "text", "nonce", "reply_to_id", "created_at",
    "status", "run_id", "model", "assistant_id", "assistant_name", "assistant_picture", "mentions", "mentions_all",
    "attachments", "drawing",
)  # fmt: skip
_TYPES: Final = {name: getattr(Message, name).type.compile(dialect=postgresql.dialect()) for name in _SET}  # type: ignore[no-untyped-call]
_GIVEN: Final = ", ".join(f"{name} {kind}" for name, kind in _TYPES.items())
_COLUMNS: Final = ", ".join(_SET)

_KIND_WORDS: Final = {"image": (IMAGE,), "audio": (AUDIO,)}

Row = dict[str, Any]
"""A message to be written: the columns by their names, ``words``, and ``asks`` and ``named`` of an answer's run."""


def writing(further: str) -> str:
    """Return the statement.

    ``further`` is an additional CTE that may use ``given`` and ``new``. The statement writes all of the messages, or
    none if nonces have been used before, and returns the used nonces, each with its author and its message.
    """
    return f"""
        WITH given AS MATERIALIZED (
            SELECT * FROM json_to_recordset(%s) AS given ({_GIVEN}, words text[], asks text, named boolean)
        ), sent AS MATERIALIZED (
            SELECT old.author_id, old.nonce, old.id FROM messages old
            JOIN given ON old.room_id = given.room_id AND old.author_id = given.author_id AND old.nonce = given.nonce
        ), new AS (
            INSERT INTO messages ({_COLUMNS}) SELECT {_COLUMNS} FROM given WHERE NOT EXISTS (SELECT FROM sent)
            RETURNING id, room_id, seq, rev, created_at, is_ai, coalesce(author_id, asked_by_id) AS reader
        ), room AS (
            UPDATE rooms SET last_seq = top.seq, rev = top.rev, last_activity_at = top.at FROM (
                SELECT room_id, max(seq) AS seq, max(rev) AS rev, max(created_at) AS at FROM new GROUP BY room_id
            ) AS top WHERE rooms.id = top.room_id
        ), reader AS (
            UPDATE room_members AS m SET last_read_seq = own.seq, last_sent_at = coalesce(own.at, m.last_sent_at) FROM (
                SELECT room_id, reader, max(seq) AS seq, max(created_at) FILTER (WHERE NOT is_ai) AS at
                FROM new GROUP BY room_id, reader
            ) AS own WHERE m.room_id = own.room_id AND m.user_id = own.reader
        ), found_by AS (
            INSERT INTO message_words (message_id, words)
            SELECT id, array_to_tsvector(words) FROM given WHERE words <> '{{}}' AND id IN (SELECT id FROM new)
        ){further}
        SELECT author_id, nonce, id FROM sent
    """  # noqa: S608, names of columns alone


_WORDS = bindparam("words", type_=ARRAY(Text))
_VECTOR = func.array_to_tsvector(_WORDS)
_INDEX = insert(MessageWords).values(message_id=bindparam("message"), words=_VECTOR)
_INDEX = _INDEX.on_conflict_do_update(index_elements=["message_id"], set_={"words": _INDEX.excluded.words})
_FORGET = delete(MessageWords).where(col(MessageWords.message_id) == bindparam("message"))


def row_of(view: MessageView, *, status: str, asked_by_id: UUID | None, run_id: UUID | None) -> Row:
    """Return the row of a message that is new, without its words."""
    mentions = [who.id for who in view.mentions]
    return {
        "id": view.id,
        "room_id": view.room_id,
        "seq": view.seq,
        "rev": view.rev,
        "author_id": view.author.id if view.author else None,
        "asked_by_id": asked_by_id,
        "is_ai": view.answer is not None,
        "text": view.text,
        "nonce": view.nonce,
        "reply_to_id": view.reply.id if view.reply else None,
        "created_at": view.at,
        "status": status,
        "run_id": run_id,
        "model": view.answer.model if view.answer else None,
        **_assistant_columns(view),
        "mentions": mentions if mentions or view.mentions_all else None,
        "mentions_all": view.mentions_all,
        "attachments": list(view.attachments) or None,
        "drawing": view.answer.drawing if view.answer else None,
        "words": (),
    }


def _assistant_columns(view: MessageView) -> Row:
    it = view.answer.assistant if view.answer else None
    values = it.columns if it else (None, None, None)
    return dict(zip(("assistant_id", "assistant_name", "assistant_picture"), values, strict=True))


async def write_rows(ctx: Context, rows: Sequence[Row], statement: str) -> dict[tuple[UUID, UUID | None], UUID]:
    """Write new messages into a locked room, by a statement of :func:`writing`.

    Returns the messages, by author and nonce, that were sent before. If there are any, nothing was written.
    """
    given = json.dumps(rows, default=str)
    found = await (await ctx.driver()).execute(statement, (given,), prepare=True)
    return {(author, nonce): message_id for author, nonce, message_id in await found.fetchall()}


async def index_message(ctx: Context, message: Message, words: Sequence[str]) -> None:
    """Index a message by the words that it has now."""
    if found_by := index_words(message, words):
        await ctx.db.execute(_INDEX, {"message": message.id, "words": found_by})
    else:
        await ctx.db.execute(_FORGET, {"message": message.id})


def index_words(message: Message, words: Sequence[str]) -> list[str]:
    """Return the words of a message, and its author's, with their tag; none while nothing could be found."""
    files = message.attachments or ()
    if not (message.text or files) or message.deleted_at is not None or message.status in LIVE:
        return []
    words = (*words, *file_words(files))
    return placed_words(message.room_id, message.seq, None if message.is_ai else message.author_id, words)


def file_words(attachments: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the words of the names, captions and transcripts of a message's files, and of their kinds."""
    kinds = {word for each in attachments for word in (FILE, *_KIND_WORDS.get(each["kind"], ()))}
    return [*kinds, *(word for each in attachments for word in words_of(_said_of(each)))]


def _said_of(attachment: Mapping[str, Any]) -> str:
    spoken = attachment.get("transcript", {}).get("text", "")
    return f"{attachment['name']} {attachment.get('caption', '')} {spoken}"


def placed_words(room_id: UUID, seq: int, author_id: UUID | None, words: Sequence[str]) -> list[str]:
    """Return the words of a message and of its author, with the tag of its place in the room."""
    block = tag(room_id, seq)
    return [block + word for word in (*words, author_word(author_id))]
