"""The list of messages."""

from typing import Any

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button, icon, icon_button
from chat_app.ui.components.display import empty, spinner
from chat_app.ui.components.floating import opens
from chat_app.ui.context.acts import CONTEXT, preview, start_anywhere
from chat_app.ui.conversation.asides import aside_beginning, summarise_missed
from chat_app.ui.conversation.history.line import line
from chat_app.ui.conversation.history.message import message
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import RowVar
from chat_app.ui.live.vars import IS_ASIDE, IS_DIRECT, ROOM, ROWS
from chat_app.ui.times import day_of

_MAY_INVITE = ROOM.can_invite & ~IS_DIRECT


class _Scroller(rx.Component):
    """Keeps the newest message, or the reader's position, in view."""

    library = "$/public/conversation/scroller.js"
    tag = "Scroller"

    room: rx.Var[str]
    jump: rx.Var[int]
    label: rx.Var[str]


def messages() -> rx.Component:
    """Return the room's messages, and the way back to the newest."""
    return rx.el.div(
        _Scroller.create(
            _beginning(),
            rx.foreach(ROWS, _row),
            room=ROOM.id,
            jump=ROOM.jump,
            label=t("room.messages"),
            class_name="feed",
        ),
        _to_latest(),
        rx.el.p(
            js.value("conversation/announcing.js", "useAnnounced", "text", str),
            class_name="visually-hidden",
            role="status",
        ),
        class_name="feed-place",
    )


def _beginning() -> rx.Component:
    """Return the parts above the oldest message that is shown."""
    return rx.cond(
        ROOM.more,
        rx.el.div(rx.cond(ROOM.loading_older, spinner()), class_name="feed-more"),
        rx.cond(
            ROOM.empty & IS_ASIDE,
            aside_beginning(),
            rx.cond(
                ROOM.empty,
                empty(_nothing_yet(), rx.cond(_MAY_INVITE, _invite()), symbol="message-circle"),
                rx.el.p(
                    rx.cond(
                        IS_ASIDE,
                        t("aside.beginning", room=ROOM.name),
                        rx.cond(
                            ROOM.sees_after > 0,
                            t("room.cut"),
                            rx.cond(
                                IS_DIRECT,
                                t("room.beginningDirect", name=ROOM.name),
                                t("room.beginning", name=ROOM.name),
                            ),
                        ),
                    ),
                    class_name="feed-beginning meta",
                ),
            ),
        ),
    )


def _nothing_yet() -> rx.Var[str]:
    """Return the empty state of a conversation, with the possible actions."""
    return rx.cond(
        ROOM.can_send,
        rx.cond(_MAY_INVITE, t("room.emptyInvite"), t("room.emptyWrite")),
        t("room.empty"),
    )


def _invite() -> rx.Component:
    return button(icon("user-plus", 16), t("drawer.invite"), custom_attrs=opens("invite"))


def _row(row: rx.Var[RowVar]) -> rx.Component:
    return message_row(row=row, key=row.key)


@rx.memo
def message_row(row: rx.Var[RowVar], rest: rx.RestProp) -> rx.Component:
    """Return a message; above it the day and the line of new messages, if they belong there."""
    return rx.fragment(
        rx.cond(row.day != "", rx.el.h2(rx.el.span(day_of(row.day)), class_name="day")),
        rx.cond(row.starts, _context_starts()),
        rx.cond(row.summarised, _summarised()),
        rx.cond(row.fresh, _fresh(row)),
        rx.cond(row.event != "", line(row), message(row)),
    )


def _fresh(row: rx.Var[RowVar]) -> rx.Component:
    """Return the line above the new messages."""
    return rx.el.div(
        rx.el.span(t("room.new")), summarise_missed(row), class_name="fresh", custom_attrs={"data-fresh": ""}
    )


def _context_starts() -> rx.Component:
    """Return the line between messages that models do not see and those that they see."""
    remove = icon_button("x", t("context.seeAll"), tip="top", size=14, on_click=start_anywhere(ROOM.id))
    return rx.el.div(
        rx.el.span(icon("sparkles", 14), t("context.starts")),
        rx.cond(ROOM & ROOM.can_manage_ai, remove),
        class_name="cutoff",
    )


def _summarised() -> rx.Component:
    """Return the line below the messages that a summary replaces."""
    show = rx.el.button(
        t("context.showSummary"),
        type="button",
        class_name="link",
        on_click=preview(ROOM.id),
        custom_attrs=opens(CONTEXT),
    )
    return rx.el.div(rx.el.span(icon("scroll-text", 14), t("context.summarised")), show, class_name="cutoff")


def _to_latest() -> rx.Component:
    unseen = _away("unseen", int)
    return rx.cond(
        _away("away", bool),
        rx.el.button(
            icon("arrow-down", 16),
            rx.cond(unseen > 0, t("room.latestUnseen"), t("room.latest")),
            type="button",
            class_name="button to-latest",
            on_click=js.call("conversation/scroller.js", "toLatest"),
        ),
    )


def _away(name: str, var_type: Any) -> rx.Var[Any]:
    return js.value("conversation/scroller.js", "useAway", name, var_type)
