"""The list of tool servers, and the dialog that adds or changes one."""

from typing import Any

import reflex as rx

from chat_app.core.tools.rules import NAME_MAX, TOKEN_MAX, URL_MAX
from chat_app.core.tools.servers import APPROVALS
from chat_app.ui.acts.tools import ToolServerVar
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.display import badge
from chat_app.ui.components.floating import add_button, confirm, dialog, opens, shows
from chat_app.ui.components.forms import FormVars, described, dialog_form, field, password_field
from chat_app.ui.i18n import t, t_in
from chat_app.ui.times import ago
from chat_app.ui.tools.state import ToolsState

_DIALOG = "server"
_REMOVE = "remove-tool-server"
_FORM = FormVars("server", state=ToolsState, send=ToolsState.save)
_CHOSEN = ToolsState.server


def servers() -> rx.Component:
    """Return the section of the tool servers."""
    return rx.el.section(
        rx.el.h2(t("siteTools.servers")),
        rx.el.p(t("siteTools.serversHint"), class_name="meta"),
        rx.cond(
            ToolsState.servers.length() > 0,
            rx.el.ul(rx.foreach(ToolsState.servers, _server), class_name="report-list"),
        ),
        add_button(t("siteTools.add"), _DIALOG, ToolsState.choose),
        _editor(),
        confirm(_REMOVE, "siteTools.delete", {"name": _CHOSEN.name}, on_click=ToolsState.remove),
    )


def _server(each: rx.Var[ToolServerVar]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.h3(each.name),
            rx.cond(each.enabled, None, badge(t("models.off"), kind="amber")),
            class_name="badges",
        ),
        rx.el.p(each.url, class_name="meta"),
        rx.el.p(t_in("siteTools.approvals", each.approval), class_name="meta"),
        rx.el.p(_state(each), class_name="meta outcome", aria_live="polite"),
        _acts(each),
        key=each.id,
    )


def _state(each: rx.Var[ToolServerVar]) -> rx.Component:
    when = rx.cond(each.tested_at != "", rx.fragment(" · ", t("models.tested", when=ago(each.tested_at))))
    found = rx.cond(each.tools >= 0, t("siteTools.found", count=each.tools), t("siteTools.notAsked"))
    return rx.cond(
        ToolsState.checking == each.id,
        rx.fragment(icon("loader", 16), t("models.testing")),
        rx.cond(
            each.problem != "",
            rx.el.span(icon("triangle-alert", 16), t_in("errors", each.problem), when, class_name="outcome problem"),
            rx.cond(
                each.enabled,
                rx.fragment(icon("circle-check", 16), found, when),
                rx.cond(
                    each.tested_at != "",
                    rx.fragment(icon("circle-check", 16), t("siteTools.answered"), when),
                    rx.fragment(t("siteTools.notAsked")),
                ),
            ),
        ),
    )


def _acts(each: rx.Var[ToolServerVar]) -> rx.Component:
    chooses = ToolsState.choose(each.id)
    return rx.el.div(
        button(t("models.test"), on_click=ToolsState.check(each.id), busy=ToolsState.checking == each.id),
        button(t("models.edit"), custom_attrs=opens(_DIALOG, shows=each.id), on_click=chooses),
        rx.cond(
            each.enabled,
            button(t("models.turnOff"), on_click=ToolsState.enable(each.id, False)),
            button(t("models.turnOn"), on_click=ToolsState.enable(each.id, True)),
        ),
        button(t("models.delete"), kind="danger", custom_attrs=opens(_REMOVE), on_click=chooses),
        class_name="buttons",
    )


def _editor() -> rx.Component:
    """Return the dialog. Its fields are reset for each server."""
    return dialog(
        _DIALOG,
        rx.cond(_CHOSEN.id == "", t("siteTools.add"), t("models.editNamed", name=_CHOSEN.name)),
        dialog_form(
            _FORM,
            _line("name", t("models.name"), t("siteTools.nameHint"), _CHOSEN.name, NAME_MAX),
            _line("url", t("models.address"), t("siteTools.urlHint"), _CHOSEN.url, URL_MAX),
            password_field(
                "token",
                t("siteTools.token"),
                error=_FORM.error("token"),
                hint=rx.cond(_CHOSEN.has_token, t("siteTools.tokenKept"), t("siteTools.tokenHint")),
                form=_DIALOG,
                max_length=TOKEN_MAX,
                auto_complete="off",
            ),
            _approval(),
            rx.el.details(rx.el.summary(t("models.moreSettings")), _headers(), open=_FORM.error("headers") != ""),
            submit=t("models.saveAndTest"),
        ),
        custom_attrs=shows(_CHOSEN.id),
    )


def _approval() -> rx.Component:
    select = rx.el.select(
        *(rx.el.option(t(f"siteTools.approvals.{each}"), value=each) for each in APPROVALS),
        default_value=_CHOSEN.approval,
        key=_CHOSEN.id + _CHOSEN.approval,
        class_name="input",
        **described("approval", _FORM.error("approval"), _DIALOG),
    )
    return field(
        "approval",
        t("siteTools.approval"),
        error=_FORM.error("approval"),
        hint=t("siteTools.approvalHint"),
        form=_DIALOG,
        control=select,
    )


def _line(name: str, label: rx.Var[str], hint: rx.Var[str], value: Any, longest: int) -> rx.Component:
    return field(
        name,
        label,
        hint=hint,
        error=_FORM.error(name),
        form=_DIALOG,
        default_value=value,
        key=_CHOSEN.id,
        max_length=longest,
        auto_complete="off",
        auto_capitalize="none",
        spell_check=False,
    )


def _headers() -> rx.Component:
    area = rx.el.textarea(
        class_name="input", rows=3, spell_check=False, **described("headers", _FORM.error("headers"), _DIALOG)
    )
    kept = rx.cond(_CHOSEN.headers != "", t("models.headersKept", names=_CHOSEN.headers), t("models.headersHint"))
    return field("headers", t("models.headers"), error=_FORM.error("headers"), hint=kept, form=_DIALOG, control=area)
