"""The page ``/admin/audit``: the staff's actions, filtered, and their export."""

from typing import Any

import reflex as rx

from chat_app.core.audit.tables import Action
from chat_app.ui.administration.audit.entries import entry_list
from chat_app.ui.administration.audit.state import AuditState
from chat_app.ui.administration.frame import admin_page, by_status
from chat_app.ui.components.controls import AGAIN, button, icon, link_button
from chat_app.ui.components.display import empty
from chat_app.ui.components.filters import filter_panel
from chat_app.ui.components.forms import FormVars
from chat_app.ui.i18n import t

_FILTER = FormVars("auditFilter", state=AuditState, send=AuditState.narrow)


def page() -> rx.Component:
    """Return the page."""
    content = rx.fragment(_filter(), _entries())
    return admin_page(
        t("administration.audit"),
        rx.el.div(by_status(AuditState.status, content, AuditState.load), class_name="moderation"),
        controls=(rx.cond(AuditState.status == "ready", _export()),),
    )


def _export() -> rx.Component:
    return link_button(
        icon("download", 16),
        t("administration.export"),
        href=AuditState.export_href,
        reload_document=True,  # it is no page
        custom_attrs={"download": "audit.jsonl", "title": t("administration.exportHint")},
    )


def _filter() -> rx.Component:
    actions = rx.el.select(
        rx.el.option(t("administration.anyAction"), value=""),
        *(rx.el.option(t(f"audit.names.{each.value}"), value=each.value) for each in Action),
        name="action",
        class_name="input",
        default_value=AuditState.wanted["action"],
    )
    chosen = _FILTER.element(
        _labelled("actor", _input("actor")),
        _labelled("person", _input("person")),
        _labelled("action", actions),
        _labelled("since", _input("since", type="date")),
        _labelled("until", _input("until", type="date")),
        rx.el.div(
            button(t("administration.apply"), type="submit", kind="primary", busy=_FILTER.busy()),
            class_name="buttons",
        ),
        class_name="admin-filters",
    )
    return filter_panel("audit", chosen, active=AuditState.active, of_form=True)


def _entries() -> rx.Component:
    more = button(t("common.more"), on_click=AuditState.show_more.throttle(AGAIN))
    return rx.cond(
        AuditState.entries.length() == 0,
        empty(t("administration.noEntries"), symbol="scroll-text"),
        rx.fragment(
            entry_list(AuditState.entries),
            rx.cond(AuditState.more, rx.el.div(more, class_name="show-more")),
        ),
    )


def _labelled(name: str, control: rx.Component) -> rx.Component:
    return rx.el.label(rx.el.span(t(f"administration.{name}"), class_name="label"), control, class_name="field")


def _input(name: str, **props: Any) -> rx.Component:
    more = {"placeholder": "@", "auto_complete": "off", "auto_capitalize": "none"} if "type" not in props else {}
    value = AuditState.wanted[name]
    return rx.el.input(name=name, class_name="input", max_length=100, default_value=value, **more, **props)
