"""Show above the composer that a dictation is being written down, or why it could not be."""

from typing import Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button, icon_button
from chat_app.ui.i18n import t, t_in

_MODULE: Final = "voice/dictating.js"

_STATUS: rx.Var[str] = js.value(_MODULE, "useDictation", "status", str)
_ERROR: rx.Var[str] = js.value(_MODULE, "useDictation", "error", str)
_LIMIT: rx.Var[int] = js.value(_MODULE, "useDictation", "limit", int)
_WAIT: rx.Var[int] = js.value(_MODULE, "useDictation", "wait", int)
_AGAIN: rx.Var[bool] = js.value(_MODULE, "useDictation", "again", bool)

DICTATING: rx.Var[bool] = _STATUS != "idle"
"""Whether some dictation is not transcribed yet."""


def dictation() -> rx.Component:
    """Return the strip of a dictation."""
    return rx.fragment(
        rx.cond(DICTATING, _strip()),
        rx.el.p(rx.cond(_STATUS == "writing", t("voice.writing"), ""), class_name="visually-hidden", role="status"),
    )


def _strip() -> rx.Component:
    size = js.result("amounts.js", "sizeOf", str, _LIMIT)
    maximum = rx.cond(_ERROR == "file_too_large", size, _LIMIT.to(str))
    why = rx.cond(
        _STATUS == "empty",
        t("voice.nothingHeard"),
        t_in("errors", _ERROR, maximum=maximum, retry_after=_WAIT, model=""),
    )
    writing = rx.el.span(
        t("voice.writing"), rx.el.span(class_name="thinking-dots", aria_hidden=True), class_name="meta"
    )
    return rx.el.div(
        icon_button(
            "x",
            rx.cond(_STATUS == "writing", t("voice.stopWriting"), t("voice.discard")),
            on_click=js.call(_MODULE, "drop"),
        ),
        rx.cond(_STATUS == "writing", writing, rx.el.span(why, class_name="error", role="alert")),
        rx.cond((_STATUS == "failed") & _AGAIN, button(t("common.retry"), on_click=js.call(_MODULE, "writeDown"))),
        class_name="recorder dictation",
        role="group",
        aria_label=t("voice.dictation"),
    )
