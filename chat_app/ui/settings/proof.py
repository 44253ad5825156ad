"""The field for an authenticator's code, for people who have one."""

import reflex as rx

from chat_app.ui.components.forms import FormVars, field
from chat_app.ui.components.passkeys import passkey_for_code
from chat_app.ui.i18n import t
from chat_app.ui.settings.state import SettingsState


def code_field(form: FormVars, name: str) -> rx.Component:
    """Return the field ``code`` of a form; nothing for a person without an authenticator."""
    return rx.cond(
        SettingsState.two_factor,
        rx.fragment(
            field(
                "code",
                t("security.currentCode"),
                error=form.error("code"),
                form=name,
                auto_complete="one-time-code",
                input_mode="numeric",
                required=True,
            ),
            passkey_for_code(f"{name}-code"),
        ),
    )
