"""The view of messages for every member of the room: one shape for REST and the live feed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row

from chat_app.core.accounts.queries import people
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.wire import timestamp
from chat_app.core.kernel.work.written import Reasoning, Written
from chat_app.core.messages.answers.assistant_names import assistant_of
from chat_app.core.messages.answers.tool_calls import calls_json, deciders
from chat_app.core.messages.answers.view import AnswerView
from chat_app.core.messages.tables import LIVE, Message
from chat_app.core.messages.views.quotes import Quote, quotes
from chat_app.core.messages.wire.drawings import DrawingJson
from chat_app.core.messages.wire.files import AttachmentJson
from chat_app.core.messages.wire.messages import MessageJson, ReactionJson
from chat_app.core.rooms.events import LineWritten
from chat_app.core.rooms.wire import LineJson

AnyMessage = Message | Row[Any]
"""A message, or the columns of its row by their names."""


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as every member sees it. A deleted message has no text."""

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
    answer: AnswerView | None
    exclude_from_ai: bool = False
    """Hidden from models."""
    pinned_for_ai: bool = False
    pinned: bool = False
    reactions: Sequence[ReactionJson] = ()
    """In the order in which they were first given."""
    mentions: tuple[Person, ...] = ()
    mentions_all: bool = False
    attachments: Sequence[AttachmentJson] = ()
    event: LineJson | None = None
    """The content of a line about the room."""

    def with_written(self, written: Written) -> "MessageView":
        """Return the same message with the newest text of a live answer."""
        answer = replace(self.answer, reasoning=written.reasoning) if self.answer else None
        return replace(self, text=written.text, answer=answer)

    def seen_after(self, start: int) -> "MessageView":
        """Return the message for a person who sees messages after ``start``."""
        return replace(self, reply=self.reply.seen_after(start)) if start and self.reply else self

    def as_json(self) -> MessageJson:
        """Return the message as REST and the live feed give it, without absent and false values."""
        shape: MessageJson = {
            "id": str(self.id),
            "seq": self.seq,
            "rev": self.rev,
            "text": self.text,
            "at": timestamp(self.at),
            "author": self.author.as_json() if self.author else None,
        }
        if self.edited:
            shape["edited"] = True
        if self.deleted:
            shape["deleted"] = True
        if self.nonce:
            shape["nonce"] = str(self.nonce)
        if self.reply:
            shape["reply"] = self.reply.as_json()
        if self.answer:
            shape["ai"] = self.answer.as_json()
        self._add_marks(shape)
        return shape

    def _add_marks(self, shape: MessageJson) -> None:
        if self.exclude_from_ai:
            shape["exclude_from_ai"] = True
        if self.pinned_for_ai:
            shape["pinned_for_ai"] = True
        if self.pinned:
            shape["pinned"] = True
        if self.reactions:
            shape["reactions"] = list(self.reactions)
        if self.mentions:
            shape["mentions"] = [person.as_json() for person in self.mentions]
        if self.mentions_all:
            shape["mentions_all"] = True
        if self.attachments:
            shape["attachments"] = list(self.attachments)
        if self.event:
            shape["event"] = self.event


async def view_messages(ctx: Context, messages: Sequence[AnyMessage]) -> list[MessageView]:
    """Return the views of ``messages``, in the same order, by two further queries at most."""
    cited = await quotes(ctx, {message.reply_to_id for message in messages if message.reply_to_id})
    ids = {message.author_id for message in messages} | {message.asked_by_id for message in messages}
    ids.update(*(message.mentions for message in messages if message.mentions))
    ids.update(*(_concerned(message) for message in messages if message.event))
    ids.update(*(deciders(message.tool_calls) for message in messages if message.tool_calls))
    persons = await people(ctx, (user_id for user_id in ids if user_id and not _is_me(ctx, user_id)))
    if ctx.actor:
        persons[ctx.actor.user_id] = ctx.actor.person
    return [view_message(message, persons, cited) for message in messages]


async def view_messages_now(ctx: Context, messages: Sequence[AnyMessage]) -> list[MessageView]:
    """Return the views of ``messages`` as their rooms see them now: of an answer that this process is writing, with the
    published text so far. Everything that reads messages for a person calls this.
    """
    return [_with_live_text(ctx, view) for view in seen_by_actor(ctx, await view_messages(ctx, messages))]


def seen_by_actor(ctx: Context, views: Sequence[MessageView]) -> Sequence[MessageView]:
    """Return messages as the actor sees them: without quotes of messages from before they joined."""
    return [view.seen_after(ctx.starts.get(view.room_id, 0)) for view in views] if ctx.starts else views


def _with_live_text(ctx: Context, view: MessageView) -> MessageView:
    answer = view.answer
    written = ctx.live_texts.get(answer.run) if answer and answer.run and answer.status in LIVE else None
    return view.with_written(written()) if written and not view.deleted else view


def view_message(
    message: AnyMessage, persons: dict[UUID, Person], quotes: dict[UUID, Quote] | None = None
) -> MessageView:
    """Return the view of one message, given the people and quotations that it names."""
    deleted = message.deleted_at is not None
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
        answer=_view_answer(message, persons) if message.is_ai else None,
        exclude_from_ai=message.exclude_from_ai,
        pinned_for_ai=message.pinned_for_ai,
        pinned=message.pinned_at is not None,
        reactions=cast(Sequence[ReactionJson], message.reactions or ()),
        mentions=tuple(persons[each] for each in message.mentions or () if each in persons),
        mentions_all=message.mentions_all,
        attachments=tuple(cast(Sequence[AttachmentJson], message.attachments or ())),
        event=_line(message, persons) if message.event else None,
    )


def _view_answer(message: AnyMessage, persons: dict[UUID, Person]) -> AnswerView:
    deleted = message.deleted_at is not None
    return AnswerView(
        message.run_id,
        message.model,
        persons.get(message.asked_by_id) if message.asked_by_id else None,
        message.status,
        message.error,
        message.tokens,
        message.outdated,
        None if deleted else written(message).reasoning,
        message.branch,
        tuple(message.branches or ()),
        message.instead_of,
        message.cost,
        calls_json(message.tool_calls, persons) if message.tool_calls and not deleted else (),
        assistant_of(message),
        cast(DrawingJson | None, message.drawing),
    )


def written(message: AnyMessage) -> Written:
    """Return the stored data of an answer."""
    thought = Reasoning(message.reasoning, message.reasoning_seconds or 0) if message.reasoning else None
    return Written(message.text, thought)


def view_line(line: LineWritten) -> MessageView:
    """Return the view of a line that was just written."""
    said: LineJson = {"kind": line.kind.value}
    if line.about:
        said["people"] = [person.as_json() for person in line.about]
    if line.name:
        said["name"] = line.name
    if line.role:
        said["role"] = line.role
    place = (line.id, line.room_id, line.seq, line.rev, line.by, "", line.at)
    return MessageView(*place, edited=False, deleted=False, nonce=None, reply=None, answer=None, event=said)


def _concerned(message: AnyMessage) -> list[UUID]:
    return [UUID(each) for each in (message.event or {}).get("people", ())]


def _line(message: AnyMessage, persons: dict[UUID, Person]) -> LineJson:
    """Return the content of a line; nothing is known of people whose accounts are deleted."""
    concerned = [persons[each].as_json() for each in _concerned(message) if each in persons]
    said = {name: value for name, value in (message.event or {}).items() if name != "people"}
    return cast(LineJson, {**said, "people": concerned} if concerned else said)


def _is_me(ctx: Context, user_id: UUID) -> bool:
    return ctx.actor is not None and user_id == ctx.actor.user_id
