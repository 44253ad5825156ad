"""The event of a rating's reason. Every argument is hostile until a use case has checked it."""

from typing import Any, Final

import reflex as rx

from chat_app.core.kernel.errors import Invalid
from chat_app.core.messages.marks.ratings import rate_answer
from chat_app.ui.acts.state import Acts
from chat_app.ui.fields import text_of
from chat_app.ui.page_state import submitting
from chat_app.ui.transport.answering import close_dialog, say

REASON: Final = "rating-panel"


@rx.event
async def explain(state: Acts, fields: dict[str, Any]) -> None:
    """Store the reason of a rating."""
    message, _, rated = text_of(fields, "about").partition(" ")
    n, _, value = rated.partition(" ")
    async with submitting(state, "reason") as ctx:
        if not (n.isascii() and n.isdigit() and len(n) < 10):
            raise Invalid("invalid_request", field="about")
        await rate_answer(ctx, message, value, text_of(fields, "reason"), n=int(n))
        close_dialog(ctx, state, REASON)
        say(ctx, state, "ratings.thanks")
