"""A button within a line of text."""

from typing import Any

import reflex as rx


def text_button(words: rx.Var[str], on_click: Any) -> rx.Component:
    """Return a button within a line of text."""
    return rx.el.button(words, type="button", class_name="link", on_click=on_click)
