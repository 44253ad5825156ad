"""The reasoning of an answer, folded above it."""

from typing import Final

import reflex as rx

from chat_app.ui.components.markdown import markdown
from chat_app.ui.conversation.unfolding import unfolding
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import RowVar

_MINUTE: Final = 60


def reasoning(row: rx.Var[RowVar]) -> rx.Component:
    """Return the model's reasoning before its answer, with its duration, or nothing."""
    long = t("message.thoughtLong", minutes=row.seconds // _MINUTE, seconds=row.seconds % _MINUTE)
    thought = rx.cond(row.seconds < _MINUTE, t("message.thought", seconds=row.seconds), long)
    folded = unfolding(
        rx.cond(row.thinking, t("message.thinking"), thought),
        markdown(row.reasoning, False, streaming=row.thinking),
        name="thought-" + row.key,
        kind="reasoning",
        class_name=rx.cond(row.thinking, "reasoning live", "reasoning"),
    )
    return rx.cond(row.reasoning != "", folded)
