"""Events of prompts in the composer. Every argument is hostile until a use case has checked it."""

from typing import Any, Final

import reflex as rx

from chat_app.core.live.snapshots import filled_op
from chat_app.ui.acts.state import Acts
from chat_app.ui.fields import text_of
from chat_app.ui.page_state import submitting
from chat_app.ui.transport.answering import answer

VALUE: Final = "value:"
"""The beginning of the name of a variable's field."""


@rx.event
async def fill(state: Acts, fields: dict[str, Any]) -> None:
    """Put a prompt with the values of its variables into the composer."""
    values = {name.removeprefix(VALUE): text_of(fields, name) for name in fields if name.startswith(VALUE)}
    async with submitting(state) as ctx:
        answer(ctx, state, await filled_op(ctx, text_of(fields, "prompt"), values))
