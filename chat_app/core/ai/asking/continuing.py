"""Go on with answers that were cut: by their greatest length, by a stop, or by a failure."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from chat_app.core.ai.answers.seam import last_words
from chat_app.core.ai.asking.commands import access_answer, queue_run, superseded
from chat_app.core.ai.asking.posts import ASKS
from chat_app.core.ai.context.earlier import Earlier
from chat_app.core.ai.context.lines import TOKENS_PER_MESSAGE
from chat_app.core.ai.context.prompt import NOTHING_EARLIER, Prompt, PromptMessage, build_prompt
from chat_app.core.ai.errors import NothingToContinue, StillAnswering
from chat_app.core.ai.ports import LlmMessage
from chat_app.core.ai.rules import is_unfinished
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.text import cut_start
from chat_app.core.messages.commands import announce
from chat_app.core.messages.errors import MessageDeleted
from chat_app.core.messages.tables import LIVE
from chat_app.core.messages.views import MessageView
from chat_app.core.rooms.access import advance

# A last turn of the user works with every vendor. To begin the answer for the model (a prefill) works with few: newer
# Anthropic models and all that reason refuse it, OpenAI's begin another answer, and Gemini wants the user to be last.
GO_ON: Final = (
    "Your last message was cut off. Continue it from exactly where it ended, in the same language and format. "
    "First repeat its last words, exactly and without quotation marks, and then write on without a break:\n\n{words}"
)

_GAP: Final = "[…]\n"


async def continue_answer(ctx: Context, message_id: object, *, run: str | None = None) -> MessageView:
    """Have an unfinished answer continued by its model, in the same place: the actor's own, or any with
    ``Permission.REGENERATE_ANY_ANSWER``. Its text remains, and grows.

    With ``run``, the one that was cut, asking twice does it once. Raises :class:`StillAnswering` while it is being
    written, and :class:`NothingToContinue` where nothing is missing.
    """
    await ctx.limit(ASKS, str(ctx.me.user_id))
    access = await access_answer(ctx, message_id)
    message = access.message
    if superseded(message, run):
        return await announce(ctx, message)
    if message.deleted_at is not None:
        raise MessageDeleted()
    if message.status in LIVE:
        raise StillAnswering()
    if not is_unfinished(message.status, message.error, message.text):
        raise NothingToContinue()
    queued = await queue_run(ctx, message, message.model)
    queued.continues, message.error = True, None
    message.rev = advance(access.room.room)
    ctx.db.add(queued)
    return await announce(ctx, message)


def build_continuation(
    history: Sequence[PromptMessage],
    so_far: str,
    *,
    system: str,
    budget_tokens: int,
    count: Callable[[str], int],
    earlier: Earlier = NOTHING_EARLIER,
) -> Prompt:
    """Build the prompt of an answer as :func:`build_prompt` does, with its text so far and the request to go on.

    Of a long text, the end is what matters: it takes half of the budget at most.
    """
    go_on = GO_ON.format(words=last_words(so_far))
    said = _within(so_far, budget_tokens // 2 - count(go_on), count)
    turns = (LlmMessage("assistant", said), LlmMessage("user", go_on))
    taken = sum(count(turn.content) + TOKENS_PER_MESSAGE for turn in turns)
    prompt = build_prompt(history, system=system, budget_tokens=budget_tokens - taken, count=count, earlier=earlier)
    return replace(prompt, messages=(*prompt.messages, *turns), tokens=prompt.tokens + taken)


def _within(text: str, budget: int, count: Callable[[str], int]) -> str:
    """Return the end of a text within a budget of tokens."""
    text = text.rstrip()
    keep = len(text)
    while keep > 1 and count(text[-keep:]) > budget:
        keep //= 2
    return text if keep == len(text) else _GAP + cut_start(text, keep)
