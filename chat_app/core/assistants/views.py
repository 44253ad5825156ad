"""The views of assistants, and their wire shapes."""

from dataclasses import dataclass
from uuid import UUID

from typing_extensions import TypedDict

from chat_app.core.assistants.tables import Assistant
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.pages import NamePlace
from chat_app.core.kernel.wire import PersonJson, Timestamp, timestamp


class AssistantJson(TypedDict):
    """An assistant.

    Messages ask it by `@` and its `handle`. Its `model` writes its answers, or the room's if that is null. `picture` is
    the version of its picture, at `/assistants/{id}/picture?v={picture}`. `author` is null for the site's own.
    """

    id: str
    handle: str
    name: str
    description: str
    model: str | None
    instructions: str
    tools: list[str]
    picture: int | None
    shared: bool
    author: PersonJson | None
    created_at: Timestamp
    updated_at: Timestamp


class OfferedAssistantJson(TypedDict):
    """An assistant that the composer offers; `by` is its author's name, empty for the person's own and the site's."""

    id: str
    handle: str
    name: str
    description: str
    picture: int | None
    by: str


@dataclass(frozen=True, slots=True)
class AssistantView:
    """An assistant with its author, ``None`` for the site's own."""

    assistant: Assistant
    author: Person | None

    @property
    def place(self) -> NamePlace:
        """The cursor of the next assistants in a list."""
        return NamePlace(self.assistant.name, self.assistant.handle)

    def is_of(self, user_id: UUID) -> bool:
        """Return whether it is this person's own."""
        return self.assistant.owner_id == user_id

    def as_json(self) -> AssistantJson:
        """Return the shape in which REST gives an assistant."""
        it = self.assistant
        return {
            "id": str(it.id),
            "handle": it.handle,
            "name": it.name,
            "description": it.description,
            "model": it.model,
            "instructions": it.instructions,
            "tools": list(it.tools),
            "picture": it.picture,
            "shared": it.shared,
            "author": self.author.as_json() if self.author else None,
            "created_at": timestamp(it.created_at),
            "updated_at": timestamp(it.updated_at),
        }


@dataclass(frozen=True, slots=True)
class Persona:
    """The assistant as which a model answers, in the form that the model gets."""

    id: UUID
    name: str
    instructions: str
    tools: tuple[str, ...] = ()
    """The ids of the room's tools that it may call; if empty, all of them."""
