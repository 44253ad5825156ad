"""Mark the answers of other models and assistants, so that a model does not take them for its own. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from chat_app.core.ai.context.shapes.messages import PromptMessage


def with_others(history: Sequence[PromptMessage], model: str, assistant: UUID | None = None) -> list[PromptMessage]:
    """Return `history` for a model: if several have answered one message, the others' answers get their names, like
    people's messages. Otherwise the model would take them for its own answers. Answers of assistants always count as
    others', except those of the `assistant` as which the model answers. For an assistant, all other answers are
    others'.
    """
    answers = [each.is_ai for each in history]
    around = zip([False, *answers[:-1]], answers, [*answers[1:], False], strict=True) if answers else ()
    beside = [ai and (before or after) for before, ai, after in around]
    return [
        replace(each, other=True, author_name=each.assistant or (each.model or "").rpartition("/")[2])
        if _is_others(each, model, assistant, shared=shared)
        else each
        for each, shared in zip(history, beside, strict=True)
    ]


def _is_others(message: PromptMessage, model: str, assistant: UUID | None, *, shared: bool) -> bool:
    """Return whether an answer is another's, for a model that answers as ``assistant``; one with pictures always is:
    vendors take them of people alone.
    """
    if message.is_ai and message.files:
        return True
    if not message.is_ai or message.assistant or assistant:
        return message.is_ai and (message.assistant_id is None or message.assistant_id != assistant)
    return shared and message.model is not None and message.model != model
