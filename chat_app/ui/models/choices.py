"""The site's choices of models: for decisions, and for what is said in recordings."""

import reflex as rx

from chat_app.ui.components.forms import FormVars, described, field, form
from chat_app.ui.i18n import t
from chat_app.ui.models.state import ModelsState

_SPEECH = FormVars("transcriber", state=ModelsState, send=ModelsState.save_transcriber)
_SPEECH_MODELS = ("whisper-1", "gpt-4o-mini-transcribe")


def decider() -> rx.Component:
    """Return the choice of the model that decides whether a room's AI joins in, and what its decisions took."""
    select = rx.el.select(
        rx.el.option(t("models.deciderOwn"), value=""),
        rx.foreach(ModelsState.deciders, lambda each: rx.el.option(each[1], value=each[0], key=each[0])),
        value=ModelsState.decider,
        on_change=ModelsState.decide_by,
        class_name="input",
        **described("decider", "", "decider"),
    )
    took = t("models.decided", count=ModelsState.decisions, tokens=ModelsState.decision_tokens)
    cost = t("models.decidedCost", cost=ModelsState.decision_cost / 1_000_000)
    return rx.fragment(
        field("decider", t("models.decider"), hint=t("models.deciderHint"), form="decider", control=select),
        rx.cond(
            ModelsState.decisions > 0,
            rx.el.p(took, rx.cond(ModelsState.decision_cost > 0, rx.fragment(" · ", cost)), class_name="meta"),
        ),
    )


def transcriber() -> rx.Component:
    """Return the choice of the model that writes down what is said in recordings."""
    suggestions = rx.foreach(
        ModelsState.connections,
        lambda each: rx.fragment(*(rx.el.option(value=each.slug + f"/{name}") for name in _SPEECH_MODELS)),
    )
    return form(
        _SPEECH,
        field(
            "transcriber",
            t("models.transcriber"),
            hint=t("models.transcriberHint"),
            error=_SPEECH.error("transcriber"),
            default_value=ModelsState.transcriber,
            key=ModelsState.transcriber,
            list="speech-models",
        ),
        rx.el.datalist(suggestions, id="speech-models"),
        submit=t("common.save"),
        kind="",
    )
