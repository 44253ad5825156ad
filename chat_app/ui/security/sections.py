"""Email, password and second factor."""

from typing import Any

import reflex as rx

from chat_app.ui.components.account_fields import email_field, new_password_field
from chat_app.ui.components.controls import button, link_button
from chat_app.ui.components.display import badge
from chat_app.ui.components.floating import dialog, forgets, opens
from chat_app.ui.components.forms import HAS_KEYBOARD, dialog_form
from chat_app.ui.i18n import t
from chat_app.ui.security.parts import (
    ACCOUNT,
    code_field,
    form_vars,
    once,
    proven,
    proven_form,
    section,
    shown_once,
)
from chat_app.ui.security.state import SecurityState


def email() -> rx.Component:
    """Return the section about the address."""
    verified: Any = ACCOUNT.verified
    return section(
        t("security.email"),
        rx.el.p(
            rx.el.span(ACCOUNT.email, class_name="address"),
            rx.cond(verified, badge(t("security.verified")), badge(t("security.notVerified"), kind="amber")),
            class_name="stated",
        ),
        rx.el.div(
            rx.cond(
                ACCOUNT.page == "",
                button(t("security.changeEmail"), custom_attrs=opens("change-email")),
            ),
            rx.cond(
                verified,
                None,
                button(t("security.verifyAgain"), kind="plain", on_click=SecurityState.verify_again),
            ),
            class_name="buttons",
        ),
        proven(
            "change-email",
            "changeEmail",
            t("security.changeEmail"),
            email_field(form_vars("changeEmail"), t("security.newEmail"), form="changeEmail"),
            submit=t("security.changeEmailSend"),
            hint=t("security.changeEmailHint"),
        ),
    )


def password() -> rx.Component:
    """Return the section about the password."""
    return section(
        t("security.password"),
        rx.match(
            rx.cond(ACCOUNT.of_directory, "directory", rx.cond(ACCOUNT.has_password, "here", "none")),
            ("directory", rx.el.p(t("errors.directory_password"), class_name="meta")),
            (
                "here",
                button(t("security.changePassword"), class_name="own-width", custom_attrs=opens("change-password")),
            ),
            rx.fragment(
                rx.el.p(t("security.setPasswordHint"), class_name="meta"),
                button(t("security.setPassword"), class_name="own-width", on_click=SecurityState.mail_password),
            ),
        ),
        proven(
            "change-password",
            "changePassword",
            t("security.changePassword"),
            new_password_field(
                form_vars("changePassword"), t("auth.newPassword"), "new_password", form="changePassword"
            ),
            submit=t("security.changePassword"),
            hint=t("security.changePasswordHint"),
        ),
    )


def elsewhere() -> rx.Component:
    """Return the section in the place of the two others where another service keeps passwords."""
    return section(
        t("security.elsewhere"),
        rx.el.p(t("security.elsewhereHint"), class_name="meta"),
        link_button(t("security.elsewhereOpen"), href=ACCOUNT.page, reload_document=True, class_name="own-width"),
    )


def two_factor() -> rx.Component:
    """Return the section about the second factor."""
    return section(
        t("security.twoFactor"),
        rx.el.p(t("security.twoFactorHint"), class_name="meta"),
        rx.cond(ACCOUNT.two_factor, _is_on(), _is_off()),
        dialog("two-factor", t("security.twoFactor"), _steps(), custom_attrs=forgets()),
        proven(
            "end-two-factor",
            "endTwoFactor",
            t("security.twoFactorTurnOff"),
            submit=t("security.twoFactorTurnOff"),
            kind="danger primary",
            hint=t("security.twoFactorTurnOffHint"),
        ),
        dialog(
            "new-codes",
            t("security.recoveryNew"),
            _or_codes(
                proven_form("newCodes", submit=t("security.recoveryNew"), hint=t("security.recoveryNewHint")),
            ),
            custom_attrs=forgets(),
        ),
    )


def _is_on() -> rx.Component:
    return rx.fragment(
        rx.el.p(
            badge(t("security.twoFactorIsOn"), kind="accent"),
            t("security.twoFactorLeft", count=ACCOUNT.codes_left),
            class_name="stated",
        ),
        rx.el.div(
            button(t("security.recoveryNew"), custom_attrs=opens("new-codes")),
            button(t("security.twoFactorTurnOff"), kind="danger", custom_attrs=opens("end-two-factor")),
            class_name="buttons",
        ),
    )


def _is_off() -> rx.Component:
    return rx.fragment(
        rx.el.p(badge(t("security.twoFactorIsOff")), class_name="stated"),
        button(t("security.twoFactorTurnOn"), class_name="own-width", custom_attrs=opens("two-factor")),
    )


def _steps() -> rx.Component:
    """Return the steps: the password, then the code of the app that has scanned the picture, then recovery codes."""
    scan = rx.el.div(
        rx.el.p(t("security.twoFactorScan")),
        rx.el.img(src=once("qr"), alt=t("security.twoFactorQr"), class_name="scanned"),
        rx.el.p(t("security.twoFactorKey"), class_name="meta"),
        rx.el.code(once("secret"), class_name="secret"),
        dialog_form(
            form_vars("confirmTwoFactor"),
            code_field("confirmTwoFactor", t("security.twoFactorCode"), auto_focus=HAS_KEYBOARD),
            submit=t("security.twoFactorConfirm"),
        ),
        class_name="form",
    )
    begin = proven_form("beginTwoFactor", submit=t("security.continue"), hint=t("security.twoFactorHint"))
    return _or_codes(rx.cond(once("secret") != "", scan, begin))


def _or_codes(otherwise: Any) -> rx.Component:
    codes = once("codes")
    return rx.cond(codes != "", shown_once(t("security.recoveryHint"), t("security.recovery"), codes), otherwise)
