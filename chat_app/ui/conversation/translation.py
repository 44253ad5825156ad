"""A message's text in the reader's language, under the message: the translation by a model for that person alone."""

from typing import Any, Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.acts import rooms as acts
from chat_app.ui.components.controls import icon
from chat_app.ui.components.markdown import markdown
from chat_app.ui.conversation.text_button import text_button
from chat_app.ui.i18n import locale, t
from chat_app.ui.live.shapes import RowVar
from chat_app.ui.live.vars import ROOM

_MODULE: Final = "live/translations.js"


def translation(row: rx.Var[RowVar]) -> rx.Component:
    """Return the translation that the person requested, or its progress."""
    state = rx.el.p(
        icon("languages", 14),
        rx.el.span(rx.cond(row.translating, t("translation.busy"), t("translation.by", model=row.translator))),
        rx.cond(row.translating, None, text_button(t("translation.hide"), js.call(_MODULE, "dropTranslation", row.id))),
        class_name="message-state meta",
        role="status",
    )
    text = rx.el.div(markdown(row.translation, ~row.ai, people=row.mentions), lang=locale(), class_name="translation")
    shown = rx.fragment(state, rx.cond(row.translating, None, text))
    return rx.cond(row.translating | (row.translation != ""), shown)


def translate_item(row: Any, item: Any) -> rx.Component:
    """Return the item of a message's menu that translates it into the language of the page."""
    can = ROOM & ROOM.can_ask_ai & (ROOM.ai_rule != "never") & ~row.live & ~row.hidden & (row.text != "")
    begin = js.call(_MODULE, "beginTranslation", row.id)
    translate = item("languages", t("translation.translate"), on_click=[begin, acts.translate(row.id, locale())])
    return rx.cond(can, translate)
