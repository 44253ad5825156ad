"""Find the ``@name`` mentions of a person's text: in the parsed text, so not in code, tags or links. Pure.

The blocks (fences, indented code, HTML) are markdown-it's. Within them one scan does: a whole inline parse takes far
longer where there are many marks. ``tests/support/mentions.json`` has the cases in which this and the browser agree.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from markdown_it import MarkdownIt

from chat_app.core.accounts.rules import USERNAME

AI: Final = "ai"
ALL: Final = "all"
CALLS_MAX: Final = 50

_BLOCKS: Final = MarkdownIt("commonmark", {"html": True}).disable(["reference", "inline", "text_join"])
_AT: Final = re.compile("[@＠]")
_MARKED: Final = re.compile(r"[`~<\[\t]|    |://|www\.", re.IGNORECASE)
BEFORE_CALL: Final = "a-z0-9_.@＠/+-"
"""The characters after which an ``@`` is not a mention, as a class of a pattern."""
_CALL: Final = re.compile(
    rf"(?:^|[^{BEFORE_CALL}])_*+[@＠](?>({USERNAME.pattern}))(?![@＠a-z0-9])", re.IGNORECASE | re.ASCII
)
_TICKS: Final = re.compile("`+")
_DESTINATION: Final = r"(?:<[^<>\n]*+>|[^\s()<>]*+(?:\([^\s()<>]*+\)[^\s()<>]*+)*+)"
_TITLE: Final = r"""(?:"[^"]*+"|'[^']*+'|\([^()]*+\))"""
_VALUE: Final = r"""(?:[^\s"'=<>`]++|'[^']*+'|"[^"]*+")"""
_PART: Final = re.compile(
    rf"""
      \\[`<\[\]\\]
    | (?P<ticks>`++)
    | (?P<comment><!--)
    | (?P<apart><(?:/[a-z][a-z0-9-]*+\s*+|[a-z][a-z0-9+.-]*+:[^\s<>]*+|[^\s<>@]++@[^\s<>@]++
               |[a-z][a-z0-9-]*+(?:\s++[a-z_:][\w.:-]*+(?:\s*+=\s*+{_VALUE})?+)*+\s*+/?)>
             |(?:https?://|www\.)[!-;=?-~]*+)
    | (?P<open>\[)
    | \](?P<link>\(\s*+{_DESTINATION}(?:\s++{_TITLE})?+\s*+\))?+
    """,
    re.IGNORECASE | re.ASCII | re.VERBOSE,
)


def called_names(text: str) -> tuple[str, ...]:
    """Return the names that a text calls, :data:`AI` and :data:`ALL` among them, in lower case and in the order of the
    text, each once; at most :data:`CALLS_MAX`.
    """
    if not _AT.search(text):
        return ()
    found = (name.lower() for said in _said(text) for name in _CALL.findall(said))
    return tuple(name for name, _ in zip(dict.fromkeys(found), range(CALLS_MAX), strict=False))


def _said(text: str) -> Iterator[str]:
    """Return the paragraphs, headings and other blocks of a text, without parts in which an ``@`` is not a mention."""
    if not _MARKED.search(text):
        yield text
        return
    for block in _BLOCKS.parse(text):
        if block.type == "inline" and _AT.search(block.content):
            yield _without_code_and_links(block.content)


def _without_code_and_links(text: str) -> str:
    kept, end = [], 0
    for start, stop in sorted(_apart(text)):
        if stop > end:
            kept += [text[end:start], " "]
            end = stop
    return "".join([*kept, text[end:]])


def _apart(text: str) -> Iterator[tuple[int, int]]:
    """Return the positions of code, tags, addresses and links; they can be nested."""
    closing = _ticks(text)
    last_comment = text.rfind("-->")
    opened: list[int] = []
    at = 0
    while part := _PART.search(text, at):
        at = part.end()
        if ticks := part["ticks"]:
            places = closing[len(ticks)]
            after = bisect_left(places, at)
            if after < len(places):
                at = places[after] + len(ticks)
                yield part.start(), at
        elif part["comment"] and last_comment >= at:
            at = text.index("-->", at) + 3
            yield part.start(), at
        elif part["apart"]:
            yield part.start(), at
        elif part["open"]:
            opened.append(part.start())
        elif part[0].startswith("]") and opened:
            begun = opened.pop()
            if part["link"]:
                yield begun, at
                if text[begun - 1 : begun] != "!":
                    opened.clear()  # links cannot be nested


def _ticks(text: str) -> dict[int, list[int]]:
    """Return where runs of backticks begin, by their length."""
    places: dict[int, list[int]] = defaultdict(list)
    for run in _TICKS.finditer(text):
        places[len(run[0])].append(run.start())
    return places
