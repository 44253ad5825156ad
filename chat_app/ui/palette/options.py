"""An option of the palette."""

from typing import Any, Final

import reflex as rx

from chat_app.ui import js

PALETTE: Final = "palette"
SCRIPT: Final = "palette/palette.js"
QUERY: rx.Var[str] = js.value(SCRIPT, "usePalette", "query", str).to(str)
CHOSEN: rx.Var[str] = js.value(SCRIPT, "usePalette", "chosen", str).to(str)
"""The id of the option that Enter takes."""


def option(option_id: rx.Var[str] | str, *children: Any, **props: Any) -> rx.Component:
    """Return an option; the palette closes before its ``on_click``."""
    return rx.el.div(
        *children, id=option_id, role="option", aria_selected=option_id == CHOSEN, class_name="menu-item", **props
    )
