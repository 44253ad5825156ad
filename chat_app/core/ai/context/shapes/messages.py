"""Messages as input of the prompt builder, and the reasons why one is left out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from chat_app.core.ai.context.shapes.files import PromptFile

Reason = Literal[
    "hidden",
    "before_cutoff",
    "before_start",
    "deleted",
    "failed",
    "empty",
    "unpaired_answer",
    "summarised",
    "too_old_for_window",
]


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """A message of the room, as the builder needs it.

    `failed`: an AI answer that ended with an error. `hidden`: people have hidden it from models. `before_cutoff`: it is
    from before the room's cutoff. `before_start`: the asker does not see it, because it is from before they joined.
    `other`: an answer by another `model` or `assistant`, see :mod:`chat_app.core.ai.context.lines.others`. Its place is
    the `seq` in the room. A `pinned` message is included at any age.
    """

    id: UUID
    author_name: str
    is_ai: bool
    text: str
    deleted: bool = False
    failed: bool = False
    hidden: bool = False
    before_cutoff: bool = False
    before_start: bool = False
    model: str | None = None
    assistant: str | None = None
    assistant_id: UUID | None = None
    other: bool = False
    room_id: UUID | None = None
    seq: int = 0
    pinned: bool = False
    files: tuple[PromptFile, ...] = ()
    at: datetime | None = None
