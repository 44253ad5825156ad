"""Show sizes of files, in the reader's language."""

import reflex as rx

from chat_app.ui import js


def size_of(count: rx.Var[int]) -> rx.Var[str]:
    """Return a number of bytes in words: "1.2 MB"."""
    return js.result("amounts.js", "sizeOf", str, count)
