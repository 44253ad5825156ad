"""Messages as every member of the room sees them: the one shape for REST and the live feed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Uuid, any_, bindparam, case, func, select
from sqlmodel import col

from chat_app.core.accounts.queries import people
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.wire import moment
from chat_app.core.messages.rules import EXCERPT_READ, excerpt
from chat_app.core.messages.tables import LIVE, Message
from chat_app.core.messages.wire import AnswerJson, MessageJson, QuoteJson, ReactionJson

AnyMessage = Message | Row[Any]
"""A message, or the columns of its row by their names."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that another one replies to. ``author`` is ``None`` for an AI or a person who is gone.

    ``model`` is the one that wrote it, ``None`` for a person and while an answer is being written.
    """

    id: UUID
    author: str | None
    is_ai: bool
    model: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The fields of an AI's message alone."""

    run: UUID | None
    model: str | None
    asker: Person | None
    status: str
    error: str | None
    tokens: int | None


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as every member sees it. A deleted one has lost its text."""

    id: UUID
    room_id: UUID
    seq: int
    rev: int
    author: Person | None
    text: str
    at: datetime
    edited: bool
    deleted: bool
    nonce: UUID | None
    reply: Quote | None
    answer: Answer | None
    pinned: bool = False
    reactions: Sequence[ReactionJson] = ()
    """In the order in which they were first given."""
    mentions: tuple[Person, ...] = ()
    mentions_all: bool = False

    def with_text(self, text: str) -> "MessageView":
        """Return the same message with other text (the newest of a live answer)."""
        return replace(self, text=text)

    def as_json(self) -> MessageJson:
        """Return the shape in which REST and the live feed give a message. What is absent or false is left out."""
        shape: MessageJson = {
            "id": str(self.id),
            "seq": self.seq,
            "rev": self.rev,
            "text": self.text,
            "at": moment(self.at),
            "author": self.author.as_json() if self.author else None,
        }
        if self.edited:
            shape["edited"] = True
        if self.deleted:
            shape["deleted"] = True
        if self.nonce:
            shape["nonce"] = str(self.nonce)
        if self.reply:
            shape["reply"] = _quote_json(self.reply)
        if self.answer:
            shape["ai"] = _answer_json(self.answer)
        self._add_marks(shape)
        return shape

    def _add_marks(self, shape: MessageJson) -> None:
        if self.pinned:
            shape["pinned"] = True
        if self.reactions:
            shape["reactions"] = list(self.reactions)
        if self.mentions:
            shape["mentions"] = [person.as_json() for person in self.mentions]
        if self.mentions_all:
            shape["mentions_all"] = True


def _quote_json(quote: Quote) -> QuoteJson:
    return {
        "id": str(quote.id),
        "author": quote.author,
        "ai": quote.is_ai,
        "model": quote.model,
        "text": quote.text,
    }


def _answer_json(answer: Answer) -> AnswerJson:
    return {
        "run": str(answer.run) if answer.run else None,
        "model": answer.model,
        "asker": answer.asker.as_json() if answer.asker else None,
        "status": answer.status,
        "error": answer.error,
        "tokens": answer.tokens,
    }


async def view_messages(ctx: Context, messages: Sequence[AnyMessage]) -> list[MessageView]:
    """Return the views of ``messages``, in the same order, by two further queries at most."""
    cited = await quotes(ctx, {message.reply_to_id for message in messages if message.reply_to_id})
    ids = {message.author_id for message in messages} | {message.asked_by_id for message in messages}
    ids.update(*(message.mentions for message in messages if message.mentions))
    persons = await people(ctx, (user_id for user_id in ids if user_id and not _is_me(ctx, user_id)))
    if ctx.actor:
        persons[ctx.actor.user_id] = ctx.actor.person
    return [view_message(message, persons, cited) for message in messages]


async def view_messages_now(ctx: Context, messages: Sequence[AnyMessage]) -> list[MessageView]:
    """Return the views of ``messages`` as their rooms see them now: of an answer that this process is writing, with the
    text that was told so far. Whatever reads messages for somebody calls this.
    """
    return [_with_live_text(ctx, view) for view in await view_messages(ctx, messages)]


def _with_live_text(ctx: Context, view: MessageView) -> MessageView:
    answer = view.answer
    text = ctx.live_texts.get(answer.run) if answer and answer.run and answer.status in LIVE else None
    return view.with_text(text()) if text and not view.deleted else view


def view_message(
    message: AnyMessage, persons: dict[UUID, Person], quotes: dict[UUID, Quote] | None = None
) -> MessageView:
    """Return the view of one message, given the people and quotations that it names."""
    deleted = message.deleted_at is not None
    answer = Answer(
        message.run_id,
        message.model,
        persons.get(message.asked_by_id) if message.asked_by_id else None,
        message.status,
        message.error,
        message.tokens,
    )
    return MessageView(
        id=message.id,
        room_id=message.room_id,
        seq=message.seq,
        rev=message.rev,
        author=persons.get(message.author_id) if message.author_id else None,
        text="" if deleted else message.text,
        at=message.created_at,
        edited=message.edited_at is not None,
        deleted=deleted,
        nonce=message.nonce,
        reply=(quotes or {}).get(message.reply_to_id) if message.reply_to_id else None,
        answer=answer if message.is_ai else None,
        pinned=message.pinned_at is not None,
        reactions=message.reactions or (),
        mentions=tuple(persons[each] for each in message.mentions or () if each in persons),
        mentions_all=message.mentions_all,
    )


def _is_me(ctx: Context, user_id: UUID) -> bool:
    return ctx.actor is not None and user_id == ctx.actor.user_id


_QUOTED = (
    select(
        col(Message.id),
        col(User.name),
        col(Message.is_ai),
        # Not while it is being written: the replies are told again only when it ends.
        case((col(Message.status).not_in(LIVE), Message.model)),
        func.left(Message.text, EXCERPT_READ),
        col(Message.deleted_at),
    )
    .join(User, col(User.id) == col(Message.author_id), isouter=True)
    .where(col(Message.id) == any_(bindparam("wanted", type_=ARRAY(Uuid))))
)


async def quotes(ctx: Context, ids: set[UUID], room_id: UUID | None = None) -> dict[UUID, Quote]:
    """Return these messages as what replies to them quotes them; only those of a room, where one is given."""
    if not ids:
        return {}
    statement = _QUOTED.where(col(Message.room_id) == room_id) if room_id else _QUOTED
    rows = await ctx.db.execute(statement, {"wanted": list(ids)})
    return {
        quoted: Quote(quoted, author, is_ai, model, "" if deleted else excerpt(beginning, typed=not is_ai))
        for quoted, author, is_ai, model, beginning, deleted in rows
    }
