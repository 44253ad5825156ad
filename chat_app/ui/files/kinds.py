"""The signs of kinds of files."""

from typing import Final

import reflex as rx

from chat_app.ui.components.controls import icon

_SIGNS: Final = {
    "image": "image",
    "video": "film",
    "audio": "audio-lines",
    "pdf": "file-text",
    "document": "file-text",
    "text": "file-code",
    "archive": "file-archive",
}


def kind_icon(kind: rx.Var[str], size: int = 20) -> rx.Component:
    """Return the sign of a kind of file."""
    return rx.match(kind, *((each, icon(sign, size)) for each, sign in _SIGNS.items()), icon("file", size))
