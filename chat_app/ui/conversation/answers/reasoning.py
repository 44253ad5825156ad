"""The reasoning of an answer, folded above it."""

import reflex as rx

from chat_app.ui.components.markdown import markdown
from chat_app.ui.live.shapes import RowVar


class _Reasoning(rx.Component):
    """Shows for how long a model thought, and its reasoning on request."""

    library = "$/public/conversation/reasoning.js"
    tag = "Reasoning"

    message: rx.Var[str]
    seconds: rx.Var[int]
    thinking: rx.Var[bool]


def reasoning(row: rx.Var[RowVar]) -> rx.Component:
    """Return what the model thought before it answered, where it showed any of it."""
    folded = _Reasoning.create(
        markdown(row.reasoning, False, streaming=row.thinking),
        message=row.key,
        seconds=row.seconds,
        thinking=row.thinking,
    )
    return rx.cond(row.reasoning != "", folded)
