"""What a Markdown text says without its marks, for a quotation or a name of one line."""

from collections.abc import Iterable
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def plain_text(markdown: str) -> str:
    """The words, each block on a line of its own; raw HTML is text, as in the browser."""
    return "\n".join(_words(block) for block in _MARKDOWN.parse(markdown) if block.content)


def _words(block: Token) -> str:
    return "".join(_said(block.children)) if block.children else block.content


def _said(parts: Iterable[Token]) -> Iterable[str]:
    return ("\n" if part.type in {"softbreak", "hardbreak"} else part.content for part in parts)
