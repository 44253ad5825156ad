"""Read a message aloud: an answer by the site's model, if one is named; otherwise by the browser's voices."""

from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import RowVar
from chat_app.ui.live.vars import ROOM, SPEAKS

_MODULE: Final = "conversation/aloud.js"
_ABLE: rx.Var[bool] = js.value(_MODULE, "useReader", "able", bool)
_READ: rx.Var[str] = js.value(_MODULE, "useReader", "id", str)


def aloud_item(row: rx.Var[RowVar], item: Any) -> rx.Component:
    """Return the item of a message's menu that reads it aloud, or stops that, if a voice is available."""
    by_model = SPEAKS & row.ai & ROOM & ROOM.can_ask_ai & (ROOM.ai_rule != "never") & ~row.hidden
    read = js.call(_MODULE, "readAloud", row.id, by_model)
    words = rx.cond(row.id == _READ, t("message.stopReading"), t("message.readAloud"))
    return rx.cond((_ABLE | by_model) & ~row.live & (row.text != ""), item("volume-2", words, on_click=read))
