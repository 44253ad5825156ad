"""Decide when a message asks the AI, and check titles. Pure."""

from collections.abc import Collection
from typing import Final

from chat_app.core.kernel.texts.cleaning import clean_name
from chat_app.core.messages.tables import Status
from chat_app.core.messages.texts.calls import AI
from chat_app.core.rooms.tables import AiRule

ANSWER_MAX: Final = 100_000
"""The maximum characters of an answer: about forty pages. No page shows a longer one well."""

NOT_CONTINUED: Final = ("llm_content_filtered", "llm_refused", "llm_image_filtered")
"""The errors of answers that cannot be continued, because their provider or model refuses."""

FALLS_BACK: Final = (
    *("llm_unavailable", "llm_paused", "llm_timeout", "llm_interrupted", "llm_rate_limited"),
    *("llm_authentication", "llm_no_credit", "llm_model_not_found"),
)
"""The errors after which another model may answer: they say nothing about the question."""

_TITLE_MAX: Final = 48
_MARKS: Final = " \t\u3000#*\"'`「」『』“”"


def asks_ai(rule: str, calls: Collection[str], *, replies_to_ai: bool) -> bool:
    """Return whether a message that calls these names, in a room with this rule, calls for an answer."""
    if rule == AiRule.NEVER:
        return False
    return rule == AiRule.ALWAYS or replies_to_ai or AI in calls


def is_unfinished(status: str, error: str | None, text: str) -> bool:
    """Return whether an answer that has ended is incomplete, so that its model can continue it."""
    if not text.strip() or len(text) >= ANSWER_MAX or error in NOT_CONTINUED:
        return False
    return error == "llm_length" if status == Status.COMPLETE else status in (Status.STOPPED, Status.FAILED)


def clean_title(text: str) -> str:
    """Return a model's proposal for a room's name, made presentable; empty when it is of no use."""
    line = text.strip().splitlines()[0] if text.strip() else ""
    line = clean_name(line).lstrip(_MARKS).rstrip(_MARKS + ".。")
    return line if len(line) <= _TITLE_MAX else ""
