"""The composer, at home and in rooms."""

from dataclasses import dataclass

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon, icon_button
from chat_app.ui.components.display import avatar
from chat_app.ui.conversation.ai_menu import ai_menu, home_model
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.vars import ROOM

MESSAGE_LABEL = "composer-input"


@dataclass
class ReplyVar:
    """The message that is replied to."""

    id: str
    author: str
    ai: bool
    text: str


_MODULE = "conversation/composer.js"

TEXT: rx.Var[str] = js.value(_MODULE, "useComposer", "text", str)
REPLY: ReplyVar = js.value(_MODULE, "useComposer", "reply", ReplyVar)  # type: ignore[assignment]
EDITING: rx.Var[str] = js.value(_MODULE, "useComposer", "editing", str)
ERROR: rx.Var[str] = js.value(_MODULE, "useComposer", "error", str)
LEFT: rx.Var[int] = js.value(_MODULE, "useComposer", "left", int)
COUNTING: rx.Var[bool] = js.value(_MODULE, "useComposer", "counting", bool)
MAXIMUM: rx.Var[int] = js.value(_MODULE, "useComposer", "maximum", int)
WAIT: rx.Var[int] = js.value(_MODULE, "useComposer", "wait", int)
BUSY: rx.Var[bool] = js.value(_MODULE, "useComposer", "busy", bool)
BLANK: rx.Var[bool] = js.value(_MODULE, "useComposer", "blank", bool)


@dataclass
class CallVar:
    """A suggestion for an `@`: a person, or "ai" or "all", which have no name."""

    id: str
    username: str
    name: str
    color: str
    avatar: int | None
    option: str
    chosen: bool


CALLS = "calls"
_CALLS = js.value("conversation/mentioning.js", "useMentions", "list", list[CallVar])
CALLED: rx.Var[str] = js.value("conversation/mentioning.js", "useMentions", "chosen", str)


def composer_box(placeholder: rx.Var[str], *, home: bool = False) -> rx.Component:
    """Return the box in which one writes; ``home`` is the one that makes a room."""
    calling = {} if home else {"aria-activedescendant": CALLED}
    return rx.el.div(
        *([] if home else [_calls(), _banner()]),
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
                aria_autocomplete="none" if home else "list",
                **({} if home else {"aria_controls": CALLS}),
                custom_attrs=calling,
                **js.props(_MODULE, "inputProps"),
            ),
            rx.el.div(
                *([home_model()] if home else [ai_menu()]),
                _counter(),
                _send(),
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


def _send() -> rx.Component:
    """Return the button that sends; while one's answer is being written and there is nothing to send, it stops that."""
    stops = BLANK & ~EDITING & ROOM & (ROOM.answering != "")
    return icon_button(
        rx.cond(stops, rx.el.span(class_name="stop-mark", aria_hidden=True), icon("arrow-up")),
        rx.cond(EDITING, t("composer.save"), rx.cond(stops, t("composer.stop"), t("composer.send"))),
        tip="end",
        class_name="send",
        disabled=(BLANK & ~stops) | BUSY,
        aria_busy=BUSY,
        **js.props(_MODULE, "sendProps"),
    )


def _calls() -> rx.Component:
    """Return whom an `@` that is being typed may call, above the box."""
    return rx.el.ul(
        rx.foreach(_CALLS, _call),
        id=CALLS,
        class_name="calls",
        role="listbox",
        aria_label=t("mentions.title"),
        hidden=_CALLS.length() == 0,
    )


def _call(person: rx.Var[CallVar]) -> rx.Component:
    special = rx.match(person.id, ("ai", t("mentions.ai")), ("all", t("mentions.all")), "")
    return rx.el.li(
        rx.match(
            person.id,
            ("ai", rx.el.span(icon("sparkles", 14), class_name="avatar small ai", aria_hidden=True)),
            ("all", rx.el.span(icon("users", 14), class_name="avatar small ai", aria_hidden=True)),
            avatar(person.id, person.name, person.color, person.avatar, size="small"),
        ),
        rx.el.b("@", person.username),
        rx.el.span(rx.cond(person.name != "", person.name, special), class_name="meta truncate"),
        id=person.option,
        key=person.id,
        role="option",
        aria_selected=person.chosen,
        class_name=rx.cond(person.chosen, "chosen", ""),
        **js.press(_MODULE, "call", person.username),
    )


def _banner() -> rx.Component:
    """Return what is being replied to or edited."""
    cancel = icon_button("x", t("common.cancel"), tip="end", size=16, on_click=js.call(_MODULE, "cancel"))
    to = rx.cond(REPLY.ai, t("composer.replyingAi", name=REPLY.author), t("composer.replying", name=REPLY.author))
    return rx.cond(
        EDITING,
        rx.el.div(icon("pencil", 16), rx.el.span(t("composer.editing")), cancel, class_name="composer-banner"),
        rx.cond(
            REPLY,
            rx.el.div(
                icon("reply", 16),
                rx.el.span(rx.el.b(to), " ", REPLY.text, class_name="truncate"),
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
