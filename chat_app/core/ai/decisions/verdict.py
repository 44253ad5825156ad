"""Parse a model's decision strictly. Pure."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from chat_app.core.ai.tables import DecisionChoice
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.texts.cleaning import clean_name, cut
from chat_app.core.messages.rules import check_emoji

REASON_MAX: Final = 200
"""The maximum characters of a reason: more than the model is asked for."""

_READ: Final = 4_000
_FENCED: Final = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision of a model: the choice, its reason, and the emoji of a reaction."""

    choice: DecisionChoice
    reason: str = ""
    emoji: str | None = None


SILENT: Final = Verdict(DecisionChoice.SILENT)


def parse_verdict(text: str) -> Verdict | None:
    """Return the verdict that a text is; ``None`` for anything but one JSON object of the wanted form.

    Vendors' models like to fence code, so a fence around it is allowed. An emoji is one that a person could react with.
    """
    said = text.strip()
    if fenced := _FENCED.fullmatch(said):
        said = fenced[1]
    if len(said) > _READ:
        return None
    try:
        return _verdict(json.loads(said))
    except (ValueError, TypeError, KeyError, RecursionError, DomainError):
        return None


def _verdict(said: Any) -> Verdict | None:
    if not isinstance(said, dict):
        return None
    choice, reason = DecisionChoice(said["do"]), said.get("reason", "")
    if not isinstance(reason, str):
        return None
    emoji = check_emoji(said["emoji"]) if choice is DecisionChoice.REACT else None
    return Verdict(choice, cut(clean_name(reason), REASON_MAX), emoji)
