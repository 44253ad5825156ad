"""The form that creates or changes a prompt, and the view of another person's prompt."""

from typing import Any, Final

import reflex as rx

from chat_app.core.prompts.rules import DESCRIPTION_MAX, NAME_MAX
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.components.forms import FormVars, described, field, form
from chat_app.ui.i18n import t
from chat_app.ui.prompts.state import NEW, PromptsState

PAUSE: Final = 200  # ms without a further letter
_END: Final = "delete-prompt"
_FORM = FormVars("savePrompt", state=PromptsState, send=PromptsState.save)
_CHOSEN = PromptsState.chosen
_ASKS = PromptsState.asks
_EXAMPLES: Final = {"one": "{{topic}}", "other": "{{language=English}}"}


def editor() -> rx.Component:
    """Return the form of the person's own prompt, or a new one."""
    is_new = _CHOSEN.id == NEW
    one_word = {"required": True, "max_length": NAME_MAX + 1}  # with the slash
    return rx.fragment(
        rx.el.h2(rx.cond(is_new, t("prompts.new"), "/" + _CHOSEN.name)),
        form(
            _FORM,
            _line("name", t("prompts.name"), t("prompts.nameHint"), _CHOSEN.name, **one_word),
            _line(
                "description",
                t("prompts.description"),
                t("prompts.descriptionHint"),
                _CHOSEN.description,
                max_length=DESCRIPTION_MAX,
            ),
            _text(),
            _share(),
            submit=rx.cond(is_new, t("prompts.make"), t("common.save")),
            kind="own-width",
        ),
    )


def _line(name: str, label: rx.Var[str], hint: rx.Var[str], value: rx.Var[str], **props: Any) -> rx.Component:
    return field(
        name,
        label,
        hint=hint,
        error=_FORM.error(name),
        form="prompt",
        default_value=value,
        key=f"{name} {_CHOSEN.id}",
        auto_complete="off",
        dir="auto",
        **props,
    )


def _text() -> rx.Component:
    error = _FORM.error("text")
    return field(
        "text",
        t("prompts.text"),
        hint=rx.cond(_ASKS.length() > 0, _asks(), t("prompts.textHint", **_EXAMPLES)),
        error=error,
        form="prompt",
        control=rx.el.textarea(
            default_value=_CHOSEN.text,
            key=f"text {_CHOSEN.id}",
            rows="8",
            required=True,
            dir="auto",
            class_name="input prompt-text",
            on_change=PromptsState.read.debounce(PAUSE),
            **described("text", error, "prompt"),
        ),
    )


def _asks() -> rx.Var[str]:
    return t("prompts.asks", names=_ASKS.join(", "))


def _share() -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            name="shared",
            value="yes",
            default_checked=_CHOSEN.shared,
            key=f"shared {_CHOSEN.id}",
            aria_label=t("prompts.share"),
            aria_describedby="prompt-shared-hint",
        ),
        rx.el.span(
            rx.el.span(t("prompts.share")),
            rx.el.span(t("prompts.shareHint"), class_name="meta", id="prompt-shared-hint"),
            class_name="who",
        ),
        class_name="check",
    )


def reader() -> rx.Component:
    """Return the view of another person's shared prompt."""
    return rx.fragment(
        rx.el.h2("/", _CHOSEN.name),
        rx.el.p(t("prompts.by", name=_CHOSEN.author), class_name="meta"),
        rx.cond(_CHOSEN.description != "", rx.el.p(_CHOSEN.description, dir="auto")),
        rx.el.p(_CHOSEN.text, class_name="pre-line prompt-shown", dir="auto"),
        rx.cond(_ASKS.length() > 0, rx.el.p(_asks(), class_name="meta")),
    )


def deletion() -> rx.Component:
    """Return the button that deletes the prompt, and what asks before."""
    ends = button(
        icon("trash-2", 16), t("prompts.delete"), kind="danger", class_name="own-width", custom_attrs=opens(_END)
    )
    asks = confirm(_END, "prompts.delete", {"name": _CHOSEN.name}, on_click=PromptsState.end)
    return rx.cond(_CHOSEN.id == NEW, None, rx.fragment(ends, asks))
