"""The text of a message."""

from typing import Any

import reflex as rx

from chat_app.ui import js


class _Markdown(rx.Component):
    """``assets/markdown/markdown.js``."""

    library = "$/public/markdown/markdown.js"
    tag = "Markdown"

    text: rx.Var[str]
    streaming: rx.Var[bool]
    typed: rx.Var[bool]
    people: rx.Var[list[Any]]


def markdown(
    text: rx.Var[str],
    typed: rx.Var[bool],
    streaming: rx.Var[bool] | bool = False,
    people: rx.Var[list[Any]] | None = None,
) -> rx.Component:
    """Return ``text`` rendered as Markdown with tables, code and formulas; while ``streaming`` a caret ends it.

    Text that was ``typed`` by a person keeps its backslashes and spaces. ``people`` are the people mentioned by
    ``@username``: their names are shown, and open their cards. No script in it can run, and no picture is loaded before
    the reader requests it.
    """
    called = {} if people is None else {"people": people}
    return _Markdown.create(text=text, typed=typed, streaming=streaming, **called)


MARKDOWN_SETTLED: rx.Var[bool] = js.value("markdown/markdown.js", "useMarkdown", "settled", bool)
"""Whether texts can be shown: their renderer is loaded, or has failed to load in time."""
