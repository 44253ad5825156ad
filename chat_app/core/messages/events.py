"""Events of changed messages, published after the commit."""

from dataclasses import dataclass
from uuid import UUID

from chat_app.core.messages.views.messages import MessageView


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """A message is new or has changed (edited, deleted, answered, …)."""

    message: MessageView


@dataclass(frozen=True, slots=True)
class MessageStarred:
    """A person starred or unstarred a message. Published to that person's tabs only."""

    user_id: UUID
    room_id: UUID
    message_id: UUID
    on: bool


@dataclass(frozen=True, slots=True)
class AnswerRated:
    """A person rated the text ``n`` of an answer, or took that back (no ``value``). Published to that person only."""

    user_id: UUID
    room_id: UUID
    message_id: UUID
    n: int
    value: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A person who shares receipts has read up to ``read`` and received messages up to ``got``.

    Published to the room; in a large one only to ``authors`` of the messages.
    """

    room_id: UUID
    user_id: UUID
    read: int
    got: int
    authors: tuple[UUID, ...] | None = None
