"""The statement that writes a new message: the one path on which a busy room waits, one sender after the other.

It is built once, and does in one round trip what would else take four: the message, and if its nonce is new, the words
by which it is found, what it changes about the room, and about what its author, or whoever asked for an answer, has
read and last sent.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ARRAY, Text, bindparam, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import LIVE, NONCE, Message, MessageWords
from chat_app.core.messages.words import author_word, tag
from chat_app.core.rooms.access import RoomAccess
from chat_app.core.rooms.tables import Member, Room

_SET: Final = (
    "id", "room_id", "seq", "rev", "author_id", "asked_by_id", "is_ai", "text", "nonce", "reply_to_id", "created_at",
    "status", "run_id", "mentions", "mentions_all",
)  # fmt: skip
_VALUES = {name: bindparam(f"new_{name}", type_=getattr(Message, name).type) for name in _SET}
_NEW = insert(Message).values(_VALUES).on_conflict_do_nothing(constraint=NONCE).returning(Message).cte("new")
_ROOM = (
    update(Room)
    .where(col(Room.id) == _NEW.c.room_id)
    .values(last_seq=_NEW.c.seq, rev=_NEW.c.rev, last_activity_at=_NEW.c.created_at)
)
_READER = (
    update(Member)
    .where(
        col(Member.room_id) == _NEW.c.room_id,
        col(Member.user_id) == func.coalesce(_NEW.c.author_id, _NEW.c.asked_by_id),
    )
    .values(
        last_read_seq=_NEW.c.seq,
        last_sent_at=case((_NEW.c.is_ai, col(Member.last_sent_at)), else_=_NEW.c.created_at),
    )
)
_WORDS = bindparam("words", type_=ARRAY(Text))
_VECTOR = func.array_to_tsvector(_WORDS)
_FOUND_BY = insert(MessageWords).from_select(
    ["message_id", "words"], select(_NEW.c.id, _VECTOR).where(func.cardinality(_WORDS) > 0)
)
_WRITE: Final = select(_NEW.c.id).add_cte(_ROOM.cte("room"), _READER.cte("reader"), _FOUND_BY.cte("found_by"))

_INDEX = insert(MessageWords).values(message_id=bindparam("message"), words=_VECTOR)
_INDEX = _INDEX.on_conflict_do_update(index_elements=["message_id"], set_={"words": _INDEX.excluded.words})
_FORGET = delete(MessageWords).where(col(MessageWords.message_id) == bindparam("message"))


async def write_message(ctx: Context, access: RoomAccess, message: Message, words: Sequence[str] = ()) -> bool:
    """Write the actor's message with its words, or the answer they asked for, into a room whose row is held.

    Returns whether it is new, and changes nothing otherwise.
    """
    parameters = {f"new_{name}": getattr(message, name) for name in _SET} | {"words": index_words(message, words)}
    if await ctx.db.scalar(_WRITE, parameters) is None:
        return False
    set_committed_value(access.room, "last_seq", message.seq)
    set_committed_value(access.room, "rev", message.rev)
    set_committed_value(access.room, "last_activity_at", message.created_at)
    set_committed_value(access.member, "last_read_seq", message.seq)
    if not message.is_ai:
        set_committed_value(access.member, "last_sent_at", message.created_at)
    return True


async def index_message(ctx: Context, message: Message, words: Sequence[str]) -> None:
    """Have a message found by the words of what it says now."""
    if found_by := index_words(message, words):
        await ctx.db.execute(_INDEX, {"message": message.id, "words": found_by})
    else:
        await ctx.db.execute(_FORGET, {"message": message.id})


def index_words(message: Message, words: Sequence[str]) -> list[str]:
    """Return the words of a message, and its author's, with their tag; none while nothing could be found."""
    if not message.text or message.deleted_at is not None or message.status in LIVE:
        return []
    block = tag(message.room_id, message.seq)
    return [block + word for word in (*words, author_word(None if message.is_ai else message.author_id))]
