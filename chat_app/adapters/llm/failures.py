"""From what went wrong at a vendor to the error that Parley knows. The vendor's own words stay here."""

from collections.abc import Mapping

from chat_app.core.ai.ports import LlmError, LlmErrorCode

_BY_STATUS: dict[int, LlmErrorCode] = {
    401: "llm_authentication",
    403: "llm_authentication",
    404: "llm_model_not_found",
    408: "llm_timeout",
    413: "llm_context_too_long",
    429: "llm_rate_limited",
    504: "llm_timeout",
}
# What vendors say in the body of a 400, or of an error in mid-stream. The first that is found counts.
_BY_WORDS: tuple[tuple[str, LlmErrorCode], ...] = (
    ("context_length_exceeded", "llm_context_too_long"),
    ("prompt is too long", "llm_context_too_long"),
    ("exceeds context length", "llm_context_too_long"),
    ("content_policy", "llm_content_filtered"),
    ("content_filter", "llm_content_filtered"),
    ("content management policy", "llm_content_filtered"),
    ("api_key_invalid", "llm_authentication"),
    ("authentication_error", "llm_authentication"),
    ("api key not valid", "llm_authentication"),
    ("rate_limit", "llm_rate_limited"),
    ("resource_exhausted", "llm_rate_limited"),
    ("model_not_found", "llm_model_not_found"),
    ("model not found", "llm_model_not_found"),
)


def from_response(model: str, status: int, body: str, headers: Mapping[str, str]) -> LlmError:
    """The error for an HTTP answer that is not a stream."""
    code = _BY_STATUS.get(status) or (_from_words(body) if 400 <= status < 500 else "llm_unavailable")
    wait = headers.get("retry-after", "")
    return LlmError(code, model=model, status=status, **({"retry_after": int(wait)} if wait.isdecimal() else {}))


def from_stream(model: str, body: str, wrote: bool) -> LlmError:
    """The error for one that the vendor reported inside its stream; `wrote`: some text had come before."""
    return LlmError("llm_interrupted" if wrote else _from_words(body), model=model)


def _from_words(body: str) -> LlmErrorCode:
    from litellm.litellm_core_utils.exception_mapping_utils import ExceptionCheckers

    if ExceptionCheckers.is_error_str_context_window_exceeded(body):
        return "llm_context_too_long"
    lower = body.lower()
    return next((code for words, code in _BY_WORDS if words in lower), "llm_unavailable")
