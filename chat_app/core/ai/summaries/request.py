"""Ask for a summary: a pure function of messages and of the summary so far."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from chat_app.core.ai.context.lines.messages import TOKENS_PER_MESSAGE, Lines
from chat_app.core.ai.context.prompt import estimate_tokens
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmMessage, ModelInfo
from chat_app.core.ai.summaries.stretch import Stretch
from chat_app.core.ai.texts import SUMMARISE, SUMMARISE_NOW
from chat_app.core.kernel.texts.cleaning import cut

SUMMARY_TOKENS: Final = 1_500
SUMMARY_SHARE: Final = 8
"""A summary has so many tokens, and an eighth of the window, at most."""

READ_TOKENS: Final = 24_000
"""The most that a model reads for one summary."""

AI: Final = "AI"
"""The name before every answer."""

_REASONING_TOKENS: Final = 2_500
"""The additional tokens that the model may write: a reasoning model needs more than the summary."""


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """A request for a summary of some messages, which may have at most so many ``tokens``.

    Not ``whole``: there are later ones, for which no space is left.
    """

    request: CompletionRequest
    covered: Sequence[PromptMessage]
    tokens: int
    whole: bool


def ask_summary(stretch: Stretch, model: ModelInfo) -> SummaryRequest:
    """Return the request: with a summary so far for the next messages, else for the newest, as far as they fit."""
    tokens = min(SUMMARY_TOKENS, model.prompt_budget // SUMMARY_SHARE)
    system = SUMMARISE.format(words=max(20, tokens // 2))
    so_far = stretch.so_far.as_quotation() if stretch.so_far else ""
    taken = sum(estimate_tokens(each) + TOKENS_PER_MESSAGE for each in (system, so_far, SUMMARISE_NOW))
    room = max(TOKENS_PER_MESSAGE + 16, min(model.prompt_budget, READ_TOKENS) - taken)
    # All messages form one turn of the user, so that no text can imitate a turn of the AI or of a person.
    spoken = [replace(each, other=True, author_name=AI) if each.is_ai else each for each in stretch.messages]
    lines = Lines(spoken, estimate_tokens)
    places = _that_fit(lines, len(stretch.messages), room, newest=stretch.so_far is None)
    covered = [stretch.messages[place] for place in places]
    said = [lines.within(place, room) for place in places]
    content = "\n\n".join([*([so_far] if so_far else []), *said, SUMMARISE_NOW])
    request = CompletionRequest(
        model.id,
        (LlmMessage("system", system), LlmMessage("user", content)),
        min(model.max_output, tokens + _REASONING_TOKENS),
        reasoning_effort="low" if "reasoning" in model.abilities else None,
    )
    whole = stretch.so_far is None or covered[-1].id == stretch.messages[-1].id
    return SummaryRequest(request, covered, tokens, whole and stretch.whole)


def clean_summary(text: str, tokens: int) -> str:
    """Return the model's text as a summary of at most so many tokens; empty if it is not one."""
    text = text.strip()
    while estimate_tokens(text) > tokens:
        text = cut(text, min(len(text) - 1, len(text) * tokens // estimate_tokens(text))).rstrip()
    return text


def _that_fit(lines: Lines, number: int, room: int, *, newest: bool) -> list[int]:
    """Return the first places that fit, or the newest; at least one."""
    chosen: list[int] = []
    for place in range(number - 1, -1, -1) if newest else range(number):
        room -= lines.cost(place)
        if room < 0 and chosen:
            break
        chosen.append(place)
    return sorted(chosen)
