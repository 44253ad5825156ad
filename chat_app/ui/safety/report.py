"""The dialog that reports a message or a person."""

from typing import Any

import reflex as rx

from chat_app.core.safety.commands import NOTE_MAX
from chat_app.core.safety.tables import Reason
from chat_app.ui.components.controls import button
from chat_app.ui.components.floating import closes, dialog, opens
from chat_app.ui.components.forms import FormVars, described, field
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import on_click

DIALOG = "report"
_MODULE = "safety/report.js"
_FORM = FormVars(DIALOG, f"$/public/{_MODULE}")


def reports(kind: str, what: rx.Var[str]) -> dict[str, Any]:
    """Return the props of a control that opens the dialog, about one of the ``messages`` or ``users``."""
    return {"custom_attrs": opens(DIALOG), "special_props": [on_click(_MODULE, "about", kind, what)]}


def report_dialog() -> rx.Component:
    """Return the dialog, closed. One on a page serves everything there that can be reported."""
    reason = rx.el.select(
        *(rx.el.option(t(f"safety.reasons.{each.value}"), value=each.value) for each in Reason),
        class_name="input",
        **described("reason", _FORM.error("reason"), DIALOG),
    )
    note = rx.el.textarea(class_name="input", max_length=NOTE_MAX, **described("note", _FORM.error("note"), DIALOG))
    return dialog(
        DIALOG,
        t("safety.reportTitle"),
        _FORM.element(
            rx.el.p(t("safety.reportHint"), class_name="meta"),
            field("reason", t("safety.reason"), error=_FORM.error("reason"), control=reason, form=DIALOG),
            field("note", t("safety.note"), error=_FORM.error("note"), control=note, form=DIALOG),
            rx.el.p(_FORM.error(), class_name="error red", role="alert"),
            rx.el.div(
                button(t("common.cancel"), custom_attrs=closes()),
                button(t("safety.send"), kind="danger primary", type="submit", busy=_FORM.busy()),
                class_name="actions",
            ),
            class_name="form",
        ),
    )
