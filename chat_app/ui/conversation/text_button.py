"""A button within a line of text."""

import reflex as rx

from chat_app.ui import js


def text_button(words: rx.Var[str], module: str, function: str, *args: rx.Var[str]) -> rx.Component:
    """Return a button within a line of text."""
    return rx.el.button(words, type="button", class_name="link", on_click=js.call(module, function, *args))
