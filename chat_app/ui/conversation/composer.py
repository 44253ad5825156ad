"""The composer, at home and in rooms."""

from dataclasses import dataclass

import reflex as rx

from chat_app.ui.components.controls import icon, icon_button
from chat_app.ui.conversation.ai_menu import ai_menu
from chat_app.ui.feed.vars import MODELS, composer, on_click, props
from chat_app.ui.i18n import t, t_in

MESSAGE_LABEL = "composer-input"


@dataclass
class ReplyVar:
    """The message that is replied to."""

    id: str
    author: str
    text: str


TEXT: rx.Var[str] = composer("text", str)
REPLY: ReplyVar = composer("reply", ReplyVar)  # type: ignore[assignment]
EDITING: rx.Var[str] = composer("editing", str)
ERROR: rx.Var[str] = composer("error", str)
LEFT: rx.Var[int] = composer("left", int)
COUNTING: rx.Var[bool] = composer("counting", bool)
MAXIMUM: rx.Var[int] = composer("maximum", int)
WAIT: rx.Var[int] = composer("wait", int)
BUSY: rx.Var[bool] = composer("busy", bool)
BLANK: rx.Var[bool] = composer("blank", bool)


def composer_box(placeholder: rx.Var[str], *, home: bool = False) -> rx.Component:
    """The box in which one writes; ``home`` is the one that makes a room."""
    return rx.el.div(
        *([] if home else [_banner()]),
        rx.el.div(
            rx.el.textarea(
                value=TEXT,
                placeholder=placeholder,
                id=MESSAGE_LABEL,
                rows=1,
                auto_focus=True,
                aria_label=t("composer.label"),
                aria_invalid=ERROR != "",
                aria_describedby="composer-error",
                special_props=[props("composer.js", "inputProps", "composerInput")],
            ),
            rx.el.div(
                *([_home_model()] if home else [ai_menu()]),
                _counter(),
                icon_button(
                    "arrow-up",
                    rx.cond(EDITING, t("composer.save"), t("composer.send")),
                    tip="end",
                    class_name="send",
                    disabled=BLANK | BUSY,
                    aria_busy=BUSY,
                    special_props=[on_click("composer.js", "submit")],
                ),
                class_name="composer-line",
            ),
            class_name="composer",
        ),
        rx.el.p(
            rx.cond(ERROR != "", t_in("errors", ERROR, maximum=MAXIMUM, retry_after=WAIT), ""),
            id="composer-error",
            class_name="composer-error",
            role="alert",
        ),
        class_name="composer-place",
    )


def _banner() -> rx.Component:
    """What is being replied to or edited."""
    cancel = icon_button("x", t("common.cancel"), tip="end", size=16, special_props=[on_click("composer.js", "cancel")])
    return rx.cond(
        EDITING,
        rx.el.div(icon("pencil", 16), rx.el.span(t("composer.editing")), cancel, class_name="composer-banner"),
        rx.cond(
            REPLY,
            rx.el.div(
                icon("reply", 16),
                rx.el.span(rx.el.b(t("composer.replying", name=REPLY.author)), " ", REPLY.text, class_name="truncate"),
                cancel,
                class_name="composer-banner",
            ),
        ),
    )


def _counter() -> rx.Component:
    return rx.el.span(
        rx.cond(COUNTING, rx.cond(LEFT < 0, t("composer.over", chars=-LEFT), t("composer.left", chars=LEFT)), ""),
        class_name=rx.cond(LEFT < 0, "counter meta over", "counter meta"),
        aria_live="polite",
    )


def _home_model() -> rx.Component:
    return rx.el.span(
        icon("sparkles", 14),
        rx.cond(MODELS.length() > 0, MODELS[0].label, ""),
        class_name="ai-choice meta",
    )
