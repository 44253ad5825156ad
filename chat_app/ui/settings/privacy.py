"""The sections of privacy, export and deletion of the account."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button, icon, link, link_button
from chat_app.ui.components.display import avatar
from chat_app.ui.components.floating import dialog, opens
from chat_app.ui.components.forms import FormVars, dialog_form, password_field
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.settings.proof import code_field
from chat_app.ui.settings.state import SettingsState
from chat_app.ui.settings.views import ME, switch_row

_DELETE = "delete-account"
_FORM = FormVars("deleteAccount", send=js.function("settings/leaving.js", "deleteAccount"))


def privacy() -> rx.Component:
    """Return the section of presence, receipts and blocked people."""
    blocked = SettingsState.blocked
    return rx.el.section(
        rx.el.h2(t("settings.privacy")),
        switch_row(t("privacy.presence"), t("privacy.presenceHint"), ME.shows_presence, SettingsState.show_presence),
        switch_row(t("settings.receipts"), t("settings.receiptsHint"), ME.receipts, SettingsState.show_receipts),
        rx.el.div(
            rx.el.p(t("privacy.blocked"), class_name="label"),
            rx.cond(
                blocked.length() == 0,
                rx.el.p(t("privacy.nobodyBlocked"), " ", link(t("people.search"), href="/people"), class_name="hint"),
                rx.el.ul(rx.foreach(blocked, _blocked), class_name="member-list"),
            ),
            class_name="field",
        ),
    )


def own_data() -> rx.Component:
    """Return the section about exporting the person's data and deleting the account."""
    return rx.el.section(
        rx.el.h2(t("privacy.data")),
        rx.el.p(t("privacy.dataHint"), class_name="meta"),
        rx.el.div(
            _export(t("privacy.export"), "/archive", "zip"),
            _export(t("privacy.exportJson"), "", "json"),
            button(t("privacy.delete"), kind="danger", custom_attrs=opens(_DELETE)),
            class_name="buttons",
        ),
        dialog(
            _DELETE,
            t("privacy.deleteTitle"),
            rx.el.p(t("privacy.deleteHint")),
            dialog_form(
                _FORM,
                rx.cond(
                    ME.has_password,
                    password_field(
                        "password",
                        t("auth.password"),
                        error=_FORM.error("password"),
                        auto_complete="current-password",
                        required=True,
                    ),
                ),
                code_field(_FORM, "delete"),
                submit=t("privacy.delete"),
                kind="danger primary",
            ),
            role="alertdialog",
        ),
    )


def _export(words: rx.Var[str], path: str, ending: str) -> rx.Component:
    return link_button(
        icon("download", 16),
        words,
        href=f"/api/v1/me/export{path}",
        reload_document=True,
        custom_attrs={"download": f"parley-export.{ending}"},
    )


def _blocked(person: rx.Var[PersonVar]) -> rx.Component:
    return rx.el.li(
        avatar(person.id, person.name, person.color, person.avatar),
        rx.el.span(
            rx.el.span(person.name, class_name="truncate"),
            rx.el.span("@", person.username, class_name="meta truncate"),
            class_name="who",
        ),
        button(t("people.unblock"), on_click=SettingsState.unblock(person.username)),
        key=person.id,
    )
