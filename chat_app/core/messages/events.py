"""Events of changed messages, published after the commit."""

from dataclasses import dataclass
from uuid import UUID

from chat_app.core.messages.views import MessageView


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """A message is new, or differs from what was told of it before (edited, deleted, answered, …)."""

    message: MessageView


@dataclass(frozen=True, slots=True)
class MessageStarred:
    """A person put a star on a message, or took it off. Told to that person's own tabs only."""

    user_id: UUID
    room_id: UUID
    message_id: UUID
    on: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A person, who lets others know, has read up to ``read`` and been brought what was said up to ``got``.

    Told to the room; in a large one only to ``authors``, whose messages they were.
    """

    room_id: UUID
    user_id: UUID
    read: int
    got: int
    authors: tuple[UUID, ...] | None = None
