"""The section about passkeys, and its dialogs."""

from typing import Any

import reflex as rx

from chat_app.core.auth.passkeys.commands import NAME_MAX
from chat_app.ui import js
from chat_app.ui.components.controls import button
from chat_app.ui.components.floating import about_field, closes, dialog, forgets, opens
from chat_app.ui.components.forms import dialog_form, field, whole_error
from chat_app.ui.components.passkeys import MODULE, where_passkeys_are
from chat_app.ui.i18n import t
from chat_app.ui.security.parts import ACCOUNT, form_vars, once, proven, proven_form, section
from chat_app.ui.times import full_time

_CREDENTIAL = "addPasskey-credential"


def passkeys() -> rx.Component:
    """Return the section: who has none can add one where the browser can make one."""
    mine: Any = ACCOUNT.passkeys
    return section(
        t("passkeys.title"),
        rx.el.p(t("passkeys.hint"), class_name="meta"),
        rx.cond(
            mine.length() > 0,
            rx.el.ul(rx.foreach(mine, _passkey), class_name="rows"),
            rx.el.p(t("passkeys.none"), class_name="meta"),
        ),
        rx.cond(
            js.result(MODULE, "arePasskeysHere", bool),
            button(t("passkeys.new"), class_name="own-width", custom_attrs=opens("new-passkey")),
            rx.el.p(t("errors.passkeys_unavailable"), class_name="meta"),
        ),
        where_passkeys_are(dialog("new-passkey", t("passkeys.new"), _steps(), custom_attrs=forgets())),
        dialog("rename-passkey", t("passkeys.renameTitle"), _rename(), custom_attrs=forgets()),
        proven(
            "remove-passkey",
            "removePasskey",
            t("passkeys.removeTitle"),
            about_field(),
            submit=t("passkeys.remove"),
            kind="danger primary",
            hint=rx.cond(ACCOUNT.needs_passkey, t("passkeys.onlyWayHint"), t("passkeys.removeHint")),
        ),
    )


def _passkey(passkey: Any) -> rx.Component:
    used = rx.cond(passkey.used_at != "", rx.el.span(" · ", t("passkeys.used", at=full_time(passkey.used_at))))
    return rx.el.li(
        rx.el.div(
            rx.el.p(passkey.name),
            rx.el.p(t("passkeys.created", at=full_time(passkey.created_at)), used, class_name="meta"),
        ),
        rx.el.div(
            button(
                t("passkeys.rename"),
                aria_label=t("passkeys.renameWhich", name=passkey.name),
                custom_attrs=opens("rename-passkey", passkey.id),
            ),
            button(
                t("passkeys.remove"),
                kind="danger",
                aria_label=t("passkeys.removeWhich", name=passkey.name),
                custom_attrs=opens("remove-passkey", passkey.id),
            ),
            class_name="actions",
        ),
        key=passkey.id,
    )


def _rename() -> rx.Component:
    values = form_vars("renamePasskey")
    return dialog_form(
        values,
        about_field(),
        field(
            "name",
            t("passkeys.name"),
            error=values.error("name"),
            hint=t("passkeys.nameHint"),
            form="renamePasskey",
            auto_complete="off",
            required=True,
            max_length=NAME_MAX,
        ),
        submit=t("passkeys.rename"),
    )


def _steps() -> rx.Component:
    """Return the steps: who it is, then the passkey that the browser makes."""
    begin = proven_form("beginPasskey", submit=t("passkeys.begin"), hint=t("passkeys.beginHint"))
    return rx.cond(once("passkey") != "", _make(), begin)


def _make() -> rx.Component:
    values = form_vars("addPasskey")
    return values.element(
        rx.el.p(t("passkeys.makeHint"), class_name="meta"),
        field(
            "name",
            t("passkeys.name"),
            error=values.error("name"),
            hint=t("passkeys.nameHint"),
            form="addPasskey",
            auto_complete="off",
            required=True,
            max_length=NAME_MAX,
            default_value=t("passkeys.nameDefault"),
        ),
        rx.el.input(type="hidden", name="credential", id=_CREDENTIAL),
        whole_error(values),
        rx.el.div(
            button(t("common.cancel"), custom_attrs=closes()),
            button(
                t("passkeys.make"),
                kind="primary",
                busy=values.busy(),
                on_click=js.call(MODULE, "makePasskey", _CREDENTIAL, once("passkey")),
            ),
            class_name="actions",
        ),
        class_name="form",
    )
