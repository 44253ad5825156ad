"""The names of the assistants as which models answer, for messages; also of deleted assistants."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from chat_app.core.messages.answer_tables import MessageBranch
from chat_app.core.messages.tables import Message
from chat_app.core.messages.wire.messages import AssistantNameJson


@dataclass(frozen=True, slots=True)
class AssistantName:
    """An assistant as its answers name it. A deleted one has no id any more."""

    id: UUID | None
    name: str
    picture: int | None = None

    @property
    def columns(self) -> tuple[UUID | None, str, int | None]:
        """Return the data that a message keeps of it: `assistant_id`, `assistant_name` and `assistant_picture`."""
        return self.id, self.name, self.picture

    def as_json(self) -> AssistantNameJson:
        """Return the shape in REST and the live feed."""
        return {"id": str(self.id) if self.id else None, "name": self.name, "picture": self.picture}


def assistant_of(message: Message | MessageBranch | Row[Any]) -> AssistantName | None:
    """Return the assistant that answers."""
    if not message.assistant_name:
        return None
    picture = message.assistant_picture if message.assistant_id else None
    return AssistantName(message.assistant_id, message.assistant_name, picture)
