"""Build the prompt with which a model continues an answer that was cut."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from chat_app.core.ai.context.lines.messages import TOKENS_PER_MESSAGE
from chat_app.core.ai.context.prompt import NOTHING_EARLIER, Prompt, build_prompt
from chat_app.core.ai.context.seam import last_words
from chat_app.core.ai.context.shapes.earlier import EarlierSummaries
from chat_app.core.ai.context.shapes.files import Contents
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.ai.ports.gateway import LlmMessage
from chat_app.core.kernel.texts.cleaning import cut_start

# A last turn of the user works with every vendor. To begin the answer for the model (a prefill) works with few: newer
# Anthropic models and all that reason refuse it, OpenAI's begin another answer, and Gemini wants the user to be last.
GO_ON: Final = (
    "Your last message was cut off. Continue it from exactly where it ended, in the same language and format. "
    "First repeat its last words, exactly and without quotation marks, and then write on without a break:\n\n{words}"
)

_GAP: Final = "[…]\n"


def build_continuation(
    history: Sequence[PromptMessage],
    so_far: str,
    *,
    system: str,
    budget_tokens: int,
    count: Callable[[str], int],
    earlier: EarlierSummaries = NOTHING_EARLIER,
    contents: Contents | None = None,
) -> Prompt:
    """Build the prompt of an answer as :func:`build_prompt` does, with its text so far and the request to continue. Of
    a long text only the end is used: at most half of the budget.
    """
    go_on = GO_ON.format(words=last_words(so_far))
    said = _within(so_far, budget_tokens // 2 - count(go_on), count)
    turns = (LlmMessage("assistant", said), LlmMessage("user", go_on))
    taken = sum(count(turn.content) + TOKENS_PER_MESSAGE for turn in turns)
    left = budget_tokens - taken
    prompt = build_prompt(history, system=system, budget_tokens=left, count=count, earlier=earlier, contents=contents)
    return replace(prompt, messages=(*prompt.messages, *turns), tokens=prompt.tokens + taken)


def _within(text: str, budget: int, count: Callable[[str], int]) -> str:
    """Return the end of a text within a budget of tokens."""
    text = text.rstrip()
    keep = len(text)
    while keep > 1 and count(text[-keep:]) > budget:
        keep //= 2
    return text if keep == len(text) else _GAP + cut_start(text, keep)
