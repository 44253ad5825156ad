"""A room: header, messages, composer."""

import reflex as rx

from chat_app.ui.components.controls import icon
from chat_app.ui.components.display import skeleton
from chat_app.ui.components.markdown import MARKDOWN_SETTLED
from chat_app.ui.context.forecast import forecast_line
from chat_app.ui.conversation.composer import composer_box
from chat_app.ui.conversation.history.message_menu import again_menu, message_menu
from chat_app.ui.conversation.history.messages import messages
from chat_app.ui.conversation.history.reactions import picker
from chat_app.ui.conversation.history.receipts import receipt
from chat_app.ui.conversation.rating import reason_panel
from chat_app.ui.files.chosen import drop_note
from chat_app.ui.files.viewer import picture_viewer
from chat_app.ui.i18n import t
from chat_app.ui.layouts.pins_and_stars import pins_panel
from chat_app.ui.layouts.shell import shell
from chat_app.ui.live.vars import IS_ASIDE, ROOM, TYPING
from chat_app.ui.not_found.page import absent
from chat_app.ui.people.blocking import closed_note
from chat_app.ui.room.dialogs import room_dialogs
from chat_app.ui.room.drawer import drawer
from chat_app.ui.room.header import header
from chat_app.ui.support.asking import help_line


def page() -> rx.Component:
    """Return the page at ``/r/<room>``."""
    return shell(rx.cond(ROOM & ROOM.absent, absent(_why("Title"), _why("Hint")), room()))


@rx.memo
def room() -> rx.Component:
    """Return the room without the frame around it. It is compiled once for its page and for home."""
    return rx.el.div(
        header(),
        rx.cond(ROOM & ROOM.ready & MARKDOWN_SETTLED, messages(), _loading()),
        rx.el.div(_foot(), class_name="foot"),
        drawer(),
        pins_panel(),
        message_menu(),
        reason_panel(),
        again_menu(),
        picker(),
        picture_viewer(),
        drop_note(),
        room_dialogs(),
        class_name="room",
    )


def _foot() -> rx.Component:
    """Return the typing line, always there so that nothing moves; and the composer, or why there is none."""
    return rx.fragment(
        help_line(),
        rx.el.div(
            rx.el.p(_typing(), class_name="typing meta truncate", aria_live="polite"),
            forecast_line(),
            receipt(),
            class_name="foot-line",
        ),
        rx.cond(
            ~ROOM.ready | ROOM.can_send,
            composer_box(_placeholder()),
            rx.el.p(
                icon("lock", 16),
                rx.cond(
                    ROOM.closed,
                    closed_note(),
                    rx.cond(ROOM.archived, t("room.archivedNote"), t("room.readerNote")),
                ),
                class_name="composer-locked",
            ),
        ),
    )


def _placeholder() -> rx.Var[str]:
    """Return the addressee of a new message: the room and the AI, or only the AI if the room has no other people."""
    mentioned = ROOM.can_ask_ai & ((ROOM.ai_rule == "mentioned") | (ROOM.ai_rule == "helpful"))
    alone = ROOM.can_ask_ai & (ROOM.ai_rule == "always") & (ROOM.people == 1)
    return rx.cond(
        IS_ASIDE,
        t("aside.placeholder", room=ROOM.name, model=ROOM.model_label),
        rx.cond(
            alone,
            t("home.placeholder", model=ROOM.model_label),
            rx.cond(
                mentioned,
                t("composer.placeholderAsk", room=ROOM.name, model=ROOM.model_label),
                t("composer.placeholder", room=ROOM.name),
            ),
        ),
    )


def _typing() -> rx.Var[str]:
    return rx.match(
        TYPING.length(),
        (0, _slow_note()),
        (1, t("room.typing1", a=TYPING[0])),
        (2, t("room.typing2", a=TYPING[0], b=TYPING[1])),
        (3, t("room.typing3", a=TYPING[0], b=TYPING[1], c=TYPING[2])),
        t("room.typingMany", a=TYPING[0], b=TYPING[1], count=TYPING.length() - 2),
    )


def _slow_note() -> rx.Var[str]:
    """Return the note about slow mode, for people to whom it applies."""
    slow = (ROOM.slow_seconds > 0) & ROOM.can_send & ~ROOM.can_edit_room
    return rx.cond(slow, t("room.slowNote", seconds=ROOM.slow_seconds), "")


def _loading() -> rx.Component:
    """Return the skeleton of the messages."""
    return rx.el.div(
        rx.el.div(
            *(
                rx.el.div(
                    skeleton("32px", "32px", round=True),
                    rx.el.div(skeleton("120px"), *(skeleton(width) for width in widths)),
                    class_name="message-loading",
                )
                for widths in (("62%",), ("88%", "74%", "40%"), ("48%",), ("80%", "66%"))
            ),
            class_name="feed-inner",
        ),
        class_name="feed",
        aria_busy=True,
    )


def _why(part: str) -> rx.Var[str]:
    return rx.cond(
        ROOM.deleted,
        t(f"room.deleted{part}"),
        rx.cond(ROOM.removed, t(f"room.removed{part}"), t(f"room.absent{part}")),
    )
