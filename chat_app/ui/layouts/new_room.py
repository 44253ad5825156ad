"""The dialog that makes a room."""

import reflex as rx

from chat_app.ui.acts import Acts
from chat_app.ui.components.controls import button
from chat_app.ui.components.floating import closes, dialog
from chat_app.ui.components.forms import field
from chat_app.ui.conversation import acts
from chat_app.ui.i18n import t, t_in

DIALOG = "new-room"


def new_room_dialog() -> rx.Component:
    """Name and purpose of a new room."""
    return dialog(
        DIALOG,
        t("drawer.create"),
        rx.el.form(
            rx.el.p(t("drawer.createHint"), class_name="meta"),
            field(
                "name",
                t("drawer.name"),
                error=field_error("name"),
                form=DIALOG,
                required=True,
                max_length=80,
                auto_complete="off",
            ),
            field(
                "description",
                t("drawer.description"),
                hint=t("drawer.descriptionHint"),
                error=field_error("description"),
                form=DIALOG,
                max_length=500,
            ),
            rx.el.div(
                button(t("common.cancel"), custom_attrs=closes()),
                button(t("drawer.create"), kind="primary", type="submit"),
                class_name="actions",
            ),
            on_submit=acts.create,
            class_name="form",
        ),
    )


def field_error(name: str) -> rx.Var[str]:
    """Return what is wrong with a field of the room's forms."""
    code = Acts.errors[name].to(str)
    return rx.cond(Acts.errors.contains(name), t_in("errors", code, maximum=rx.cond(name == "name", 80, 500)), "")
