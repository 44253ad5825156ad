"""Reading a message aloud, by the browser's voices."""

from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import RowVar

_MODULE: Final = "conversation/aloud.js"
_ABLE: rx.Var[bool] = js.value(_MODULE, "useReader", "able", bool)
_READ: rx.Var[str] = js.value(_MODULE, "useReader", "id", str)


def aloud_item(row: rx.Var[RowVar], item: Any) -> rx.Component:
    """Return the item of a message's menu that reads it aloud, or stops that, where the browser has a voice."""
    read = js.call(_MODULE, "readAloud", row.id)
    words = rx.cond(row.id == _READ, t("message.stopReading"), t("message.readAloud"))
    return rx.cond(_ABLE & ~row.live & (row.text != ""), item("volume-2", words, on_click=read))
