"""Join the halves of surrogate pairs that a vendor sends in two events."""

import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def joined(text: str) -> str:
    """Return a text with its surrogate pairs joined. Removes lone surrogates, which can be neither sent nor stored."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


class Halves:
    """Keeps the first half of a surrogate pair until the other half arrives, and drops single halves."""

    def __init__(self) -> None:
        self._half = ""

    def join(self, text: str) -> str:
        """Return the whole characters of `text`, with the half that came before it."""
        text, self._half = self._half + text, ""
        if text.isascii() or not _SURROGATE.search(text):
            return text
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return joined(text)
