"""What the API says in words: the sentences of the pages' own catalogue, in the caller's language."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from chat_app.core.accounts.rules import LOCALES

CATALOGUES: Final = Path(__file__).parents[2] / "assets" / "locales"
_WISH: Final = re.compile(
    rf"(?:^|,)\s*({'|'.join(LOCALES)})(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{{0,3}})?)\s*)?(?=,|$)", re.IGNORECASE
)
_SLOT: Final = re.compile(r"{{\s*(\w+)\s*}}")


def preferred_locale(accept_language: str) -> str:
    """The language of ours that an ``Accept-Language`` header likes best; English where it names none."""
    wishes = [(float(quality or 1), locale.lower()) for locale, quality in _WISH.findall(accept_language)]
    return max(wishes, key=lambda wish: wish[0], default=(1, LOCALES[0]))[1]


def error_sentence(code: str, locale: str, details: Mapping[str, object]) -> str:
    """The catalogue's sentence for an error, with ``details`` filled in; the code itself where there is none."""
    template = _errors(locale).get(code, code)
    return _SLOT.sub(lambda slot: str(details.get(slot[1], "")), template)


@cache
def _errors(locale: str) -> dict[str, str]:
    catalogue = json.loads((CATALOGUES / f"{locale}.json").read_text("utf-8"))
    errors: dict[str, str] = catalogue["errors"]
    return errors
