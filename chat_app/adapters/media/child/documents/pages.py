"""Collect the text of a document, within a limit."""

import re
from typing import Final

from chat_app.adapters.media.limits import PAGES_MAX, TEXT_MAX

_UNWANTED: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that a database refuses or no text has: controls other than tabs, line ends, page ends and escapes."""


class Pages:
    """The texts of pages, up to the limits of their number and of all together."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._left = TEXT_MAX

    @property
    def full(self) -> bool:
        """Return whether there is no space left."""
        return self._left <= 0 or len(self.texts) >= PAGES_MAX

    def add(self, text: str) -> None:
        """Add the text of a page. Cuts off its end if the total is too long."""
        text = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        data = text[: self._left].encode()
        if len(data) > self._left:
            data = data[: self._left]
            text = data.decode(errors="ignore")
        else:
            text = text[: self._left]
        self._left -= len(data)
        self.texts.append(text)
