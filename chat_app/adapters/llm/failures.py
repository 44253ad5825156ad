"""Translate vendors' errors to the core's. The vendor's own text stays here."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from math import ceil
from typing import Any

from chat_app.core.ai.ports.gateway import LlmError, LlmErrorCode

_BY_STATUS: dict[int, LlmErrorCode] = {
    401: "llm_authentication",
    402: "llm_no_credit",
    403: "llm_authentication",
    404: "llm_model_not_found",
    408: "llm_timeout",
    413: "llm_context_too_long",
    429: "llm_rate_limited",
    504: "llm_timeout",
}
# Texts of vendors in the body of a 400, or of an error in mid-stream. The first match counts.
_BY_WORDS: tuple[tuple[str, LlmErrorCode], ...] = (
    ("context_length_exceeded", "llm_context_too_long"),
    ("prompt is too long", "llm_context_too_long"),
    ("exceeds context length", "llm_context_too_long"),
    ("content_policy", "llm_content_filtered"),
    ("content_filter", "llm_content_filtered"),
    ("content management policy", "llm_content_filtered"),
    ("moderation_blocked", "llm_content_filtered"),
    ("safety system", "llm_content_filtered"),
    ("responsibleaipolicy", "llm_content_filtered"),
    ("insufficient_quota", "llm_no_credit"),
    ("insufficient balance", "llm_no_credit"),
    ("credit balance", "llm_no_credit"),
    ("api_key_invalid", "llm_authentication"),
    ("authentication_error", "llm_authentication"),
    ("api key not valid", "llm_authentication"),
    ("rate_limit", "llm_rate_limited"),
    ("resource_exhausted", "llm_rate_limited"),
    ("model_not_found", "llm_model_not_found"),
    ("model not found", "llm_model_not_found"),
)
_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,9})?")
_LONGEST = 999_999
_WORDS = 4096  # characters of an error that are looked at


def from_response(model: str, status: int, body: str, headers: Mapping[str, str]) -> LlmError:
    """Return the error for an HTTP answer that is not a stream."""
    code = _BY_STATUS.get(status) or (_from_words(body) if 400 <= status < 500 else "llm_unavailable")
    if code == "llm_rate_limited" and _from_words(body) == "llm_no_credit":
        code = "llm_no_credit"
    seconds = _wait(headers)
    return LlmError(code, model=model, status=status, **({} if seconds is None else {"retry_after": seconds}))


def _wait(headers: Mapping[str, str]) -> int | None:
    """Return the seconds to wait before the next request: from seconds or a date; None for any other value."""
    said = headers.get("retry-after", "")
    if _SECONDS.fullmatch(said):
        return ceil(float(said))
    until = _time(said)
    if until is None:
        return None
    return min(max(0, ceil(until - (_time(headers.get("date", "")) or time.time()))), _LONGEST)


def _time(said: str) -> float | None:
    try:
        return parsedate_to_datetime(said).timestamp()
    except (ValueError, OverflowError):
        return None


def from_event(data: Mapping[str, Any]) -> LlmErrorCode:
    """Return the error that the vendor reported inside its stream, before any text."""
    error = data.get("error")
    code = error.get("code") if isinstance(error, dict) else data.get("code")
    known = _BY_STATUS.get(code) if isinstance(code, int) else None
    return known or _from_words(str(data)[:_WORDS])


def _from_words(body: str) -> LlmErrorCode:
    lower = body.lower()
    if known := next((code for words, code in _BY_WORDS if words in lower), None):
        return known
    from litellm.litellm_core_utils.exception_mapping_utils import ExceptionCheckers

    too_long = ExceptionCheckers.is_error_str_context_window_exceeded(body)
    return "llm_context_too_long" if too_long else "llm_unavailable"
