"""The known facts about models: a short list for each vendor with a key, and LiteLLM's table for the others."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from chat_app.core.ai.wire import Ability
from chat_app.core.connections.ports import ServedModel

_SEES: Final[tuple[Ability, ...]] = ("vision", "tools")
_REASONS: Final[tuple[Ability, ...]] = (*_SEES, "reasoning")
_HEARS: Final[tuple[Ability, ...]] = (*_REASONS, "audio")
_DRAWS: Final[tuple[Ability, ...]] = ("drawing",)

# Label, tokens in the window and in an answer, US cents for a million tokens read, read from the cache, and written,
# as in LiteLLM's table. The first is the vendor's default.
_ROWS: Final[dict[str, dict[str, tuple[str, int | None, int | None, int, int, int, tuple[Ability, ...]]]]] = {
    "openai": {
        "gpt-6.1-sol": ("GPT-6.1 Sol", 922_000, 128_000, 200, 10, 1_000, _REASONS),
        "gpt-6-luna": ("GPT-6 Luna", 922_000, 128_000, 10, 1, 50, _REASONS),
        "gpt-6-astra": ("GPT-6 Astra", 922_000, 128_000, 1_000, 100, 5_000, _REASONS),
        "gpt-4.1": ("GPT-4.1", 1_047_576, 32_768, 200, 50, 800, _SEES),
        "gpt-4o": ("GPT-4o", 128_000, 16_384, 250, 125, 1_000, _SEES),
        "gpt-image-2": ("GPT Image 2", None, None, 500, 125, 3_000, _DRAWS),
        "gpt-image-1-mini": ("GPT Image 1 mini", None, None, 200, 20, 800, _DRAWS),
    },
    "anthropic": {
        "claude-sonnet-5-5": ("Claude Sonnet 5.5", 1_000_000, 128_000, 200, 10, 1_000, _REASONS),
        "claude-haiku-5-5": ("Claude Haiku 5.5", 1_000_000, 128_000, 10, 1, 50, _REASONS),
        "claude-opus-5-5": ("Claude Opus 5.5", 1_000_000, 128_000, 400, 20, 2_000, _REASONS),
    },
    "gemini": {
        "gemini-flash-latest": ("Gemini Flash", 1_048_576, 65_536, 75, 8, 375, _HEARS),
        "gemini-pro-latest": ("Gemini Pro", 1_048_576, 65_536, 200, 20, 1_200, _HEARS),
        "gemini-flash-lite-latest": ("Gemini Flash-Lite", 1_048_576, 65_536, 30, 3, 250, _HEARS),
    },
}
OFFERED: Final = {
    vendor: {name: ServedModel(name, *row) for name, row in models.items()} for vendor, models in _ROWS.items()
}

_ABILITIES: Final[dict[str, Ability]] = {
    "supports_vision": "vision",
    "supports_function_calling": "tools",
    "supports_reasoning": "reasoning",
    "supports_audio_input": "audio",
}
_PREFIXES: Final = {
    "openai": ("",),
    "anthropic": ("",),
    "gemini": ("gemini/", ""),
    "ollama": ("ollama/",),
    "compatible": ("openrouter/", "groq/", "xai/", ""),
}
"""The beginnings of each kind's names in LiteLLM's table."""

_CANNOT_CHAT: Final = re.compile(
    r"embed|rerank|whisper|transcri|\btts\b|-tts|speech|dall-e|image|imagen|video|veo-|sora|moderation|realtime|guard"
    r"|(^|[/-])bge-|(^|[/-])e5-|ocr|audio|babbage|davinci|aqa|-live-|clip-",
    re.IGNORECASE,
)
"""Words in the names of models that do something other than chat, for models that no table has."""


_DRAWING: Final = re.compile(
    r"(^|[/-])(dall-e|gpt-image|chatgpt-image|imagen|flux|stable-diffusion|sdxl|qwen-image|grok-imagine-image)",
    re.IGNORECASE,
)
"""The beginnings of the names of models that draw, for models that no table has."""

WITH_DRAWING: Final = frozenset({"openai", "compatible"})
"""The kinds of providers that can be asked for pictures."""


AUDIO_TOKENS: Final = 25
"""The tokens of a second of sound, at most, as vendors count them."""

WORDS: Final = 8
"""The maximum tokens of the words that are spoken in a second."""

LETTERS: Final = 4
"""The letters of a token."""


def draws_by_name(name: str) -> bool:
    """Return whether a model of this name draws pictures."""
    return bool(_DRAWING.search(name))


def picture_cost(kind: str, name: str, size: str | None) -> int | None:
    """Return the price of one picture in millionths of a US dollar, or None if pictures have no separate price.

    Imports LiteLLM, see :func:`described`.
    """
    sized = f"{(size or '1024x1024').replace('x', '-x-')}/{name}"
    for row in (*_rows(kind, sized), *_rows(kind, name)):
        for key in ("output_cost_per_image", "input_cost_per_image"):
            if isinstance(price := row.get(key), int | float):
                return round(price * 1_000_000)
    return None


def dearest_picture(kind: str, name: str) -> int | None:
    """Return the highest price of one picture of any size, in millionths of a US dollar; None without a separate price.

    Imports LiteLLM, see :func:`described`.
    """
    import litellm

    beginnings = "|".join(map(re.escape, _PREFIXES[kind]))
    sized = re.compile(rf"(?:{beginnings})(\d+)-x-(\d+)/{re.escape(name)}")
    sizes = [f"{found[1]}x{found[2]}" for key in litellm.model_cost if (found := sized.fullmatch(key))]
    costs = [cost for size in (None, *sizes) if (cost := picture_cost(kind, name, size)) is not None]
    return max(costs, default=None)


def speech_cost(kind: str, name: str, letters: int, seconds: float) -> int | None:
    """Return the price of speech in millionths of a US dollar, or None if it is unknown.

    With ``letters``, these are spoken in the given seconds; without letters, the seconds are transcribed. Models that
    charge by tokens do not report their tokens for speech, so the tokens are estimated from the seconds. Imports
    LiteLLM, see :func:`described`.
    """
    for row in _rows(kind, name):
        dollars = _said_cost(row, letters, seconds) if letters else _written_down_cost(row, seconds)
        if dollars is not None:
            return round(dollars * 1_000_000)
    return None


def _said_cost(row: Mapping[str, Any], letters: int, seconds: float) -> float | None:
    by_letter, by_second = _dollars(row, "input_cost_per_character"), _dollars(row, "output_cost_per_second")
    by_token = _dollars(row, "output_cost_per_audio_token")
    if by_letter is not None:
        return by_letter * letters
    if by_second is None and by_token is None:
        return None
    heard = (by_token or 0) * AUDIO_TOKENS if by_second is None else by_second
    return (_dollars(row, "input_cost_per_token") or 0) * letters / LETTERS + heard * seconds


def _written_down_cost(row: Mapping[str, Any], seconds: float) -> float | None:
    by_second, by_token = _dollars(row, "input_cost_per_second"), _dollars(row, "input_cost_per_audio_token")
    if by_second is not None:
        return by_second * seconds
    if by_token is None:
        return None
    return (by_token * AUDIO_TOKENS + (_dollars(row, "output_cost_per_token") or 0) * WORDS) * seconds


def _dollars(row: Mapping[str, Any], key: str) -> float | None:
    price = row.get(key)
    return price if isinstance(price, int | float) else None


def described(kind: str, model: ServedModel) -> ServedModel | None:
    """Return a listed model with its known properties, or None if it can neither chat nor draw.

    The provider's own data takes precedence. Imports LiteLLM, which takes seconds the first time.
    """
    if known := OFFERED.get(kind, {}).get(model.name):
        return known
    row = next(_rows(kind, model.name), None)
    draws = draws_by_name(model.name) if row is None else row.get("mode") == "image_generation"
    if draws:
        return _drawer(kind, model, row or {}) if kind in WITH_DRAWING else None
    if row is None:
        return None if _CANNOT_CHAT.search(model.name) else model
    if row.get("mode") != "chat":
        return None
    return ServedModel(
        name=model.name,
        label=model.label,
        context_window=model.context_window or _tokens(row.get("max_input_tokens")),
        max_output=model.max_output or _tokens(row.get("max_output_tokens")),
        price_in=_cents(row.get("input_cost_per_token")),
        price_cached=_cents(row.get("cache_read_input_token_cost")),
        price_out=_cents(row.get("output_cost_per_token")),
        abilities=model.abilities or tuple(ability for key, ability in _ABILITIES.items() if row.get(key) is True),
    )


def _drawer(kind: str, model: ServedModel, row: Mapping[str, Any]) -> ServedModel:
    return ServedModel(
        name=model.name,
        label=model.label,
        price_in=_cents(row.get("input_cost_per_token")),
        price_cached=_cents(row.get("cache_read_input_token_cost")),
        price_out=_cents(row.get("output_cost_per_image_token")),
        price_picture=dearest_picture(kind, model.name),
        abilities=_DRAWS,
    )


def _rows(kind: str, name: str) -> Iterator[dict[str, Any]]:
    import litellm

    for prefix in _PREFIXES[kind]:
        if row := litellm.model_cost.get(prefix + name):
            yield cast(dict[str, Any], row)


def _tokens(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _cents(dollars_per_token: object) -> int | None:
    """Return the price of a million tokens in cents."""
    return round(dollars_per_token * 100_000_000) if isinstance(dollars_per_token, int | float) else None
