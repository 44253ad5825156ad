"""Summaries by the demo model: who wrote, how much, and the last message."""

import re
from collections.abc import Sequence
from typing import Final

from chat_app.core.ai.ports.gateway import LlmMessage
from chat_app.core.ai.texts import SUMMARISE, SUMMARISE_NOW
from chat_app.core.kernel.texts.cleaning import cut

_ASKS: Final = SUMMARISE.partition("{")[0]
_SPOKEN: Final = re.compile(r"([^\n:]{1,40}): ")
_KANA: Final = re.compile(r"[\u3040-\u30ff]")
_EXCERPT: Final = 200

_TEXTS: Final = {
    False: "The demo model cannot summarise. {count} messages, by {names}. The last of them: {last}",
    True: "デモモデルは要約できません。{names}による{count}件のメッセージです。最後のメッセージ: {last}",
}


def summary(messages: Sequence[LlmMessage]) -> str:
    """Return the writers, the number of messages, and the last message; empty if no summary is requested."""
    if not messages[0].content.startswith(_ASKS):
        return ""
    said = messages[-1].content.removesuffix(SUMMARISE_NOW).strip().split("\n\n")
    spoken = [found for each in said if (found := _SPOKEN.match(each)) and not each.startswith("[")]
    names = list(dict.fromkeys(found[1] for found in spoken))
    japanese = _KANA.search(said[-1]) is not None
    listed = ("、" if japanese else ", ").join(names) or "AI"
    return _TEXTS[japanese].format(count=len(spoken), names=listed, last=cut(said[-1], _EXCERPT))
