"""Parse a search for people. Pure."""

import re
from typing import Final

from chat_app.core.accounts.rules import NAME_MAX
from chat_app.core.kernel.texts.cleaning import clean_line
from chat_app.core.kernel.texts.folding import fold

_WITHOUT_SPACES: Final = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\u1100-\u11ff\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    r"\U00020000-\U0003ffff]"
)


def patterns(query: str) -> list[str]:
    """Return the patterns that :func:`sought` must match: for each word of the query, the beginning of a word.

    In scripts without spaces, and for what is no letter, any part of a name matches.
    """
    words = clean_line(fold(query[:NAME_MAX].strip().removeprefix("@"))).split()
    return [f" {word}" if word[0].isalnum() and not _WITHOUT_SPACES.search(word) else word for word in words]
