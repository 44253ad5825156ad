"""What changed among a room's messages. Published after the commit."""

from dataclasses import dataclass

from chat_app.core.messages.views import MessageView


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """A message is new, or differs from what was told of it before (edited, deleted, answered, …)."""

    message: MessageView
