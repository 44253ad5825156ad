"""Write posts of one room together: each is refused or accepted by itself, in order, and queues an answer where the
room's rule and its author's role call for one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from limits import RateLimitItemPerMinute
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.events import RunQueued
from chat_app.core.ai.rules import asks_ai
from chat_app.core.ai.tables import RunStatus
from chat_app.core.kernel.actor import Actor, Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError, RateLimited
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.calls import AI, ALL
from chat_app.core.messages.errors import MessageNotFound, SlowMode
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.mentions import members_named
from chat_app.core.messages.parsing import ParsedText
from chat_app.core.messages.quotes import Quote, quotes
from chat_app.core.messages.rules import slow_wait
from chat_app.core.messages.tables import Message, Status
from chat_app.core.messages.views import Answer, MessageView, view_messages
from chat_app.core.messages.writing import Row, placed_words, row_of, write_rows, writing
from chat_app.core.rooms.access import parent_refusal
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.locking import LockedMember, LockedRoom, lock_with_members
from chat_app.core.rooms.tables import Room

ASKS: Final = RateLimitItemPerMinute(30, namespace="asks")
_TICK: Final = timedelta(microseconds=1)
WRITE: Final = writing(f"""
    , run AS (
        INSERT INTO ai_runs (id, room_id, message_id, asked_by_id, model, status, stop_requested, created_at)
        SELECT run_id, room_id, id, asked_by_id, model, '{RunStatus.QUEUED}', false, created_at
        FROM given WHERE run_id IN (SELECT given.run_id FROM given JOIN new USING (id))
    )""")  # noqa: S608, no value of anybody's

Key = tuple[UUID, UUID | None]
"""A post's author and nonce."""


@dataclass(slots=True, eq=False)
class Post:
    """A message to be written: a text that has been checked. ``asks`` says whether the limit of questions admits it,
    where that is known before the room is locked. ``outcome`` is there once it has been written, or refused.
    """

    actor: Actor
    said: ParsedText
    nonce: UUID | None = None
    reply_to: UUID | None = None
    asks: bool | None = None
    outcome: MessageView | DomainError | None = None

    @property
    def key(self) -> Key:
        """Return the key that identifies a resend."""
        return self.actor.user_id, self.nonce

    def view(self) -> MessageView:
        """Return the message; raises what it was refused with."""
        if isinstance(self.outcome, DomainError):
            raise self.outcome
        assert self.outcome, "it has been written or refused"
        return self.outcome


async def write_posts(ctx: Context, room_id: UUID, posts: Sequence[Post]) -> None:
    """Lock the room once, write all posts by one statement, give each its outcome, and publish the new ones."""
    room = await lock_with_members(ctx, room_id, {post.actor.user_id for post in posts})
    if room is None:
        for post in posts:
            post.outcome = RoomNotFound()
        return
    known = await _look_up(ctx, room, posts)
    sent: dict[Key, UUID] = {}
    while True:
        draft = _Draft(ctx, room, known, sent)
        for post in posts:
            await draft.add(post)
        before = await write_rows(ctx, draft.rows, WRITE) if draft.rows else None
        if not before:
            break
        sent |= before  # and nothing was written: their authors get what they said before
    for event in draft.events:
        ctx.emit(event)
    resent = [post for post in posts if post.key in sent]
    found = {post.key: await ctx.db.get_one(Message, sent[post.key]) for post in resent}
    for post, view in zip(resent, await view_messages(ctx, [found[post.key] for post in resent]), strict=True):
        post.outcome = view


async def would_ask(ctx: Context, room_id: UUID, post: Post) -> bool:
    """Return whether a post calls for an answer, by the room as it is before it is locked."""
    rule = await ctx.db.scalar(select(Room.ai_rule).where(Room.id == room_id))
    reply = (await quotes(ctx, {post.reply_to}, room_id)).get(post.reply_to) if post.reply_to else None
    return rule is not None and asks_ai(rule, post.said.calls, replies_to_ai=reply is not None and reply.is_ai)


async def write_question(ctx: Context, room_id: UUID) -> MessageView:
    """Queue an answer to what has been said in a room, for the actor."""
    room = await lock_with_members(ctx, room_id, [ctx.me.user_id])
    member = room.members.get(ctx.me.user_id) if room else None
    if room is None or member is None:
        raise RoomNotFound()
    room.require(member, Permission.ASK_AI)
    await _require_in_parent(ctx, room, member)
    draft = _Draft(ctx, room, _Known({}, {}), {})
    answer = draft.ask(member.person)
    await write_rows(ctx, draft.rows, WRITE)
    for event in draft.events:
        ctx.emit(event)
    return answer


async def _require_in_parent(ctx: Context, room: LockedRoom, member: LockedMember) -> None:
    """Raise what is in the way of a question in an aside."""
    if room.parent_id and (error := await parent_refusal(ctx, room.parent_id, member.person.id, Permission.ASK_AI)):
        raise error


@dataclass(frozen=True, slots=True)
class _Known:
    """The messages and members of the room that the posts of a group name."""

    quotes: dict[UUID, Quote]
    people: dict[str, Person]


async def _look_up(ctx: Context, room: LockedRoom, posts: Sequence[Post]) -> _Known:
    """Read what the posts name; nothing is asked of the database where they name nothing."""
    replied = {post.reply_to for post in posts if post.reply_to}
    names = frozenset().union(*(post.said.calls for post in posts)) - {AI, ALL}
    return _Known(
        await quotes(ctx, replied, room.id) if replied else {},
        await members_named(ctx, room.id, names) if names else {},
    )


class _Draft:
    """The rows to write and the events to publish for a group, each post checked after those before it."""

    def __init__(self, ctx: Context, room: LockedRoom, known: _Known, sent: dict[Key, UUID]) -> None:
        self._ctx, self._room, self._known, self._sent = ctx, room, known, sent
        self._seq, self._rev, self._at = room.last_seq, room.rev, room.last_activity_at
        self._last_sent = {user_id: member.last_sent_at for user_id, member in room.members.items()}
        self._accepted: dict[Key, Post] = {}
        self.rows: list[Row] = []
        self.events: list[object] = []

    async def add(self, post: Post) -> None:
        """Accept a post, or refuse it; one that was sent before is neither."""
        if post.key in self._sent:
            return
        try:
            post.outcome = await self._accept(post)
        except DomainError as error:
            post.outcome = error
            if post.nonce and isinstance(error, SlowMode | RateLimited):
                await self._look_for(post)

    async def _look_for(self, post: Post) -> None:
        """Find out whether a post that comes too soon is only a resend."""
        keys = (col(Message.room_id) == self._room.id, col(Message.author_id) == post.actor.user_id)
        message_id = await self._ctx.db.scalar(select(Message.id).where(*keys, col(Message.nonce) == post.nonce))
        if message_id:
            self._sent[post.key] = message_id

    async def _accept(self, post: Post) -> MessageView:
        room, member = self._room, self._room.members.get(post.actor.user_id)
        if member is None:
            raise RoomNotFound()
        room.require(member, Permission.SEND)
        await _require_in_parent(self._ctx, room, member)
        if post.reply_to and post.reply_to not in self._known.quotes:
            raise MessageNotFound()
        if post.nonce and (first := self._accepted.get(post.key)):
            return first.view()
        if (wait := self._wait(member)) > 0:
            raise SlowMode(retry_after=wait)
        reply = self._known.quotes[post.reply_to] if post.reply_to else None
        asks = asks_ai(room.ai_rule, post.said.calls, replies_to_ai=reply is not None and reply.is_ai)
        asks = asks and room.allows(member, Permission.ASK_AI)
        if asks:
            await self._count_question(post)
        self._accepted[post.key] = post
        view = self._write(post, member, reply)
        if asks:
            self.ask(member.person)
        return view

    def _wait(self, member: LockedMember) -> int:
        """Return how many seconds they still have to wait in a room in slow mode; those who set it never do."""
        if self._room.allows(member, Permission.EDIT_ROOM):
            return 0
        return slow_wait(self._room.slow_seconds, self._last_sent[member.person.id], self._ctx.now)

    async def _count_question(self, post: Post) -> None:
        """Count a question, once however often the group is drafted."""
        if post.asks is None:
            post.asks = await self._ctx.admits(ASKS, str(post.actor.user_id))
        if not post.asks:
            raise RateLimited(retry_after=ASKS.get_expiry())

    def _write(self, post: Post, member: LockedMember, reply: Quote | None) -> MessageView:
        mentions = tuple(who for name, who in self._known.people.items() if name in post.said.calls)
        calls_all = ALL in post.said.calls and self._room.allows(member, Permission.MENTION_ALL)
        view = self._next(author=member.person, text=post.said.text, nonce=post.nonce, reply=reply, mentions=mentions)
        view = replace(view, mentions_all=True) if calls_all else view
        self._last_sent[member.person.id] = view.at
        row = row_of(view, asked_by_id=None, run_id=None, status=Status.COMPLETE)
        row["words"] = placed_words(self._room.id, view.seq, member.person.id, post.said.words)
        self._add(view, row)
        return view

    def ask(self, asker: Person) -> MessageView:
        """Queue an answer to what was said last."""
        run_id = new_id()
        view = self._next(answer=Answer(run_id, None, asker, Status.QUEUED, None, None))
        self.events.append(RunQueued(run_id))
        row = row_of(view, asked_by_id=asker.id, run_id=run_id, status=Status.QUEUED)
        self._add(view, {**row, "model": self._room.ai_model})
        return view

    def _next(self, **what: Any) -> MessageView:
        """Return what takes the room's next place."""
        self._at = max(self._ctx.now, self._at + _TICK) if self._seq else self._ctx.now
        self._seq, self._rev = self._seq + 1, self._rev + 1
        said: dict[str, Any] = {"author": None, "text": "", "nonce": None, "reply": None, "answer": None} | what
        place = {"id": new_id(), "room_id": self._room.id, "seq": self._seq, "rev": self._rev, "at": self._at}
        return MessageView(**place, **said, edited=False, deleted=False)

    def _add(self, view: MessageView, row: Row) -> None:
        self.rows.append(row)
        self.events.append(MessageChanged(view))
