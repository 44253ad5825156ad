"""The text of a file: its beginning in a message, and all of it in the viewer."""

from typing import Any, Final

import reflex as rx

from chat_app.ui.live.shapes import FileVar

_LIBRARY: Final = "$/public/files/text.js"


class _Text(rx.Component):
    """A component of ``assets/files/text.js``."""

    library = _LIBRARY

    file: rx.Var[str]
    name: rx.Var[str]


class _Preview(_Text):
    """The beginning of a text. Its ``size`` determines its space before it is loaded."""

    tag = "TextPreview"

    size: rx.Var[int]
    on_view: rx.Var[Any]


class _Whole(_Text):
    """The shown part of the text, with a link to download the whole file."""

    tag = "WholeText"

    download: rx.Var[str]


def text_preview(file: rx.Var[FileVar], on_view: rx.Var[Any]) -> rx.Component:
    """Return the beginning of a file's text: pressed, it gives the file's id to ``on_view``."""
    return _Preview.create(file=file.id, name=file.name, size=file.size, on_view=on_view)


def whole_text(file: rx.Var[FileVar]) -> rx.Component:
    """Return a file's text."""
    return _Whole.create(file=file.id, name=file.name, download=file.download)
