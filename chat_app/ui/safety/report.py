"""The dialog that reports a message or a person."""

from typing import Any

import reflex as rx

from chat_app.core.safety.commands import NOTE_MAX
from chat_app.core.safety.tables import Reason
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.floating import about_field, dialog, opens
from chat_app.ui.components.forms import FormVars, described, dialog_form, field
from chat_app.ui.i18n import t
from chat_app.ui.safety.acts import DIALOG, report

_FORM = FormVars(DIALOG, state=Acts, send=report)


def reports(kind: str, what: rx.Var[str]) -> dict[str, Any]:
    """Return the ``custom_attrs`` of a control that opens the dialog, about a *message* or a *user*."""
    return opens(DIALOG, about=f"{kind} " + what)


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
        dialog_form(
            _FORM,
            about_field(),
            rx.el.p(t("safety.reportHint"), class_name="meta"),
            field("reason", t("safety.reason"), error=_FORM.error("reason"), control=reason, form=DIALOG),
            field("note", t("safety.note"), error=_FORM.error("note"), control=note, form=DIALOG),
            submit=t("safety.send"),
            kind="danger primary",
        ),
    )
