"""What pictures cost, and how runs note it. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from chat_app.core.ai.drawing.ports import Drawing
from chat_app.core.ai.ports import ModelInfo


def cost_of(model: ModelInfo, drawing: Drawing) -> int | None:
    """Return the cost of a picture in millionths of a US dollar: by its tokens, or the price of one picture."""
    usage = drawing.usage
    if usage is None or model.price_in is None or model.price_out is None:
        return drawing.cost
    return (model.price_in * usage.prompt_tokens + model.price_out * usage.completion_tokens) // 100


def note_of(model: ModelInfo, drawing: Drawing) -> dict[str, Any]:
    """Return what a run notes of a picture."""
    usage = drawing.usage
    tokens = {"prompt_tokens": usage.prompt_tokens, "completion_tokens": usage.completion_tokens} if usage else {}
    return {"model": model.id, "cost": cost_of(model, drawing), **tokens}


def drawn_cost(notes: Iterable[Mapping[str, Any]] | None) -> int | None:
    """Return the cost of a run's pictures from its notes; None without any, or where that of one is unknown."""
    costs = [note["cost"] for note in notes or ()]
    return None if not costs or None in costs else sum(costs)
