"""The list of connections, and the dialog that creates or changes one."""

import reflex as rx

from chat_app.core.connections.rules import KEY_MAX, NAME_MAX, URL_MAX
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.display import badge
from chat_app.ui.components.floating import add_button, confirm, dialog, opens, shows
from chat_app.ui.components.forms import FormVars, described, dialog_form, field, password_field
from chat_app.ui.i18n import t, t_in
from chat_app.ui.models.shapes import NAMES, ConnectionVar
from chat_app.ui.models.state import ModelsState
from chat_app.ui.times import ago

_DIALOG = "connection"
_REMOVE = "delete-connection"
_FORM = FormVars("connection", state=ModelsState, send=ModelsState.save)
_CHOSEN = ModelsState.connection


def connections() -> rx.Component:
    """Return the section of the connections."""
    return rx.el.section(
        rx.el.h2(t("models.connections")),
        rx.el.p(t("models.connectionsHint"), class_name="meta"),
        rx.cond(
            ModelsState.connections.length() > 0,
            rx.el.ul(rx.foreach(ModelsState.connections, _connection), class_name="report-list"),
        ),
        add_button(t("models.add"), _DIALOG, ModelsState.choose),
        _editor(),
        confirm(_REMOVE, "models.delete", {"name": _CHOSEN.name}, on_click=ModelsState.remove),
    )


def _connection(each: rx.Var[ConnectionVar]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.h3(each.name),
            rx.el.span(t_in("models.kinds", each.kind), class_name="meta"),
            rx.cond(each.id == "", badge(t("models.fromEnvironment"))),
            rx.cond(each.enabled, None, badge(t("models.off"), kind="amber")),
            rx.cond(each.paused >= 0, badge(t("models.paused"), kind="amber")),
            class_name="badges",
        ),
        rx.cond(each.base_url != "", rx.el.p(each.base_url, class_name="meta")),
        rx.cond(each.paused >= 0, rx.el.p(t("models.pausedHint", seconds=each.paused), class_name="meta")),
        rx.el.p(_state(each), class_name="meta outcome", aria_live="polite"),
        _day(each),
        rx.cond(each.id != "", _acts(each)),
        key=each.slug,
    )


def _day(each: rx.Var[ConnectionVar]) -> rx.Component:
    """Return the outcomes of its answers in the last 24 hours."""
    numbers = rx.el.p(
        t("models.dayAnswers", count=each.answers),
        rx.cond(each.failures > 0, rx.fragment(" · ", t("models.dayFailed", count=each.failures))),
        rx.cond(each.running > 0, rx.fragment(" · ", t("models.dayRunning", n=each.running))),
        rx.cond(each.waiting > 0, rx.fragment(" · ", t("models.dayWaiting", n=each.waiting))),
        class_name="meta connection-day",
    )
    reasons = rx.el.ul(
        rx.foreach(
            each.codes,
            lambda failure: rx.el.li(
                t("models.dayFailure", n=failure.number, what=t_in("errors", failure.code)), class_name="meta"
            ),
        ),
    )
    shown = rx.fragment(numbers, rx.cond(each.failures > 0, reasons))
    return rx.cond(each.answers + each.failures + each.running + each.waiting > 0, shown)


def _state(each: rx.Var[ConnectionVar]) -> rx.Component:
    place = rx.cond(each.base_url != "", each.base_url, each.name)
    found = t("models.found", count=each.models, offered=each.offered)
    when = rx.cond(each.tested_at != "", rx.fragment(" · ", t("models.tested", when=ago(each.tested_at))))
    wrong = rx.cond(each.problem != "", t_in("errors", each.problem), t("models.nothing"))
    return rx.cond(
        (each.id != "") & (ModelsState.checking == each.id),
        rx.fragment(icon("loader", 16), t("models.trying", name=place)),
        rx.cond(
            (each.problem != "") | ((each.models == 0) & each.enabled),
            rx.el.span(icon("triangle-alert", 16), wrong, when, class_name="outcome problem"),
            rx.fragment(icon("circle-check", 16), found, when),
        ),
    )


def _acts(each: rx.Var[ConnectionVar]) -> rx.Component:
    chooses = ModelsState.choose(each.id)
    return rx.el.div(
        rx.cond(
            ModelsState.checking == each.id,
            button(t("common.cancel"), on_click=ModelsState.cancel_check),
            button(t("models.test"), on_click=ModelsState.check(each.id)),
        ),
        button(t("models.edit"), custom_attrs=opens(_DIALOG, shows=each.id), on_click=chooses),
        rx.cond(
            each.enabled,
            button(t("models.turnOff"), on_click=ModelsState.enable(each.id, False)),
            button(t("models.turnOn"), on_click=ModelsState.enable(each.id, True)),
        ),
        button(t("models.delete"), kind="danger", custom_attrs=opens(_REMOVE), on_click=chooses),
        class_name="buttons",
    )


def _editor() -> rx.Component:
    """Return the dialog. Its fields are reset for each connection."""
    return dialog(
        _DIALOG,
        rx.cond(_CHOSEN.id == "", t("models.add"), t("models.editNamed", name=_CHOSEN.name)),
        dialog_form(
            _FORM,
            _kind(),
            _line("name", t("models.name"), t("models.nameHint"), _CHOSEN.name, NAME_MAX),
            _line("base_url", t("models.address"), t("models.addressHint"), _CHOSEN.base_url, URL_MAX),
            password_field(
                "key",
                t("models.key"),
                error=_FORM.error("key"),
                hint=rx.cond(_CHOSEN.has_key, t("models.keyKept"), t("models.keyHint")),
                form=_DIALOG,
                max_length=KEY_MAX,
                auto_complete="off",
            ),
            rx.el.details(
                rx.el.summary(t("models.moreSettings")),
                _at_once(),
                _headers(),
                open=(_FORM.error("headers") != "") | (_FORM.error("at_once") != ""),
            ),
            submit=t("models.saveAndTest"),
        ),
        custom_attrs=shows(_CHOSEN.id),
    )


def _kind() -> rx.Component:
    select = rx.el.select(
        *(rx.el.option(t(f"models.kinds.{kind}"), value=kind) for kind in NAMES),
        default_value=_CHOSEN.kind,
        key=_CHOSEN.slug,
        class_name="input",
        **described("kind", _FORM.error("kind"), _DIALOG),
    )
    chosen = rx.el.p(t_in("models.kinds", _CHOSEN.kind), class_name="meta")
    return rx.cond(
        _CHOSEN.id == "",
        field("kind", t("models.kind"), error=_FORM.error("kind"), form=_DIALOG, control=select),
        chosen,
    )


def _line(name: str, label: rx.Var[str], hint: rx.Var[str], value: rx.Var[str], longest: int) -> rx.Component:
    return field(
        name,
        label,
        error=_FORM.error(name),
        hint=hint,
        form=_DIALOG,
        default_value=value,
        key=_CHOSEN.slug,
        max_length=longest,
        auto_complete="off",
        auto_capitalize="none",
        spell_check=False,
    )


def _at_once() -> rx.Component:
    return field(
        "at_once",
        t("models.atOnce"),
        error=_FORM.error("at_once"),
        hint=t("models.atOnceHint"),
        form=_DIALOG,
        default_value=_CHOSEN.at_once,
        key=_CHOSEN.slug,
        input_mode="numeric",
        auto_complete="off",
    )


def _headers() -> rx.Component:
    area = rx.el.textarea(
        class_name="input", rows=3, spell_check=False, **described("headers", _FORM.error("headers"), _DIALOG)
    )
    kept = rx.cond(_CHOSEN.headers != "", t("models.headersKept", names=_CHOSEN.headers), t("models.headersHint"))
    return field("headers", t("models.headers"), error=_FORM.error("headers"), hint=kept, form=_DIALOG, control=area)
