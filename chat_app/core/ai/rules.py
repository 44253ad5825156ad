"""When a message asks the AI, and what a title may be. Pure."""

import re
from typing import Final

from chat_app.core.rooms.tables import AiRule

ANSWER_MAX: Final = 100_000
"""Characters of an answer: some forty pages. What is longer no page shows well."""

_MENTION: Final = re.compile(r"(?<![a-z0-9_.@-])@ai(?![a-z0-9_-])", re.IGNORECASE | re.ASCII)
_CODE: Final = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_TITLE_MAX: Final = 48
_MARKS: Final = " \t\u3000#*\"'`「」『』“”"


def mentions_ai(text: str) -> bool:
    """Whether the text addresses ``@ai`` outside of code."""
    return _MENTION.search(_CODE.sub(" ", text)) is not None


def asks_ai(rule: str, text: str, *, replies_to_ai: bool) -> bool:
    """Whether a message in a room with this rule calls for an answer."""
    if rule == AiRule.NEVER:
        return False
    return rule == AiRule.ALWAYS or replies_to_ai or mentions_ai(text)


def clean_title(text: str) -> str:
    """A model's proposal for a room's name, made presentable; empty when it is of no use."""
    line = text.strip().splitlines()[0] if text.strip() else ""
    line = line.lstrip(_MARKS).rstrip(_MARKS + ".。")
    return line if len(line) <= _TITLE_MAX else ""
