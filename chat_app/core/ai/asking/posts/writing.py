"""Write posts of one room together: each is refused or accepted by itself, in order, and queues an answer where the
room's rule and its author's role call for one.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.asking.asked import AskedModel, as_assistant, asked_models, check_asked
from chat_app.core.ai.asking.posts.counting import check_funds, count_question
from chat_app.core.ai.asking.posts.meant import NamedInPosts, look_up
from chat_app.core.ai.asking.posts.post import Key, Post
from chat_app.core.ai.asking.posts.silence import note_silence
from chat_app.core.ai.decisions.queue import note_said
from chat_app.core.ai.drawing.orders import DrawingOrder
from chat_app.core.ai.events import RunQueued
from chat_app.core.ai.ports.recordings import RECORDING_BYTES
from chat_app.core.ai.tables import RunStatus
from chat_app.core.assistants.queries import askable
from chat_app.core.files.attached.sending import files_to_send, mark_sent
from chat_app.core.files.attached.transcripts import enqueue_transcripts
from chat_app.core.files.errors import AttachmentNotFound
from chat_app.core.files.views import attachment_json
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError, NotAllowed, RateLimited
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.answers.view import AnswerView
from chat_app.core.messages.errors import MessageNotFound, SlowMode
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.rules import slow_wait
from chat_app.core.messages.tables import Message, Status
from chat_app.core.messages.texts.calls import ALL
from chat_app.core.messages.views.messages import MessageView, view_messages
from chat_app.core.messages.views.quotes import Quote
from chat_app.core.messages.wire.files import AttachmentJson
from chat_app.core.messages.writing import Row, file_words, placed_words, row_of, write_rows, writing
from chat_app.core.rooms.access import parent_refusal
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.rights.locking import LockedMember, LockedRoom, lock_with_members
from chat_app.core.rooms.tables import AiRule

_TICK: Final = timedelta(microseconds=1)
WRITE: Final = writing(f"""
    , run AS (
        INSERT INTO ai_runs (id, room_id, message_id, asked_by_id, model, named, assistant_id, status,
            stop_requested, created_at)
        SELECT run_id, room_id, id, asked_by_id, asks, named, assistant_id, '{RunStatus.QUEUED}', false, created_at
        FROM given WHERE run_id IN (SELECT given.run_id FROM given JOIN new USING (id))
    )""")  # noqa: S608, no value of anybody's


async def write_posts(ctx: Context, room_id: UUID, posts: Sequence[Post]) -> None:
    """Lock the room once, write all posts by one statement, give each its outcome, and publish the new ones."""
    room = await lock_with_members(ctx, room_id, {post.actor.user_id for post in posts})
    if room is None:
        for post in posts:
            post.outcome = RoomNotFound()
        return
    known = await look_up(ctx, room, posts)
    sent: dict[Key, UUID] = {}
    while True:
        draft = _Draft(ctx, room, known, sent)
        for post in posts:
            await draft.add(post)
        before = await write_rows(ctx, draft.rows, WRITE) if draft.rows else None
        if not before:
            break
        sent |= before  # and nothing was written: the authors get their first messages
    for view in draft.said:
        await enqueue_transcripts(ctx, await mark_sent(ctx, known.files, view), RECORDING_BYTES)
    await draft.publish()
    await note_silence(ctx, room, known, [*draft.accepted.values()])
    resent = [post for post in posts if post.key in sent]
    found = {post.key: await ctx.db.get_one(Message, sent[post.key]) for post in resent}
    for post, view in zip(resent, await view_messages(ctx, [found[post.key] for post in resent]), strict=True):
        start = room.members[post.actor.user_id].sees_after
        post.outcome = view.seen_after(start) if view.seq > start else MessageNotFound()


async def write_question(ctx: Context, room_id: UUID) -> MessageView:
    """Queue an answer of the AI to the messages so far in a room, for the actor."""
    room = await lock_with_members(ctx, room_id, [ctx.me.user_id])
    member = room.members.get(ctx.me.user_id) if room else None
    if room is None or member is None:
        raise RoomNotFound()
    room.require(member, Permission.ASK_AI)
    await _require_in_parent(ctx, room, member)
    draft = _Draft(ctx, room, NamedInPosts({}, {}, {}, {}), {})
    own = await askable(ctx, room.ai_assistant_id, member.person.id)
    answer = draft.ask(member.person, as_assistant(own, room.ai_model) if own else AskedModel(room.ai_model))
    await write_rows(ctx, draft.rows, WRITE)
    await draft.publish()
    return answer


async def _require_in_parent(ctx: Context, room: LockedRoom, member: LockedMember) -> None:
    """Raise the error that prevents a question in an aside."""
    if room.parent_id and (error := await parent_refusal(ctx, room.parent_id, member.person.id, Permission.ASK_AI)):
        raise error


class _Draft:
    """The rows to write and the events to publish for a group, each post checked after those before it."""

    def __init__(self, ctx: Context, room: LockedRoom, known: NamedInPosts, sent: dict[Key, UUID]) -> None:
        self._ctx, self._room, self._known, self._sent = ctx, room, known, sent
        self._seq, self._rev, self._at = room.last_seq, room.rev, room.last_activity_at
        self._last_sent = {user_id: member.last_sent_at for user_id, member in room.members.items()}
        self.accepted: dict[Key, Post] = {}
        self._heard: UUID | None = None
        self._files: set[UUID] = set()
        self.said: list[MessageView] = []
        self.rows: list[Row] = []
        self.events: list[object] = []

    async def publish(self) -> None:
        """Publish the written messages, and queue the AI's decision about joining in, if the rule says so."""
        for event in self.events:
            self._ctx.emit(event)
        if self.rows and self._room.ai_rule == AiRule.HELPFUL:
            await note_said(self._ctx, self._room.id, self._heard)

    async def add(self, post: Post) -> None:
        """Accept a post, or refuse it; one that was sent before is neither."""
        if post.key in self._sent:
            return
        try:
            post.outcome = await self._accept(post)
        except DomainError as error:
            post.outcome = error
            if post.nonce and isinstance(error, SlowMode | RateLimited | AttachmentNotFound):
                await self._look_for(post)

    async def _look_for(self, post: Post) -> None:
        """Return whether a post that is too early, or has files that were already sent, is a resend."""
        keys = (col(Message.room_id) == self._room.id, col(Message.author_id) == post.actor.user_id)
        message_id = await self._ctx.db.scalar(select(col(Message.id)).where(*keys, col(Message.nonce) == post.nonce))
        if message_id:
            self._sent[post.key] = message_id

    async def _accept(self, post: Post) -> MessageView:
        room, member = self._room, self._room.members.get(post.actor.user_id)
        if member is None:
            raise RoomNotFound()
        room.require(member, Permission.SEND)
        await _require_in_parent(self._ctx, room, member)
        reply = self._known.quotes.get(post.reply_to) if post.reply_to else None
        if post.reply_to and (reply is None or reply.seq <= member.sees_after):
            raise MessageNotFound()
        if post.nonce and (first := self.accepted.get(post.key)):
            return first.view()
        if (wait := self._wait(member)) > 0:
            raise SlowMode(retry_after=wait)
        attachments = self._take_files(post)
        order = self._order(post, member)
        asked = [AskedModel(order.model, named=True)] if order else self._asked(post, member, reply)
        if asked:
            await check_funds(self._ctx, room.id, post, asked)
            await count_question(self._ctx, post, len(asked))
        self.accepted[post.key] = post
        view = self._write(post, member, reply, attachments)
        for each in asked:
            self.ask(member.person, each, order)
        if not asked:
            self._heard = view.id if room.allows(member, Permission.ASK_AI) else None
        return view

    def _take_files(self, post: Post) -> tuple[AttachmentJson, ...]:
        """Attach the post's files, and return the data to display; no other post of the group has one of them."""
        if self._files & {*post.attachments}:
            raise AttachmentNotFound(field="attachments")
        rooms = {self._room.id, self._room.parent_id or self._room.id}
        files = files_to_send(self._known.files, post.attachments, post.actor.user_id, rooms)
        self._files |= {*post.attachments}
        return tuple(attachment_json(file) for file in files)

    def _order(self, post: Post, member: LockedMember) -> DrawingOrder | None:
        """Return the picture that a post requests. If its author may not ask the AI, the post is only a text."""
        may_ask = self._room.ai_rule != AiRule.NEVER and self._room.allows(member, Permission.ASK_AI)
        if post.order and post.order.firm and not may_ask:
            raise NotAllowed()
        return post.order if may_ask else None

    def _asked(self, post: Post, member: LockedMember, reply: Quote | None) -> list[AskedModel]:
        """Return the models that a post asks; raises what keeps its author from asking one that it names."""
        room, is_reply = self._room, reply is not None and reply.is_ai
        naming = replace(post.naming, assistants=self._known.assistants.get(post.actor.user_id, ()))
        people, room_one = self._known.people, room.ai_assistant_id
        asked = asked_models(
            naming, room.ai_rule, room.ai_model, replies_to_ai=is_reply, people=people, room_assistant=room_one
        )
        if asked and not room.allows(member, Permission.ASK_AI):
            if post.chosen or post.assistant:
                room.require(member, Permission.ASK_AI)
            return []  # a mention is only text then
        check_asked(asked, naming, room.ai_model, post.actor)
        return asked

    def _wait(self, member: LockedMember) -> int:
        """Return the seconds that a person still has to wait in slow mode; 0 for people who can set it."""
        if self._room.allows(member, Permission.EDIT_ROOM):
            return 0
        return slow_wait(self._room.slow_seconds, self._last_sent[member.person.id], self._ctx.now)

    def _write(
        self, post: Post, member: LockedMember, reply: Quote | None, attachments: tuple[AttachmentJson, ...]
    ) -> MessageView:
        mentions = tuple(who for name, who in self._known.people.items() if name in post.said.calls)
        calls_all = ALL in post.said.calls and self._room.allows(member, Permission.MENTION_ALL)
        view = self._next(author=member.person, text=post.said.text, nonce=post.nonce, reply=reply, mentions=mentions)
        view = replace(view, mentions_all=calls_all, attachments=attachments)
        self._last_sent[member.person.id] = view.at
        row = row_of(view, asked_by_id=None, run_id=None, status=Status.COMPLETE)
        words = (*post.said.words, *file_words(attachments))
        row["words"] = placed_words(self._room.id, view.seq, member.person.id, words)
        self.said.append(view)
        self._add(view, row)
        return view

    def ask(self, asker: Person, asked: AskedModel, order: DrawingOrder | None = None) -> MessageView:
        """Queue an answer to the latest message, or a picture. A named model is published now."""
        run_id, self._heard = new_id(), None
        named = asked.named and asked.assistant is None  # for the model of an assistant another one may answer
        model, assistant = asked.model if named else None, asked.assistant.named() if asked.assistant else None
        drawing, text = (order.noted(), order.prompt) if order else (None, "")
        answer = AnswerView(run_id, model, asker, Status.QUEUED, None, None, assistant=assistant, drawing=drawing)
        view = self._next(answer=answer, text=text)
        self.events.append(RunQueued(run_id))
        row = row_of(view, asked_by_id=asker.id, run_id=run_id, status=Status.QUEUED)
        self._add(view, {**row, "asks": asked.model, "named": named})
        return view

    def _next(self, **what: Any) -> MessageView:
        """Return what takes the room's next place."""
        self._at = max(self._ctx.now, self._at + _TICK) if self._seq else self._ctx.now
        self._seq, self._rev = self._seq + 1, self._rev + 1
        said: dict[str, Any] = {"author": None, "text": "", "nonce": None, "reply": None, "answer": None} | what
        said |= {"id": new_id(), "room_id": self._room.id, "seq": self._seq, "rev": self._rev, "at": self._at}
        return MessageView(**said, edited=False, deleted=False)

    def _add(self, view: MessageView, row: Row) -> None:
        self.rows.append(row)
        self.events.append(MessageChanged(view))
