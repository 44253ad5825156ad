"""The views of prompts, and their wire shapes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from typing_extensions import TypedDict

from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.pages import NamePlace
from chat_app.core.kernel.wire import PersonJson, Timestamp, timestamp
from chat_app.core.prompts.rules import Variable


class VariableJson(TypedDict):
    """A variable of a prompt, and the value that is offered for it."""

    name: str
    default: str


class PromptJson(TypedDict):
    """A saved prompt. Its `variables` are those of its `text`."""

    id: str
    name: str
    description: str
    text: str
    variables: list[VariableJson]
    shared: bool
    author: PersonJson
    created_at: Timestamp
    updated_at: Timestamp


class OfferedPromptJson(TypedDict):
    """A prompt that the composer offers; `by` is its author's name, empty for the person's own."""

    id: str
    name: str
    description: str
    by: str


@dataclass(frozen=True, slots=True)
class PromptView:
    """A prompt with its author."""

    id: UUID
    name: str
    description: str
    text: str
    variables: tuple[Variable, ...]
    shared: bool
    author: Person
    created_at: datetime
    updated_at: datetime

    @property
    def place(self) -> NamePlace:
        """The cursor of the next prompts in a list."""
        return NamePlace(self.name, self.author.username)

    def as_json(self) -> PromptJson:
        """Return the shape in which REST gives a prompt."""
        return {
            "id": str(self.id),
            "name": self.name,
            "description": self.description,
            "text": self.text,
            "variables": variables_json(self.variables),
            "shared": self.shared,
            "author": self.author.as_json(),
            "created_at": timestamp(self.created_at),
            "updated_at": timestamp(self.updated_at),
        }


def variables_json(variables: tuple[Variable, ...] | list[Variable]) -> list[VariableJson]:
    """Return variables in their wire shape."""
    return [{"name": each.name, "default": each.default} for each in variables]
