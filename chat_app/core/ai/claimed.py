"""A run that a process has claimed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chat_app.core.ai.context.prompt import NOTHING_EARLIER
from chat_app.core.ai.context.shapes.earlier import EarlierSummaries
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.assistants.views import Persona
from chat_app.core.kernel.work.written import Written


@dataclass(frozen=True, slots=True)
class ClaimedRun:
    """A run that this process now writes."""

    run_id: UUID
    room_id: UUID
    message_id: UUID
    seq: int
    """The place of the answer in the room."""
    model: str
    first_answer: bool
    history: tuple[PromptMessage, ...]
    instructions: str = ""
    earlier: EarlierSummaries = NOTHING_EARLIER
    """Summaries of messages before the history."""
    is_aside: bool = False
    unasked: bool = False
    """The AI has joined in, without being asked."""
    so_far: Written | None = None
    """The text so far of an answer that is continued."""
    fallback: str | None = None
    """The model that answers where ``model`` cannot."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """The temperature, longest answer and effort that the room sets."""
    ai_tools: list[str] = field(default_factory=list)
    """The ids of the tools that may be called; for an aside, those of its parent."""
    asker: UUID | None = None
    """The person who asked. Files of the answer count to this person's storage."""
    drawing: Mapping[str, Any] | None = None
    """The order of a picture, if one is to be drawn: ``so_far`` is the prompt."""
    persona: Persona | None = None
    """The assistant as which the model answers."""
