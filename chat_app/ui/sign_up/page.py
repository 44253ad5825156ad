"""The page ``/sign-up``. ``?next=/join/<token>`` passes an invitation on."""

import reflex as rx

from chat_app.core.accounts.rules import NAME_MAX
from chat_app.ui import js
from chat_app.ui.components.account_fields import email_field, new_password_field
from chat_app.ui.components.forms import HAS_KEYBOARD, FormVars, field, form
from chat_app.ui.i18n import t
from chat_app.ui.layouts.auth import along, auth_layout
from chat_app.ui.sign_in.providers import provider_buttons
from chat_app.ui.sign_in.site_words import sign_up_rules
from chat_app.ui.sign_in.waiting import waiting_or

FORM = FormVars("signUp", send=js.function("account/entry.js", "signUp"))


def page() -> rx.Component:
    """Return the page."""
    first = js.query("first", "absent") != "absent"  # the server ensures that the address is correct
    return auth_layout(waiting_or(_form(first)))


def _form(first: rx.Var[bool]) -> rx.Component:
    return rx.fragment(
        rx.cond(
            first,
            rx.el.div(
                rx.el.h1(t("auth.firstTitle")), rx.el.p(t("auth.firstHint"), class_name="meta"), class_name="column"
            ),
            rx.el.h1(t("auth.signUpTitle")),
        ),
        rx.cond(first, None, sign_up_rules()),
        form(FORM, *_fields(), submit=t("auth.signUp")),
        provider_buttons(),
        rx.cond(first, None, along(t("auth.haveAccount"), t("auth.signIn"), "/sign-in")),
    )


def _fields() -> list[rx.Component]:
    return [
        email_field(FORM, auto_focus=HAS_KEYBOARD),
        field(
            "username",
            t("auth.username"),
            error=FORM.error("username"),
            hint=t("auth.usernameHint"),
            auto_complete="username",
            auto_capitalize="none",
            spell_check=False,
            required=True,
            max_length=100,
        ),
        field(
            "name",
            t("auth.name"),
            error=FORM.error("name"),
            hint=t("auth.nameHint"),
            auto_complete="name",
            max_length=NAME_MAX,
        ),
        new_password_field(FORM, t("auth.password")),
    ]
