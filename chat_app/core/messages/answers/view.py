"""The AI's fields of a message, as every member of the room sees them."""

from dataclasses import dataclass
from uuid import UUID

from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.work.written import Reasoning
from chat_app.core.messages.answers.assistant_names import AssistantName
from chat_app.core.messages.wire.drawings import DrawingJson
from chat_app.core.messages.wire.messages import AnswerJson, ToolCallJson


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The fields of an AI's message alone."""

    run: UUID | None
    model: str | None
    asker: Person | None
    status: str
    error: str | None
    tokens: int | None
    outdated: bool = False
    reasoning: Reasoning | None = None
    branch: int = 1
    """The number of the text that is the answer."""
    branches: tuple[int, ...] = ()
    """The numbers of all its texts, where there are several."""
    instead_of: str | None = None
    """The model that could not answer."""
    cost: int | None = None
    """Its price in millionths of a US dollar."""
    calls: tuple[ToolCallJson, ...] = ()
    """The tool calls by which it was written."""
    assistant: AssistantName | None = None
    """The assistant as which the model answers."""

    drawing: DrawingJson | None = None
    """The order of the picture that the model is to draw, or has drawn."""

    def as_json(self) -> AnswerJson:
        """Return the shape in REST and the live feed."""
        shape: AnswerJson = {
            "run": str(self.run) if self.run else None,
            "model": self.model,
            "asker": self.asker.as_json() if self.asker else None,
            "status": self.status,
            "error": self.error,
            "tokens": self.tokens,
        }
        if self.cost is not None:
            shape["cost"] = self.cost
        if self.outdated:
            shape["outdated"] = True
        if self.instead_of:
            shape["instead_of"] = self.instead_of
        if self.assistant:
            shape["assistant"] = self.assistant.as_json()
        if self.reasoning:
            shape["reasoning"] = {"text": self.reasoning.text, "seconds": self.reasoning.seconds}
        if self.calls:
            shape["tool_calls"] = list(self.calls)
        if self.drawing is not None:
            shape["drawing"] = self.drawing
        if self.branches:
            shape["branches"], shape["branch"] = len(self.branches), self.branch
            if self.branches[0] != 1:
                shape["first_branch"] = self.branches[0]
        return shape
