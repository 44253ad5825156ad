"""The player of a voice message: its bars are the slider."""

from typing import Final

import reflex as rx

from chat_app.core.files.voice import PEAK_MAX
from chat_app.ui import js
from chat_app.ui.components.controls import icon
from chat_app.ui.i18n import t

_MODULE: Final = "voice/playing.js"
_PLAYS = js.value(_MODULE, "usePlaying", "plays", str)
_SPEED = js.value(_MODULE, "usePlaying", "speed", float)
_LEAST: Final = 8
"""Percent of the height that silence has."""


@rx.memo
def voice_player(
    file: rx.Var[str], src: rx.Var[str], peaks: rx.Var[list[int]], seconds: rx.Var[float], name: rx.Var[str]
) -> rx.Component:
    """Return the player of the recording ``file``."""
    at = js.value(_MODULE, "usePlace", "at", float, file)
    plays = file == _PLAYS
    heard = at / seconds * peaks.length()
    return rx.el.div(
        rx.el.button(
            rx.cond(plays, icon("pause"), icon("play")),
            type="button",
            class_name="voice-play",
            aria_label=rx.cond(plays, t("voice.pause", name=name), t("voice.play", name=name)),
            on_click=js.call(_MODULE, "playOrPause", file, src),
        ),
        rx.el.div(
            rx.el.div(rx.foreach(peaks, lambda peak, n: _bar(peak, n < heard)), aria_hidden=True),
            _slider(file, src, at, seconds, name),
            class_name="voice-bars",
        ),
        rx.el.span(_clock(rx.cond((at > 0) | plays, at, seconds)), class_name="voice-time meta"),
        rx.el.button(
            _SPEED,
            "×",
            type="button",
            class_name="voice-speed",
            aria_label=t("voice.speed", speed=_SPEED),
            on_click=js.call(_MODULE, "changeSpeed"),
        ),
        class_name="voice",
        role="group",
        aria_label=name,
    )


def _bar(peak: rx.Var[int], is_past: rx.Var[bool]) -> rx.Component:
    height = peak * 100 / PEAK_MAX
    shown = rx.cond(height > _LEAST, height, _LEAST).to(str) + "%"
    inline = {"style": {"height": shown}}  # in a style sheet, each height would need a separate rule
    return rx.el.span(class_name=rx.cond(is_past, "past", ""), custom_attrs=inline)


def _slider(
    file: rx.Var[str], src: rx.Var[str], at: rx.Var[float], seconds: rx.Var[float], name: rx.Var[str]
) -> rx.Component:
    return rx.el.input(
        type="range",
        min=0,
        max=seconds,
        step=0.1,
        value=rx.cond(at > seconds, seconds, at),
        aria_label=t("voice.place", name=name),
        aria_valuetext=_clock(at) + " / " + _clock(seconds),
        custom_attrs={"data-file": file, "data-src": src},
        **js.props(_MODULE, "sliderProps"),
    )


def _clock(seconds: rx.Var[float]) -> rx.Var[str]:
    return js.result("amounts.js", "clock", str, seconds).to(str)
