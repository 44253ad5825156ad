"""Decide whether the demo model replies, by rules simple enough to be guessed."""

import json
import re
from collections.abc import Sequence
from typing import Final

from chat_app.core.ai.ports.gateway import LlmMessage

_QUESTION: Final = re.compile(r"[?？]|(?:ですか|ますか|でしょうか)[。\s]*$")
_THANKS: Final = re.compile(r"\b(?:thanks|thank you|thx|cheers)\b|ありがと|感謝|助かり", re.IGNORECASE)
_KANA: Final = re.compile(r"[\u3040-\u30ff]")

_REASONS: Final = {
    "speak": ("The last message is a question.", "最後のメッセージが質問のため"),
    "react": ("Somebody says thanks.", "お礼のため"),
    "silent": ("Nothing was asked.", "質問がないため"),
}


def decide(messages: Sequence[LlmMessage]) -> str:
    """Return the decision about the last message: answer a question, react to thanks, else stay silent."""
    *_, said = messages[-1].content.split("\n\n")[:-1] or [messages[-1].content]
    choice = "speak" if _QUESTION.search(said) else "react" if _THANKS.search(said) else "silent"
    reason = _REASONS[choice][_KANA.search(said) is not None]
    verdict = {"do": choice, "reason": reason} | ({"emoji": "😊"} if choice == "react" else {})
    return json.dumps(verdict, ensure_ascii=False)
