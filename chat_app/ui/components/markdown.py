"""The text of a message."""

import reflex as rx

from chat_app.ui.feed.vars import hooked


class _Markdown(rx.Component):
    """``assets/markdown.js``."""

    library = "$/public/markdown.js"
    tag = "Markdown"

    text: rx.Var[str]
    streaming: rx.Var[bool]


def markdown(text: rx.Var[str], streaming: rx.Var[bool] | bool = False) -> rx.Component:
    """Return ``text`` rendered as Markdown with tables, code and formulas; while ``streaming`` a caret ends it.

    Nothing in it can run, and no picture is loaded before the reader asks for it.
    """
    return _Markdown.create(text=text, streaming=streaming)


MARKDOWN_SETTLED: rx.Var[bool] = hooked("settled", "useMarkdown", "markdown.js", bool)
"""Whether texts can be shown: what renders them is there, or is known not to come at once."""
