"""The sections about who sees what, and about taking one's data along or away."""

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.display import avatar
from chat_app.ui.components.floating import dialog, opens
from chat_app.ui.components.forms import FormVars, field, form, password_field
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.live.vars import on_click
from chat_app.ui.settings.views import does, me, receipts, switch_row

_MODULE = "account/privacy.js"
_DELETE = "delete-account"
_FORM = FormVars("deleteAccount", "$/public/account/me.js")


def privacy() -> rx.Component:
    """Return the section about who sees when one is here, and from whom one wants no word."""
    data = VarData(
        hooks={"const privacy = usePrivacy()": None}, imports={f"$/public/{_MODULE}": [ImportVar(tag="usePrivacy")]}
    )
    blocked = rx.Var("privacy.blocked", _var_data=data).to(list[PersonVar])
    return rx.el.section(
        rx.el.h2(t("settings.privacy")),
        switch_row(
            t("privacy.presence"), t("privacy.presenceHint"), me("me.shows_presence", bool), does("togglePresence")
        ),
        receipts(),
        rx.el.div(
            rx.el.p(t("privacy.blocked"), class_name="label"),
            rx.cond(
                blocked.length() == 0,
                rx.el.p(t("privacy.nobodyBlocked"), class_name="hint"),
                rx.el.ul(rx.foreach(blocked, _blocked), class_name="member-list"),
            ),
            class_name="field",
        ),
    )


def own_data() -> rx.Component:
    """Return the section about exporting one's data and deleting the account."""
    return rx.el.section(
        rx.el.h2(t("privacy.data")),
        rx.el.p(t("privacy.dataHint"), class_name="meta"),
        rx.el.div(
            button(icon("download", 16), t("privacy.export"), special_props=[on_click(_MODULE, "exportData")]),
            button(t("privacy.delete"), kind="danger", custom_attrs=opens(_DELETE)),
            class_name="buttons",
        ),
        dialog(
            _DELETE,
            t("privacy.deleteTitle"),
            rx.el.p(t("privacy.deleteHint")),
            form(
                _FORM,
                rx.cond(
                    me("me.has_password", bool),
                    password_field(
                        "password", t("auth.password"), error=_FORM.error("password"), auto_complete="current-password"
                    ),
                ),
                field(
                    "code",
                    t("security.currentCode"),
                    hint=t("privacy.codeHint"),
                    error=_FORM.error("code"),
                    form="delete",
                    auto_complete="one-time-code",
                    input_mode="numeric",
                ),
                submit=t("privacy.delete"),
                kind="danger",
            ),
            role="alertdialog",
        ),
    )


def _blocked(person: rx.Var[PersonVar]) -> rx.Component:
    return rx.el.li(
        avatar(person.id, person.name, person.color, person.avatar),
        rx.el.span(
            rx.el.span(person.name, class_name="truncate"),
            rx.el.span("@", person.username, class_name="meta truncate"),
            class_name="who",
        ),
        button(t("people.unblock"), special_props=[on_click(_MODULE, "unblock", person.username)]),
        key=person.id,
    )
