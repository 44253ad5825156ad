"""Messages as replies quote them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, case, func, select
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.kernel.context import Context
from chat_app.core.messages.rules import EXCERPT_READ, excerpt
from chat_app.core.messages.tables import LIVE, Message
from chat_app.core.messages.wire.messages import QuoteJson


@dataclass(frozen=True, slots=True)
class Quote:
    """The message to which another one replies.

    ``author`` is ``None`` for an AI without an assistant, or a deleted user. ``model`` is the model that wrote it,
    ``None`` for a person and while an answer is being written. ``seq`` is its place, 0 if it does not exist for the
    viewer of the quote.
    """

    id: UUID
    author: str | None
    is_ai: bool
    model: str | None
    text: str
    seq: int

    def seen_after(self, start: int) -> "Quote":
        """Return the quote for a person who sees messages after ``start``: without the text of an earlier message."""
        return self if self.seq > start else hidden_quote(self.id)

    def as_json(self) -> QuoteJson:
        """Return the shape in REST and the live feed."""
        return {
            "id": str(self.id),
            "author": self.author,
            "ai": self.is_ai,
            "model": self.model,
            "text": self.text,
            "seq": self.seq,
        }


def hidden_quote(message_id: UUID) -> Quote:
    """Return the quote of a message that does not exist for its reader."""
    return Quote(message_id, None, is_ai=False, model=None, text="", seq=0)


_QUOTED = (
    select(
        col(Message.id),
        func.coalesce(col(User.name), col(Message.assistant_name)),
        col(Message.is_ai),
        # Not while it is being written: the replies are published again only when it ends.
        case((col(Message.status).not_in(LIVE), col(Message.model))),
        func.left(col(Message.text), EXCERPT_READ),
        case((col(Message.text) == "", col(Message.attachments))),
        col(Message.deleted_at),
        col(Message.seq),
    )
    .join(User, col(User.id) == col(Message.author_id), isouter=True)
    .where(col(Message.id) == any_(bindparam("wanted", type_=ARRAY(Uuid))), col(Message.event).is_(None))
)


async def quotes(ctx: Context, ids: set[UUID], room_id: UUID | None = None) -> dict[UUID, Quote]:
    """Return these messages as quoted by replies; with a room, only messages of that room."""
    if not ids:
        return {}
    statement = _QUOTED.where(col(Message.room_id) == room_id) if room_id else _QUOTED
    rows = await ctx.db.execute(statement, {"wanted": list(ids)})
    return {
        quoted: Quote(quoted, author, is_ai, model, "" if deleted else _said(beginning, files, typed=not is_ai), seq)
        for quoted, author, is_ai, model, beginning, files, deleted, seq in rows
    }


def _said(beginning: str, files: list[dict[str, Any]] | None, *, typed: bool) -> str:
    """Return the beginning of a message, or the names of the files that it consists of."""
    return excerpt(beginning or ", ".join(each["name"] for each in files or ()), typed=typed)
