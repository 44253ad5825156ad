"""What a Markdown text says without its marks, for a quotation or a name of one line."""

import re
from collections.abc import Iterable
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

_WIDE: Final = re.compile("[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")
"""Chinese, Japanese and Korean letters and punctuation."""


class _State(StateInline):
    """Emphasis beside text without spaces (Chinese, Japanese, Korean), as in the browser: ``**「重要」**です``."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803, the library's names
        """Say whether marks may begin and end emphasis. Wide text on one side counts as a space does."""
        scanned = super().scanDelims(start, canSplitWord)
        before = self.src[start - 1 : start]
        after = self.src[start + scanned.length : start + scanned.length + 1]
        if not (_WIDE.match(before) or _WIDE.match(after)):
            return scanned
        opens, closes = bool(after.strip()), bool(before.strip())
        return Scanned(scanned.can_open or opens, scanned.can_close or closes, scanned.length)


class _Inline(ParserInline):
    """The parser of what stands in a block, with this :class:`_State`."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse a block's content into ``tokens``."""
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.inline = _Inline()
    return parser.configure("commonmark").enable(["table", "strikethrough"])


_MARKDOWN: Final = _parser()


def plain_text(markdown: str) -> str:
    """The words, each block on a line of its own; raw HTML is text, as in the browser."""
    return "\n".join(_words(block) for block in _MARKDOWN.parse(markdown) if block.content)


def _words(block: Token) -> str:
    return "".join(_said(block.children)) if block.children else block.content


def _said(parts: Iterable[Token]) -> Iterable[str]:
    return ("\n" if part.type in {"softbreak", "hardbreak"} else part.content for part in parts)
