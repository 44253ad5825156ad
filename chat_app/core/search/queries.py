"""Search messages, newest first, in the actor's rooms only.

Rooms are searched block by block, from the one with the latest message, in growing batches, until no remaining block
can hold anything newer than what was found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from limits import RateLimitItemPerMinute
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    TableValuedAlias,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import JSONPATH, TSQUERY
from sqlalchemy.orm import aliased
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.accounts.tables import User
from chat_app.core.files.tables import AttachmentWords
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import Place
from chat_app.core.kernel.texts.cleaning import clean_line
from chat_app.core.messages.tables import Message, MessageWords, Star
from chat_app.core.messages.texts.words import Terms, author_word, pattern_of, tag, terms_of, ts_query
from chat_app.core.messages.views.messages import seen_by_actor, view_messages
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.tables import Member
from chat_app.core.search.blocks import MessageBlock, growing, read_blocks
from chat_app.core.search.errors import Unsearchable
from chat_app.core.search.files import in_files
from chat_app.core.search.hits import Hit, hits_of
from chat_app.core.search.rules import HAS, SearchFilter, with_typed_filters

SEARCHES = RateLimitItemPerMinute(120, namespace="searches")
PAGE_MAX: Final = 50
STARS_MAX: Final = 2000
"""The number of newest starred messages that are searched."""

S = TypeVar("S", bound=Select[*tuple[Any, ...]])

_AI: Final = "ai"
_NFKC: Final = literal("NFKC")
_NAMES: Final = cast("$[*].name", JSONPATH)
_SPOKEN: Final = cast("$[*].transcript.text", JSONPATH)
_NO_COMPILING: Final = select(func.set_config("jit", "off", True))
"""Turns PostgreSQL's JIT off for this transaction: it overestimates the query, so compiling costs more than running."""


@dataclass(frozen=True, slots=True)
class HitPage:
    """A page of hits, newest first; ``next`` is the cursor of the next page, ``None`` on the last one."""

    hits: list[Hit]
    next: Place | None


async def search_messages(
    ctx: Context, wanted: SearchFilter, *, after: Place | None = None, limit: int = 20
) -> HitPage:
    """Return the messages that match and that the actor may see; ``after`` is the ``next`` of the page before.

    Raises ``RoomNotFound``, :class:`Unsearchable` or ``RateLimited``.
    """
    await ctx.limit(SEARCHES, str(ctx.me.user_id))
    limit = max(1, min(limit, PAGE_MAX))
    typed, wanted = wanted.text, with_typed_filters(wanted)
    terms = terms_of(wanted.text)
    if not terms and (wanted.text.strip() or (typed.strip() and not clean_line(typed))):
        raise Unsearchable(field="q")
    room_id = (await access_room(ctx, wanted.room, Permission.VIEW)).room.id if wanted.room else None
    author = await _author(ctx, wanted.author)
    if wanted.author and author is None:
        return HitPage([], None)
    blocks, names = await read_blocks(ctx, room_id)
    search = _Search(ctx, wanted, terms, author, after, limit + 1)
    await ctx.db.execute(_NO_COMPILING)
    if wanted.is_starred:
        messages = await search.among_stars(list(names))
    else:
        messages = await search.run(search.of_the_time(blocks))
    views = seen_by_actor(ctx, await view_messages(ctx, messages[:limit]))
    hits = await hits_of(ctx, views, names, wanted.text)
    more = len(messages) > limit
    return HitPage(hits, Place(messages[limit - 1].created_at, messages[limit - 1].id) if more else None)


async def _author(ctx: Context, name: str) -> UUID | str | None:
    """Return the id of the person of this username, ``_AI`` for the AI, or ``None``."""
    name = name.lower().removeprefix("@")
    if name in ("", _AI):
        return name or None
    if name == "me":
        return ctx.me.user_id
    found: UUID | None = await ctx.db.scalar(select(col(User.id)).where(col(User.username) == name))
    return found


def _named(table: type[MessageWords | AttachmentWords], asked: TableValuedAlias, *, marked: bool) -> Select[Any]:
    """Return the query of the messages that a table of words names."""
    which: list[ColumnElement[bool]] = [col(table.words).op("@@")(asked.c.words)]
    if marked:
        which.append(col(table.message_id) == asked.c.id)
    return select(col(table.message_id)).where(*which).offset(0)


@dataclass(slots=True)
class _Search:
    """One search, with the blocks that are left to read."""

    ctx: Context
    wanted: SearchFilter
    terms: Terms
    author: UUID | str | None
    after: Place | None
    enough: int

    def of_the_time(self, blocks: Sequence[MessageBlock]) -> Sequence[MessageBlock]:
        """Return the blocks that overlap the wanted time."""
        if until := min(filter(None, (self.wanted.before, self.after and self.after.at)), default=None):
            blocks = [block for block in blocks if block.since <= until]
        if since := self.wanted.after:
            blocks = [block for block in blocks if block.until >= since]
        return blocks

    async def run(self, blocks: Sequence[MessageBlock]) -> list[Message]:
        """Return the newest matching messages in these blocks, up to the page's size."""
        found: list[Message] = []
        statement = self._statement()
        for some in growing(blocks):
            if len(found) >= self.enough:
                some = [block for block in some if block.until >= found[-1].created_at]
            if not some:
                break
            found += await self.ctx.db.scalars(statement, self._asked(some))
            found = sorted(found, key=lambda message: (message.created_at, message.id), reverse=True)[: self.enough]
        return found

    async def among_stars(self, rooms: Sequence[UUID]) -> list[Message]:
        """Return the newest matches among the actor's starred messages, which are few enough to compare directly."""
        message = aliased(Message)
        starred = (
            select(col(message.id), col(message.room_id), col(message.seq))
            .join(Star, (col(Star.message_id) == col(message.id)) & (col(Star.user_id) == self.ctx.me.user_id))
            .where(
                col(message.room_id) == any_(bindparam("rooms", type_=ARRAY(Uuid))), col(message.deleted_at).is_(None)
            )
            .order_by(col(message.created_at).desc(), col(message.id).desc())
            .limit(STARS_MAX)
        )
        marked = (await self.ctx.db.execute(self._narrowed(starred, message), {"rooms": list(rooms)})).all()
        if not marked:
            return []
        asked = {"marked": [row.id for row in marked], "asked": [self._query(row.room_id, row.seq) for row in marked]}
        found = await self.ctx.db.scalars(self._statement(marked=True), {**asked, "rooms": list(rooms)})
        return list(found)

    def _asked(self, blocks: Sequence[MessageBlock]) -> dict[str, object]:
        return {
            "asked": [self._query(block.room_id, block.seq) for block in blocks],
            "rooms": list({block.room_id for block in blocks}),
        }

    def _query(self, room_id: UUID, seq: int) -> str:
        """Return the condition on the words in the block of message ``seq``."""
        words = list(self.terms.words)
        if self.author:
            words.append(author_word(self.author if isinstance(self.author, UUID) else None))
        words += [HAS[each] for each in sorted(self.wanted.has)]
        return ts_query(tag(room_id, seq), words, self.terms.beginnings)

    def _statement(self, *, marked: bool = False) -> Select[Message]:
        """Return the query of the candidates that the index names, block by block; a tag may belong to another room.

        Uses a subquery for each block, since the planner overestimates their number. Each of the ``marked`` messages is
        queried by itself.
        """
        given = {"words": bindparam("asked", type_=ARRAY(TSQUERY))}
        if marked:
            given["id"] = bindparam("marked", type_=ARRAY(Uuid))
        asked = func.unnest(*given.values()).table_valued(*given).render_derived()
        named = union(*(_named(words, asked, marked=marked) for words in (MessageWords, AttachmentWords))).lateral(
            "named"
        )
        candidate = select(Message).where(col(Message.id) == named.c.message_id).offset(0).lateral("candidate")
        message = aliased(Message, candidate)
        statement = (
            select(message)
            .select_from(asked)
            .join(named, true())
            .join(candidate, true())
            .where(
                col(message.room_id) == any_(bindparam("rooms", type_=ARRAY(Uuid))), col(message.deleted_at).is_(None)
            )
            .order_by(col(message.created_at).desc(), col(message.id).desc())
            .limit(self.enough)
        )
        for run in self.terms.runs:
            names = cast(func.jsonb_path_query_array(col(message.attachments), _NAMES), Text)
            spoken = cast(func.jsonb_path_query_array(col(message.attachments), _SPOKEN), Text)
            normal = func.pg_catalog.normalize(func.concat_ws(" ", col(message.text), names, spoken), _NFKC)
            pattern = pattern_of(run)
            statement = statement.where(
                or_(normal.regexp_match(pattern, flags="i"), in_files(col(message.id), pattern))
            )
        return self._narrowed(statement, message)

    def _narrowed(self, statement: S, message: type[Message]) -> S:
        """Add the other filters to the query.

        If the actor does not see all messages of some rooms, add that condition.
        """
        if self.ctx.starts:
            mine = (col(Member.room_id) == col(message.room_id), col(Member.user_id) == self.ctx.me.user_id)
            statement = statement.where(~exists().where(*mine, col(Member.sees_after) >= col(message.seq)))
        if isinstance(self.author, UUID):
            statement = statement.where(col(message.author_id) == self.author)
        if self.author == _AI:
            statement = statement.where(col(message.is_ai))
        if self.wanted.after:
            statement = statement.where(col(message.created_at) >= self.wanted.after)
        if self.wanted.before:
            statement = statement.where(col(message.created_at) < self.wanted.before)
        if self.after:
            statement = statement.where(tuple_(col(message.created_at), col(message.id)) < self.after)
        return statement
