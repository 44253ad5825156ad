"""Decide whether to retry a vendor that failed: only before the first word, and not for long."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from random import SystemRandom
from typing import Any, Final

import structlog

from chat_app.core.ai.ports.gateway import LlmError, Piece

RETRIES: Final = 2
LONGEST_SECONDS: Final = 20.0
"""The longest pause, in seconds, that a vendor can request before a retry."""
_RANDOM: Final = SystemRandom()
_CODES: Final = frozenset({"llm_rate_limited", "llm_unavailable", "llm_interrupted"})

log = structlog.get_logger()


async def ask_with_retries(
    ask: Callable[[], AsyncGenerator[Piece, None]], pause: Callable[[int, LlmError], float | None], model: str
) -> AsyncGenerator[Piece, None]:
    """Stream an answer, and retry if it fails before its first text. ``pause`` returns the seconds to wait."""
    for retry in itertools.count():
        begun = thought = False
        try:
            async with aclosing(ask()) as pieces:
                async for piece in pieces:
                    begun, thought = begun or bool(piece.text), True
                    yield piece
            return
        except LlmError as error:
            seconds = None if begun else pause(retry, error)
            if seconds is None:
                raise
            log.info("answer_asked_again", model=model, code=error.code, seconds=round(seconds, 1))
        await asyncio.sleep(seconds)
        if thought:
            yield Piece(anew=True)


def pause_before(retry: int, error: LlmError, first_seconds: float) -> float | None:
    """Return the seconds to wait before the retry with this number (0 for the first), or None for no retry.

    The pause doubles each time, and half of it is random, so that many failed requests are not repeated at the same
    time. If the vendor set a delay (``Retry-After``), the pause is at least that long.
    """
    details: dict[str, Any] = dict(error.details)
    status = details.get("status", 503)
    is_lasting = error.code not in _CODES or (status < 500 and status != 429)
    asked = float(details.get("retry_after", 0))
    if retry >= RETRIES or is_lasting or asked > LONGEST_SECONDS:
        return None
    return asked + first_seconds * (1 << retry) * _RANDOM.uniform(0.5, 1)
