"""The tokens of answers, and the price of the tokens that a model has read and written. Pure."""

from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.checks.numbers import storable_sum
from chat_app.core.messages.tables import Message


def cost_of(model: ModelInfo, usage: Usage) -> int | None:
    """Return the cost of the tokens, in millionths of a US dollar; ``None`` if a price of the model is unknown. Tokens
    from the provider's cache cost less, if the model has a price for them.
    """
    if model.price_in is None or (model.price_out is None and usage.completion_tokens):
        return None
    cached = min(usage.cached_tokens or 0, usage.prompt_tokens)
    for_cached = model.price_in if model.price_cached is None else model.price_cached
    read = model.price_in * (usage.prompt_tokens - cached) + for_cached * cached
    return storable_sum([(read + (model.price_out or 0) * usage.completion_tokens) // 100])


def note_what_it_took(run: AiRun, message: Message) -> None:
    """Store the tokens and the price with the answer; a continued answer has the sum of all its runs."""
    goes_on = run.continues and message.tokens is not None
    written = [count for count in (message.tokens if goes_on else None, run.completion_tokens) if count]
    parts = (message.cost, run.cost) if goes_on else (run.cost,)
    message.tokens = storable_sum(written) if written else run.completion_tokens
    message.cost = None if None in parts else storable_sum(part or 0 for part in parts)
