"""The microphone of the composer, and the strip that shows a recording while it is made."""

from typing import Final

import reflex as rx

from chat_app.core.access.features import Feature
from chat_app.core.files.voice import VOICE_SECONDS_MAX
from chat_app.ui import js
from chat_app.ui.components.controls import button, icon, icon_button
from chat_app.ui.i18n import t
from chat_app.ui.live.features import is_on
from chat_app.ui.live.vars import DICTATES, ROOM
from chat_app.ui.voice.dictation import DICTATING, dictation

_MODULE: Final = "voice/recording.js"
_LONGEST: Final = f"{VOICE_SECONDS_MAX // 60}:00"

STATUS: rx.Var[str] = js.value(_MODULE, "useRecorder", "status", str)
_TIME: rx.Var[str] = js.value(_MODULE, "useRecorder", "time", str)
_MAY_DICTATE: rx.Var[bool] = DICTATES & (~ROOM | (ROOM.ai_rule != "never"))
_STANDS: rx.Var[bool] = (STATUS == "recording") | (STATUS == "paused")


def microphone_button() -> rx.Component:
    """Return the button that starts and stops a recording; while pressed longer, it records until its release."""
    button = icon_button(
        rx.cond(_STANDS, icon("check"), icon("mic")),
        rx.cond(_STANDS, t("voice.finish"), rx.cond(_MAY_DICTATE, t("voice.recordOrDictate"), t("voice.record"))),
        tip="end",
        class_name=rx.cond(_STANDS, "microphone recording", "microphone"),
        aria_busy=STATUS == "asking",
        disabled=DICTATING,
        **js.props(_MODULE, "microphoneProps"),
    )
    return rx.cond(is_on(Feature.VOICE), button)


def recorder() -> rx.Component:
    """Return the strip of a recording: its loudness and length, and its buttons."""
    return rx.fragment(
        rx.cond(_STANDS, _strip()),
        dictation(),
        rx.el.p(
            rx.match(STATUS, ("recording", t("voice.recording")), ("paused", t("voice.paused")), ""),
            class_name="visually-hidden",
            role="status",
        ),
    )


def _strip() -> rx.Component:
    paused = STATUS == "paused"
    return rx.el.div(
        icon_button("trash-2", t("voice.discard"), on_click=js.call(_MODULE, "discard")),
        rx.el.canvas(class_name="recorder-bars", aria_hidden=True, **js.props(_MODULE, "canvasProps")),
        rx.el.span(_TIME, rx.el.span(" / " + _LONGEST, class_name="meta"), class_name="recorder-time", role="timer"),
        icon_button(
            rx.cond(paused, icon("mic"), icon("pause")),
            rx.cond(paused, t("voice.goOn"), t("voice.pauseRecording")),
            tip="end",
            on_click=js.call(_MODULE, "pauseOrResume"),
        ),
        rx.cond(_MAY_DICTATE, _dictate()),
        class_name=rx.cond(paused, "recorder paused", "recorder"),
        role="group",
        aria_label=t("voice.strip"),
    )


def _dictate() -> rx.Component:
    """Return the button that has the recording written into the message, in place of sending it."""
    return button(
        icon("type", 16),
        rx.el.span(t("voice.dictate")),
        kind="plain",
        class_name="dictate",
        aria_label=t("voice.dictate"),
        on_click=js.call("voice/dictating.js", "dictate"),
    )
