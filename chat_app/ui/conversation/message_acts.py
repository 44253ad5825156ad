"""The actions of a message: buttons beside it, and the same as items of its menu."""

from typing import Any, Protocol

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.floating import opens
from chat_app.ui.conversation.rating import rating_acts
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import RowVar


class Control(Protocol):
    """Returns a control that shows an icon, with words, for one act."""

    def __call__(self, symbol: str, words: rx.Var[str], **props: Any) -> rx.Component:
        """Return the control."""


def message_acts(row: Any, control: Control, **react: Any) -> list[rx.Component]:
    """Return a ``control`` for each act that the person may do to ``row``; ``react`` are the props of the first."""
    settled = ~row.live
    copy = js.call("components/copy.js", "copyAndSay", row.text)
    return [
        rx.cond(row.can_react & settled, control("smile-plus", t("reactions.add"), **react)),
        rx.cond(row.can_reply & settled, control("reply", t("message.reply"), on_click=_replying("replyTo", row))),
        rx.cond(settled, control("copy", t("message.copy"), on_click=copy)),
        rx.cond(
            row.can_continue,
            control("step-forward", t("message.continue"), on_click=js.call("live/actions.js", "goOn", row.id)),
        ),
        rx.cond(
            row.can_regenerate,
            control(
                "refresh-cw",
                t("message.regenerate"),
                on_click=js.call("live/actions.js", "regenerate", row.id),
            ),
        ),
        *rating_acts(row, control),
        rx.cond(row.can_edit, control("pencil", t("message.edit"), on_click=_replying("beginEdit", row))),
        rx.cond(
            row.can_delete,
            control(
                "trash-2",
                t("message.delete"),
                custom_attrs=opens("delete-message"),
                on_click=_taking("choose", row),
            ),
        ),
    ]


def _replying(function: str, row: rx.Var[RowVar]) -> Any:
    return js.call("conversation/replying.js", function, row)


def _taking(function: str, row: rx.Var[RowVar]) -> Any:
    return js.call("conversation/take_back.js", function, row.id)
