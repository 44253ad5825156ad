"""Show the transcript of a recording under its player."""

from typing import Final

import reflex as rx

from chat_app.ui.acts import rooms as acts
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.shapes import FileVar

_LONG: Final = 400
"""The characters beyond which a transcript is folded."""


def transcript(file: rx.Var[FileVar]) -> rx.Component:
    """Return the transcript of a recording, or how far it is."""
    return rx.match(
        file.transcript,
        ("pending", rx.el.p(t("voice.transcribing"), class_name="meta transcript", role="status")),
        ("done", _done(file)),
        ("failed", _failed(file)),
        rx.fragment(),
    )


def _done(file: rx.Var[FileVar]) -> rx.Component:
    text = rx.el.p(file.spoken, class_name="transcript", dir="auto")
    folded = rx.el.details(rx.el.summary(t("voice.transcript")), text, class_name="transcript-fold")
    nothing = rx.el.p(t("voice.nothingSaid"), class_name="meta transcript")
    return rx.cond(file.spoken == "", nothing, rx.cond(file.spoken.length() > _LONG, folded, text))


def _failed(file: rx.Var[FileVar]) -> rx.Component:
    again = rx.el.button(t("common.retry"), type="button", class_name="link", on_click=acts.transcribe_again(file.id))
    why = t_in("errors", file.unheard, maximum=0, retry_after=1, model="")
    return rx.el.p(t("voice.notTranscribed"), " ", why, " ", again, class_name="meta transcript")
