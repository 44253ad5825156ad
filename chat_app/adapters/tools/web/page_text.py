"""Turn a fetched page into text: the charset, and the readable part of HTML. Every step takes linear time."""

import codecs
import re
from html import unescape
from typing import Final
from urllib.parse import urljoin

_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.ASCII | re.IGNORECASE)
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_OF_TEXT: Final = re.compile(
    r"utf-?(8|16|32)|ascii|iso8859|latin|cp\d+|koi8|shift_?jis|euc_|gb|big5|iso2022|mac[_-]|johab|tis|hz|hp-roman"
)
"""Codecs of charsets. Python has others that are none, such as `punycode`, which takes quadratic time."""

_UNSEEN: Final = frozenset({"script", "style", "noscript", "svg", "template", "iframe", "select", "nav", "head"})
_BLOCKS: Final = re.compile(
    "address|article|aside|blockquote|br|d[dlt]|div|fieldset|figure|footer|form|h[1-6r]|header|li|main|[ou]l|p|pre"
    "|section|table|tbody|tr"
)
_PIECES_MAX: Final = 60_000
"""The maximum pieces of a page: longer texts are not useful."""

_NAME: Final = re.compile(r"/?([A-Za-z][A-Za-z0-9-]{0,30})", re.ASCII)
_HREF: Final = re.compile(r"\shref\s*=\s*(?:\"([^\"]{1,2000})\"|'([^']{1,2000})'|([^\s\"'>]{1,2000}))", re.IGNORECASE)
_BLANKS: Final = re.compile(r"[^\S\n]+")
_LINES: Final = re.compile(r"\s*\n\s*\n\s*|\s*\n\s*")


def decode(body: bytes, content_type: str) -> str:
    """Return bytes as text, by the byte-order mark, the header or the page itself; what cannot be read is replaced."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    named = _CHARSET.search(content_type) or _CHARSET.search(body[:2048].decode("latin-1"))
    return body.decode(_codec(named[1]) if named else "utf-8", "replace")


def _codec(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return "utf-8"
    if found in ("iso8859-1", "ascii"):  # as browsers read them
        return "cp1252"
    return found if _OF_TEXT.match(found) else "utf-8"


def readable(page: str, address: str) -> str:
    """Return the text of a page of HTML: the title, then the main part, in lines, with the addresses of links."""
    title = _between(page, "title", 0, 300)
    return "\n\n".join(filter(None, (title, _tidied("".join(_pieces(_main(page), address))))))


def _between(page: str, name: str, start: int, maximum: int) -> str:
    lower = page[:200_000].lower()
    begin = lower.find(f"<{name}", start)
    opened = lower.find(">", begin) + 1 if begin >= 0 else 0
    end = lower.find(f"</{name}", opened) if opened else -1
    return _tidied(unescape(page[opened:end])).replace("\n", " ")[:maximum] if end >= 0 else ""


def _main(page: str) -> str:
    """Return the contents of the element `main`, or the whole page."""
    lower = _lower(page)
    begin, end = lower.find("<main"), lower.rfind("</main")
    return page[begin:end] if 0 <= begin < end else page


def _lower(page: str) -> str:
    """Return the page in lower case, of the same length."""
    return page.translate(_CASES)


_CASES: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def _pieces(page: str, address: str) -> list[str]:
    pieces: list[str] = []
    lower, at, link, preformed = _lower(page), 0, "", 0
    while (tag := page.find("<", at)) >= 0 and len(pieces) < _PIECES_MAX:
        _add(pieces, page[at:tag], preformed > 0)
        closing = "-->" if page.startswith("<!--", tag) else ">"
        end = page.find(closing, tag)
        if end < 0:
            return pieces
        at = end + len(closing)
        name = _NAME.match(page, tag + 1)
        if name is None:
            continue
        word, closes = name[1].lower(), page[tag + 1] == "/"
        if word in _UNSEEN and not closes:
            at = _found_or_end(lower, f"</{word}", at)
        elif word == "a":
            if closes and link:
                pieces.append(f" ({link})")
            link = "" if closes else _target(page[tag:at], address)
        elif _BLOCKS.fullmatch(word):
            preformed += (word == "pre") * (-1 if closes else 1)
            pieces.append(_opening(word, closes))
        elif word in ("td", "th"):
            pieces.append(" ")
    _add(pieces, page[at:], preformed > 0)
    return pieces


def _found_or_end(page: str, sought: str, start: int) -> int:
    found = page.find(sought, start)
    return found if found >= 0 else len(page)


def _add(pieces: list[str], text: str, preformed: bool) -> None:
    """Add a text; outside of `pre`, its line ends are blanks."""
    pieces.append(unescape(text if preformed else text.replace("\n", " ")))


def _opening(word: str, closes: bool) -> str:
    if word == "li":
        return "" if closes else "\n- "
    if word == "br":
        return "\n"
    heading = len(word) == 2 and word[0] == "h" and word[1].isdigit()
    return f"\n\n{'#' * int(word[1])} " if heading and not closes else "\n\n" if word != "tr" else "\n"


def _target(tag: str, address: str) -> str:
    """Return the address of a link to another page, empty for none."""
    found = _HREF.search(tag[:4000])
    href = unescape(next(filter(None, found.groups()), "")).strip() if found else ""
    try:
        target = urljoin(address, href) if href and not href.startswith("#") else ""
    except ValueError:
        return ""
    return target if target.startswith(("http://", "https://")) and len(target) <= 300 else ""


def _tidied(text: str) -> str:
    lines = _BLANKS.sub(" ", text.replace("\r", "\n"))
    return _LINES.sub(lambda found: "\n\n" if found[0].count("\n") > 1 else "\n", lines).strip()
