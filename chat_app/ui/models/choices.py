"""The site's choices of models: for decisions, for transcripts, and for reading aloud."""

import reflex as rx

from chat_app.ui.components.forms import FormVars, described, field, form
from chat_app.ui.i18n import t
from chat_app.ui.models.state import ModelsState

_SPEECH = FormVars("transcriber", state=ModelsState, send=ModelsState.save_transcriber)
_ALOUD = FormVars("speaker", state=ModelsState, send=ModelsState.save_speaker)
_SPEECH_MODELS = ("whisper-1", "gpt-4o-mini-transcribe")
_ALOUD_MODELS = ("tts-1", "gpt-4o-mini-tts")
_VOICES = ("alloy", "ash", "coral", "echo", "nova", "onyx", "sage", "shimmer")


def decider() -> rx.Component:
    """Return the choice of the model that decides whether a room's AI joins in, and the usage of its decisions."""
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
    """Return the choice of the model that transcribes recordings."""
    return form(
        _SPEECH,
        _named(_SPEECH, "transcriber", t("models.transcriber"), t("models.transcriberHint"), ModelsState.transcriber),
        _suggested("transcriber", _SPEECH_MODELS),
        submit=t("common.save"),
        kind="own-width",
    )


def speaker() -> rx.Component:
    """Return the choice of the model that reads answers aloud, and its usage."""
    read = t("models.spoken", count=ModelsState.spoken)
    cost = t("models.decidedCost", cost=ModelsState.spoken_cost / 1_000_000)
    return rx.fragment(
        form(
            _ALOUD,
            _named(_ALOUD, "speaker", t("models.speaker"), t("models.speakerHint"), ModelsState.speaker),
            _suggested("speaker", _ALOUD_MODELS),
            _named(_ALOUD, "voice", t("models.voice"), t("models.voiceHint"), ModelsState.voice),
            rx.el.datalist(*(rx.el.option(value=each) for each in _VOICES), id="voice-choices"),
            submit=t("common.save"),
            kind="own-width",
        ),
        rx.cond(
            ModelsState.spoken > 0,
            rx.el.p(read, rx.cond(ModelsState.spoken_cost > 0, rx.fragment(" · ", cost)), class_name="meta"),
        ),
    )


def _named(of: FormVars, name: str, label: rx.Var[str], hint: rx.Var[str], value: rx.Var[str]) -> rx.Component:
    shown = {"default_value": value, "key": value, "list": f"{name}-choices"}
    return field(name, label, hint=hint, error=of.error(name), **shown)


def _suggested(name: str, models: tuple[str, ...]) -> rx.Component:
    each_of = rx.foreach(
        ModelsState.connections,
        lambda each: rx.fragment(*(rx.el.option(value=each.slug + f"/{model}") for model in models)),
    )
    return rx.el.datalist(each_of, id=f"{name}-choices")
