"""Write a mail's text as HTML below the site's logo. Pure."""

from collections.abc import Collection
from html import escape
from typing import Final

from chat_app.core.kernel.policy import Brand
from chat_app.core.site.brand import picture_address

_HEIGHT: Final = 40
_WIDTH_MAX: Final = 240
_STYLE: Final = "margin:24px;background:#fcfbf8;color:#262420;font:15px/1.6 system-ui,sans-serif"


def branded_html(text: str, brand: Brand, origin: str, locale: str, links: Collection[str]) -> str:
    """Return the HTML of a text, or "" if the site has no logo: then only the text is sent.

    The logo is loaded from the site, which keeps mail small. Only lines that are one of ``links`` become links, because
    other words, such as names, are chosen by people.
    """
    if brand.logo is None:
        return ""
    height = min(_HEIGHT, _WIDTH_MAX * brand.logo.height / brand.logo.width)
    size = f'width="{round(height * brand.logo.width / brand.logo.height)}" height="{round(height)}"'
    address, name = origin + picture_address("logo", brand.logo), brand.name or "Parley"
    logo = f'<p><img src="{escape(address)}" alt="{escape(name)}" {size}></p>'
    parts = "".join(f"<p>{_lines(part, links)}</p>" for part in text.strip().split("\n\n"))
    head = '<head><meta charset="utf-8"></head>'
    return f'<!doctype html><html lang="{escape(locale)}">{head}<body style="{_STYLE}">{logo}{parts}</body></html>'


def _lines(part: str, links: Collection[str]) -> str:
    return "<br>".join(
        f'<a href="{escape(line)}">{escape(line)}</a>' if line in links else escape(line) for line in part.split("\n")
    )
