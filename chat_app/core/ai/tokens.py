"""How many tokens a text takes, near enough to budget a context without any vendor's tokenizer."""

import re

# Kana, Han, Hangul, full-width forms and emoji take about a token each; other letters beyond ASCII about half of one.
_WIDE = re.compile(r"[\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U00010000-\U0010ffff]")
_NARROW = re.compile(r"[\u0080-\u2e7f\ud800-\uf8ff\ufb00-\ufeff\ufff0-\uffff]")


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of `text`: one per CJK character, four plain characters to one otherwise."""
    wide, narrow = len(_WIDE.findall(text)), len(_NARROW.findall(text))
    return -(-(4 * wide + 2 * narrow + (len(text) - wide - narrow)) // 4)
