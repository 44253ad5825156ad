"""Convert Markdown to plain text, for quotations and names of one line."""

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from chat_app.core.kernel.texts.formulas import formula_at, readable

_WIDE: Final = re.compile("[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")
"""Chinese, Japanese and Korean letters and punctuation."""

_TYPED: Final = "typed"


class _State(StateInline):
    """Emphasis beside text without spaces (Chinese, Japanese, Korean), as in the browser: ``**「重要」**です``."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803, the library's names
        """Decide whether marks may begin and end emphasis. Wide text on one side counts as a space does.

        Where people type, a single star within a word is no mark: ``2*3*4``.
        """
        scanned = super().scanDelims(start, canSplitWord)
        if self.env.get(_TYPED) and scanned.length == 1:
            scanned = super().scanDelims(start, False)
        before = self.src[start - 1 : start]
        after = self.src[start + scanned.length : start + scanned.length + 1]
        if not (_WIDE.match(before) or _WIDE.match(after)):
            return scanned
        opens, closes = bool(after.strip()), bool(before.strip())
        return Scanned(scanned.can_open or opens, scanned.can_close or closes, scanned.length)


class _Inline(ParserInline):
    """The parser of inline text, with this :class:`_State`."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse a block's content into ``tokens``."""
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _formula(state: StateInline, silent: bool) -> bool:
    """Convert a formula to text that reads without its marks."""
    written = formula_at(state.src, state.pos) if state.src[state.pos] in "$\\" else ""
    if written and not silent:
        state.push("formula", "", 0).content = readable(written)
    state.pos += len(written)
    return bool(written)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.inline = _Inline()
    parser.inline.ruler.before("escape", "formula", _formula)
    return parser.configure("commonmark").enable(["table", "strikethrough", "formula"])


_MARKDOWN: Final = _parser()
_AS_TYPED: Final = _parser().disable(["text_join", "code", "lheading"])


def plain_text(markdown: str, *, typed: bool = False) -> str:
    """Return the plain text, each block on a separate line; raw HTML stays text, as in the browser.

    Text that a person ``typed`` keeps what is rarely meant as markup: backslashes, ``__init__``, ``2*3*4``.
    ``assets/markdown/typed.js`` has the same rule.
    """
    blocks = (_AS_TYPED if typed else _MARKDOWN).parse(markdown, {_TYPED: typed})
    return "\n".join(_words(block, typed=typed) for block in blocks if block.content)


def _words(block: Token, *, typed: bool) -> str:
    return "".join(_said(part, typed=typed) for part in block.children) if block.children else block.content


def _said(part: Token, *, typed: bool) -> str:
    if typed and (part.type == "text_special" or part.markup == "__"):
        return part.markup
    return "\n" if part.type in {"softbreak", "hardbreak"} else part.content
