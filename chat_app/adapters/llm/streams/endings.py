"""Map vendors' finish reasons to the notes that people see."""

from typing import Final

from chat_app.core.ai.ports.gateway import LlmErrorCode

_REASONS: Final[dict[LlmErrorCode, str]] = {
    "llm_length": "length max_tokens model_length max_output_tokens model_context_window_exceeded pause_turn",
    "llm_content_filtered": "content_filter prompt_blocked safety prohibited_content blocklist spii recitation language"
    " guardrail_intervened",
    "llm_refused": "refusal refused",
    "llm_image_filtered": "image_safety image_prohibited_content image_recitation image_other no_image",
    "llm_only_tools": "tool_calls function_call tool_use tool_call malformed_function_call unexpected_tool_call"
    " too_many_tool_calls",
    "llm_interrupted": "error cancelled abort",
}
ENDINGS: Final = {reason: code for code, reasons in _REASONS.items() for reason in reasons.split()}
"""The note of each finish reason; a reason that is missing here is a normal end."""


def ending_of(finish: str | None, *, said: bool, refused: bool, thinking: bool, tools: bool) -> LlmErrorCode | None:
    """Return the note of an answer that has ended; None for a normal end, or a merely empty answer."""
    code = ENDINGS.get(finish or "")
    if refused:
        return "llm_refused"
    if said:
        return None if code == "llm_only_tools" else code
    if code in {None, "llm_length"}:
        return "llm_only_tools" if tools else "llm_only_reasoning" if thinking else code
    return code
