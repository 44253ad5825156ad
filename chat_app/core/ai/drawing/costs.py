"""Price pictures, and note it for their runs. Pure."""

from typing import Any

from chat_app.core.ai.costs.prices import cost_of as tokens_cost
from chat_app.core.ai.ports.drawing import Drawing
from chat_app.core.ai.ports.gateway import ModelInfo


def cost_of(model: ModelInfo, drawing: Drawing) -> int | None:
    """Return the cost of a picture in millionths of a US dollar: by its tokens, or the price of one picture."""
    by_tokens = tokens_cost(model, drawing.usage) if drawing.usage else None
    return drawing.cost if by_tokens is None else by_tokens


def note_of(model: ModelInfo, drawing: Drawing) -> dict[str, Any]:
    """Return the run's note of a picture."""
    usage = drawing.usage
    tokens = {"prompt_tokens": usage.prompt_tokens, "completion_tokens": usage.completion_tokens} if usage else {}
    return {"model": model.id, "cost": cost_of(model, drawing), **tokens}
