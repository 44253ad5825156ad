"""The form that creates or changes an assistant, and the view of another person's assistant."""

from typing import Any, Final

import reflex as rx

from chat_app.core.assistants.rules import DESCRIPTION_MAX, HANDLE_MAX, NAME_MAX
from chat_app.core.rooms.rules import INSTRUCTIONS_MAX
from chat_app.ui.acts.tools import ToolVar
from chat_app.ui.assistants.state import NEW, AssistantsState
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.display import assistant_picture
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.components.forms import FormVars, described, field, form
from chat_app.ui.components.picture import picture_field
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import MODELS
from chat_app.ui.tools.of_room import tool_name

_END: Final = "delete-assistant"
_FORM = FormVars("saveAssistant", state=AssistantsState, send=AssistantsState.save)
_CHOSEN = AssistantsState.chosen
_IS_NEW = _CHOSEN.id == NEW


def editor() -> rx.Component:
    """Return the form of an assistant that the person keeps, or a new one."""
    name = {"required": True, "max_length": NAME_MAX}
    handle = {"required": True, "max_length": HANDLE_MAX + 1, "auto_capitalize": "none", "spell_check": False}
    about = {"max_length": DESCRIPTION_MAX}
    return rx.fragment(
        rx.el.h2(rx.cond(_IS_NEW, t("assistants.new"), _CHOSEN.name), dir="auto"),
        rx.cond(_IS_NEW, rx.el.p(t("assistants.pictureLater"), class_name="meta"), _picture()),
        form(
            _FORM,
            _line("name", t("assistants.name"), t("assistants.nameHint"), _CHOSEN.name, **name),
            _line("handle", t("assistants.handle"), t("assistants.handleHint"), _CHOSEN.handle, **handle),
            _line(
                "description",
                t("assistants.description"),
                t("assistants.descriptionHint"),
                _CHOSEN.description,
                **about,
            ),
            _model(),
            _instructions(),
            rx.cond(AssistantsState.tools.length() > 0, _tools()),
            rx.cond(_CHOSEN.site, None, _check("shared", t("assistants.share"), t("assistants.shareHint"))),
            rx.cond(
                _IS_NEW & AssistantsState.is_admin, _check("site", t("assistants.ofSite"), t("assistants.ofSiteHint"))
            ),
            submit=rx.cond(_IS_NEW, t("assistants.make"), t("common.save")),
            kind="own-width",
        ),
    )


def _picture() -> rx.Component:
    return picture_field(
        name=_CHOSEN.name,
        version=_CHOSEN.picture,
        saved=rx.Var.create(f"/api/v1/assistants/{_CHOSEN.id}/picture?v={_CHOSEN.picture}"),
        path=rx.Var.create(f"/assistants/{_CHOSEN.id}/picture"),
        circle="avatar large assistant",
        on_saved=AssistantsState.show_picture,
        on_remove=AssistantsState.remove_picture,
    )


def _line(name: str, label: rx.Var[str], hint: rx.Var[str], value: rx.Var[str], **props: Any) -> rx.Component:
    return field(
        name,
        label,
        hint=hint,
        error=_FORM.error(name),
        form="assistant",
        default_value=value,
        key=f"{name} {_CHOSEN.id}",
        auto_complete="off",
        dir="auto",
        **props,
    )


def _model() -> rx.Component:
    error = _FORM.error("model")
    select = rx.el.select(
        rx.el.option(t("assistants.roomsModel"), value=""),
        rx.foreach(MODELS, lambda model: rx.el.option(model.label, value=model.id)),
        rx.cond(_CHOSEN.model_other != "", rx.el.option(_CHOSEN.model_other, value=_CHOSEN.model)),
        default_value=_CHOSEN.model,
        key=f"model {_CHOSEN.id} {MODELS.length()}",  # it can only have a value whose option is there
        class_name="input",
        **described("model", error, "assistant"),
    )
    hint = t("assistants.modelHint")
    return field("model", t("assistants.model"), hint=hint, error=error, form="assistant", control=select)


def _instructions() -> rx.Component:
    error = _FORM.error("instructions")
    return field(
        "instructions",
        t("assistants.instructions"),
        hint=t("assistants.instructionsHint"),
        error=error,
        form="assistant",
        control=rx.el.textarea(
            default_value=_CHOSEN.instructions,
            key=f"instructions {_CHOSEN.id}",
            rows="8",
            max_length=INSTRUCTIONS_MAX,
            dir="auto",
            class_name="input prompt-text",
            **described("instructions", error, "assistant"),
        ),
    )


def _tools() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(t("assistants.tools"), class_name="label"),
        rx.foreach(AssistantsState.tools, lambda group: rx.fragment(rx.foreach(group.tools, _tool))),
        rx.el.p(t("assistants.toolsHint"), class_name="hint"),
        rx.el.p(_FORM.error("tools"), class_name="error", aria_live="polite"),
        class_name="field checks",
    )


def _tool(tool: rx.Var[ToolVar]) -> rx.Component:
    box = rx.el.input(
        type="checkbox",
        name="tools",
        value=tool.id,
        default_checked=_CHOSEN.tools.contains(tool.id),
        key=_CHOSEN.id + tool.id,
    )
    return rx.el.label(box, rx.el.span(tool_name(tool)), key=tool.id)


def _check(name: str, label: rx.Var[str], hint: rx.Var[str]) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            name=name,
            value="yes",
            default_checked=_CHOSEN.shared if name == "shared" else False,
            key=f"{name} {_CHOSEN.id}",
            aria_label=label,
            aria_describedby=f"assistant-{name}-hint",
        ),
        rx.el.span(
            rx.el.span(label),
            rx.el.span(hint, class_name="meta", id=f"assistant-{name}-hint"),
            class_name="who",
        ),
        class_name="check",
    )


def reader() -> rx.Component:
    """Return an assistant that the person may ask, and not change."""
    by = rx.cond(_CHOSEN.site, t("assistants.site"), t("assistants.by", name=_CHOSEN.author))
    return rx.fragment(
        rx.el.div(
            assistant_picture(_CHOSEN.id, _CHOSEN.name, _CHOSEN.picture, size="large"),
            rx.el.div(
                rx.el.h2(_CHOSEN.name, dir="auto"),
                rx.el.p("@", _CHOSEN.handle, " · ", by, class_name="meta"),
            ),
            class_name="person-card",
        ),
        rx.cond(_CHOSEN.description != "", rx.el.p(_CHOSEN.description, dir="auto")),
        rx.cond(
            _CHOSEN.instructions != "",
            rx.fragment(
                rx.el.h3(t("assistants.instructions")),
                rx.el.p(_CHOSEN.instructions, class_name="pre-line prompt-shown", dir="auto"),
            ),
        ),
    )


def trial() -> rx.Component:
    """Return the button that begins a private chat with the assistant."""
    return button(icon("message-circle", 16), t("assistants.try"), on_click=AssistantsState.try_it)


def deletion() -> rx.Component:
    """Return the button that deletes the assistant, and what asks before."""
    ends = button(icon("trash-2", 16), t("assistants.delete"), kind="danger", custom_attrs=opens(_END))
    asks = confirm(_END, "assistants.delete", {"name": _CHOSEN.name}, on_click=AssistantsState.end)
    return rx.cond(_CHOSEN.deletable, rx.fragment(ends, asks))
