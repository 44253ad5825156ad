"""Read the API's sentences from the pages' catalogue, in the client's language."""

import re
from collections.abc import Mapping
from typing import Final

from chat_app.catalogues import sentence
from chat_app.core.accounts.rules import LOCALES

_WISH: Final = re.compile(
    rf"(?:^|,)\s*({'|'.join(LOCALES)})(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{{0,3}})?)\s*)?(?=,|$)", re.IGNORECASE
)


def preferred_locale(accept_language: str) -> str:
    """Return our language that an ``Accept-Language`` header prefers; English if it names none."""
    wishes = [(float(quality or 1), locale.lower()) for locale, quality in _WISH.findall(accept_language)]
    return max(wishes, key=lambda wish: wish[0], default=(1, LOCALES[0]))[1]


def error_sentence(code: str, locale: str, details: Mapping[str, object]) -> str:
    """Return the catalogue's sentence for an error with its ``details``, or the code if the catalogue has none."""
    return sentence("errors", code, locale, details) or code
