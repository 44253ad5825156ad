"""The card on the home page that asks the first admin to connect a model."""

import reflex as rx

from chat_app.core.connections.rules import KEY_MAX
from chat_app.ui.components.controls import button, link_button
from chat_app.ui.components.forms import FormVars, password_field, whole_error
from chat_app.ui.home.state import HomeState
from chat_app.ui.i18n import t

_FORM = FormVars("connect", state=HomeState, send=HomeState.connect)


def connect_card() -> rx.Component:
    """Return the card: one field for a key or an address. While it is tried, the card says so and can cancel it."""
    trying = HomeState.connecting
    return rx.el.section(
        rx.el.h2(t("models.connect"), id="connect-a-model"),
        rx.el.p(t("models.connectHint"), class_name="meta"),
        _FORM.element(
            password_field(
                "pasted",
                t("models.pasted"),
                error=_FORM.error("pasted"),
                hint=rx.cond(trying != "", t("models.trying", name=trying), ""),
                form="connect",
                required=True,
                max_length=KEY_MAX,
                auto_complete="off",
            ),
            whole_error(_FORM),
            rx.el.div(
                button(t("models.connectIt"), kind="primary", type="submit", busy=_FORM.busy()),
                link_button(t("models.more"), href="/admin/models"),
                rx.cond(
                    trying != "",
                    button(t("common.cancel"), kind="plain", on_click=HomeState.cancel_connecting),
                    button(t("models.later"), kind="plain", on_click=HomeState.connect_later),
                ),
                class_name="buttons",
            ),
            class_name="form",
        ),
        class_name="first-steps connect-card",
        aria_labelledby="connect-a-model",
    )
