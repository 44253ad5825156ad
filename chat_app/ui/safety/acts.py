"""Events of reporting. Every argument is hostile until a use case has checked it."""

from typing import Any

import reflex as rx

from chat_app.core.safety.commands import report_message, report_user
from chat_app.ui.acts.state import Acts
from chat_app.ui.page_state import submitting
from chat_app.ui.transport.answering import close_dialog, say

DIALOG = "report"
USER = "user"
MESSAGE = "message"


@rx.event
async def report(state: Acts, fields: dict[str, Any]) -> None:
    """Report a message or a person to the site's admins."""
    kind, _, about = str(fields.get("about", "")).partition(" ")
    use_case = report_user if kind == USER else report_message
    async with submitting(state, "reason", "note") as ctx:
        await use_case(ctx, about, str(fields.get("reason", "")), str(fields.get("note", "")))
        close_dialog(ctx, state, DIALOG)
        say(ctx, state, "safety.reported")
