"""The dialog that creates a room."""

import reflex as rx

from chat_app.ui.acts import rooms as acts
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.floating import dialog
from chat_app.ui.components.forms import FormVars, dialog_form, field
from chat_app.ui.i18n import t

DIALOG = "new-room"
_FORM = FormVars("newRoom", state=Acts, send=acts.create)


def new_room_dialog() -> rx.Component:
    """Return the dialog with name and purpose of a new room."""
    return dialog(
        DIALOG,
        t("drawer.create"),
        dialog_form(
            _FORM,
            rx.el.p(t("drawer.createHint"), class_name="meta"),
            field(
                "name",
                t("drawer.name"),
                error=_FORM.error("name"),
                form=DIALOG,
                aria_required=True,
                max_length=80,
                auto_complete="off",
            ),
            field(
                "description",
                t("drawer.description"),
                hint=t("drawer.descriptionHint"),
                error=_FORM.error("description"),
                form=DIALOG,
                max_length=500,
            ),
            submit=t("drawer.create"),
        ),
    )
