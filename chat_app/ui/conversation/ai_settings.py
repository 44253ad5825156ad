"""The dialog of how models answer in a room: the fallback model and, folded, the parameters."""

from typing import Final

import reflex as rx

from chat_app.core.access.features import Feature
from chat_app.core.rooms.rules import TEMPERATURE_MAX, TOKENS_LEAST, TOKENS_MOST
from chat_app.core.rooms.tables import Effort
from chat_app.ui.acts import rooms as acts
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.floating import dialog, opens
from chat_app.ui.components.forms import FormVars, described, field, form
from chat_app.ui.i18n import t, t_in
from chat_app.ui.invitations.parts import room_field
from chat_app.ui.live.features import is_on
from chat_app.ui.live.vars import MODELS, ROOM
from chat_app.ui.tools import acts as tool_acts
from chat_app.ui.tools.of_room import room_tools

_FORM: Final = FormVars("parameters", state=Acts, send=acts.set_parameters)


def ai_settings_button() -> rx.Component:
    """Return the control that opens the dialog, for people who may change something in it."""
    opener = button(
        icon("sliders-horizontal", 16),
        t("aiSettings.title"),
        kind="plain",
        custom_attrs=opens(acts.AI_SETTINGS),
        on_click=rx.cond(ROOM.can_manage_ai, tool_acts.show_tools(ROOM.id), rx.noop()),
    )
    return rx.cond(ROOM.can_manage_ai | ROOM.can_choose_model, opener)


def ai_settings() -> rx.Component:
    """Return the dialog, closed."""
    return dialog(
        acts.AI_SETTINGS,
        t("aiSettings.title"),
        rx.cond(ROOM & ROOM.can_choose_model, _fallback()),
        rx.cond(ROOM & ROOM.can_manage_ai & is_on(Feature.TOOLS), room_tools()),
        rx.cond(ROOM & ROOM.can_manage_ai, rx.el.details(rx.el.summary(t("aiSettings.advanced")), _parameters())),
    )


def _fallback() -> rx.Component:
    select = rx.el.select(
        rx.el.option(t("aiSettings.noFallback"), value=""),
        rx.cond(ROOM.fallback_other != "", rx.el.option(ROOM.fallback_other, value=ROOM.ai_fallback_model)),
        rx.foreach(MODELS, lambda model: rx.el.option(model.label, value=model.id)),
        value=ROOM.ai_fallback_model,
        on_change=lambda model: acts.set_fallback(ROOM.id, model),
        class_name="input",
        **described("fallback", "", "ai"),
    )
    return field("fallback", t("aiSettings.fallback"), hint=t("aiSettings.fallbackHint"), form="ai", control=select)


def _parameters() -> rx.Component:
    efforts = [rx.el.option(t(f"aiSettings.efforts.{each.value}"), value=each.value) for each in Effort]
    effort = rx.el.select(
        rx.el.option(t("aiSettings.own"), value=""),
        *efforts,
        default_value=ROOM.effort,
        key=ROOM.id + ROOM.effort,
        class_name="input",
        **described("reasoning_effort", _FORM.error("reasoning_effort"), "ai"),
    )
    return form(
        _FORM,
        room_field(),
        _number("temperature", ROOM.temperature, inputmode="decimal", maximum=TEMPERATURE_MAX),
        _number("max_tokens", ROOM.max_tokens, inputmode="numeric", minimum=TOKENS_LEAST, maximum=TOKENS_MOST),
        field(
            "reasoning_effort",
            t("aiSettings.reasoning_effort"),
            hint=t("aiSettings.reasoning_effortHint"),
            error=_FORM.error("reasoning_effort"),
            form="ai",
            control=effort,
        ),
        submit=t("common.save"),
    )


def _number(name: str, value: rx.Var[str], *, inputmode: str, maximum: int, minimum: int = 0) -> rx.Component:
    """Return a field of a number, which empty is the model's own."""
    hint = t_in("aiSettings.hints", rx.Var.create(name), minimum=minimum, maximum=maximum)
    return field(
        name,
        t_in("aiSettings.names", rx.Var.create(name)),
        hint=hint,
        error=_FORM.error(name),
        form="ai",
        default_value=value,
        key=ROOM.id + value,
        placeholder=t("aiSettings.own"),
        auto_complete="off",
        custom_attrs={"inputMode": inputmode},
    )
