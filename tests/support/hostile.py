"""Messages that cost a parser or a browser more than their length: each of at most 8,000 characters."""

from typing import Final

MOST: Final = 8000


def _rep(part: str, length: int = MOST) -> str:
    return part * (length // len(part))


def _grow(part: str, ending: str) -> str:
    """Lines that each begin with one more of ``part``."""
    lines: list[str] = []
    length = 0
    while length + len(line := part * len(lines) + ending) < MOST:
        lines.append(line)
        length += len(line) + 1
    return "\n".join(lines)


HOSTILE: Final = {
    "prose without a break": _rep("some words of prose here and there. "),
    "lines": _rep("a\n"),
    "dashes that begin lists": _rep("--" + " -" * 22 + "x\n"),
    "quotations within one another": _rep("> "),
    "lists within one another": _rep("- "),
    "numbers within one another": _rep("1. "),
    "quotations and lists within one another": _rep("> - "),
    "a list that grows deeper": _grow("  ", "- a"),
    "a quotation that grows deeper": _grow("> ", "a"),
    "lines that go on in a deep quotation": "> " * 50 + _rep("a\n", MOST - 100),
    "deep lists again and again": "\n".join(["- " * (MOST // 160 - 1) + "a"] * 80),
    "list items": _rep("- a\n"),
    "list items apart": _rep("- a\n\n"),
    "list items with boxes": _rep("- [ ] a\n"),
    "fences": _rep("```\na\n```\n"),
    "fences with languages": _rep("```js\na()\n```\n"),
    "fences in quotations": _rep("> ```\n"),
    "a fence that names 8,000 characters": "```" + "a" * (MOST - 3),
    "code in every language's colours": "```js\n" + _rep('f("a", 1); /* b */ ', MOST - 20) + "\n```",
    "a table of wide rows": "|a" * 1000 + "|\n" + "|-" * 1000 + "|\n" + "|\n" * 1900,
    "a table of cells": "|a" * 40 + "|\n" + "|-" * 40 + "|\n" + ("|a" * 40 + "|\n") * 95,
    "a table of rows": "|a|\n|-|\n" + _rep("|a|\n", MOST - 8),
    "a wide table in a quotation": "> " + "|a" * 1000 + "|\n> " + "|-" * 1000 + "|\n" + "> |\n" * 900,
    "links": _rep("[a](b) "),
    "bare links": _rep("http://a.bc "),
    "bare www links": _rep("www.a.b "),
    "links by line": _rep("[a](https://b.c)\n"),
    "emphasis": _rep("*a* "),
    "strong": _rep("**a** "),
    "struck": _rep("~a~ "),
    "emphasis that never ends": _rep("*a_ "),
    "emphasis of two kinds": _rep("*_"),
    "emphasis within emphasis": _rep("*a ", MOST // 2) + _rep("a* ", MOST // 2),
    "stars around one letter": "*" * 3999 + "a" + "*" * 3999,
    "emphasis in every line": _rep("*a_ *b_ **c~ ~~d\n"),
    "brackets": _rep("["),
    "pictures": _rep("!["),
    "brackets around brackets": "[" * 1000 + "a" + "](b)" * 1700,
    "links that never end": _rep("[a]("),
    "code words": _rep("`a` "),
    "code that never ends": _grow("`", "a ").replace("\n", ""),
    "tags": _rep("<a>"),
    "comments that never end": _rep("<!--"),
    "entities": _rep("&amp;"),
    "headings": _rep("# a\n"),
    "underlined headings": _rep("a\n=\n"),
    "rules": _rep("---\n"),
    "definitions": _rep("[a]: b\n"),
    "footnotes": _rep("a[^1] ", MOST - 10) + "\n\n[^1]: x",
    "footnotes by line": _rep("a[^1]\n", MOST - 10) + "\n[^1]: x",
    "formulas": _rep("$a$ "),
    "formulas by line": _rep("$a$\n"),
    "formulas on their own": _rep("$$\na\n$$\n"),
    "a matrix": "$\\begin{matrix}" + "&" * 7900 + "\\end{matrix}$",
    "a matrix on its own": "$$\n\\begin{matrix}" + "&" * 7900 + "\\end{matrix}\n$$",
    "powers of powers": "$" + _rep("a^{", MOST - 2) + "$",
    "right-to-left words": _rep("שלום **عالم** "),
    "a word of 8,000 letters": "a" * MOST,
    "emoji": _rep("👩‍👩‍👧‍👦 "),
    "marks upon marks": "a" + "\u0301" * (MOST - 1),
}
