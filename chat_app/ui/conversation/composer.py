"""The composer, at home and in rooms."""

from dataclasses import dataclass

import reflex as rx

from chat_app.core.ai.asking.asked import MODELS_MAX
from chat_app.ui import js
from chat_app.ui.components.controls import icon, icon_button
from chat_app.ui.components.display import assistant_picture, avatar
from chat_app.ui.components.forms import HAS_KEYBOARD
from chat_app.ui.conversation.ai_menu import NextVar, ai_menu, home_model, next_model
from chat_app.ui.conversation.answers.answer import to_usage
from chat_app.ui.conversation.asides import ask_aside
from chat_app.ui.files.chosen import attach_button, chosen_files
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.vars import IS_ASIDE, ROOM
from chat_app.ui.prompts.dialog import prompt_dialog
from chat_app.ui.voice.recorder import microphone_button, recorder

MESSAGE_LABEL = "composer-input"


@dataclass
class ReplyVar:
    """The message that is replied to."""

    id: str
    author: str
    ai: bool
    text: str


_MODULE = "conversation/composer.js"
_DRAFT = "conversation/composing.js"

TEXT: rx.Var[str] = js.value(_DRAFT, "useComposer", "text", str)
REPLY: ReplyVar = js.value(_DRAFT, "useComposer", "reply", ReplyVar)  # type: ignore[assignment]
EDITING: rx.Var[str] = js.value(_DRAFT, "useComposer", "editing", str)
ERROR: rx.Var[str] = js.value(_DRAFT, "useComposer", "error", str)
LEFT: rx.Var[int] = js.value(_DRAFT, "useComposer", "left", int)
COUNTING: rx.Var[bool] = js.value(_DRAFT, "useComposer", "counting", bool)
MAXIMUM: rx.Var[int] = js.value(_DRAFT, "useComposer", "maximum", int)
WAIT: rx.Var[int] = js.value(_DRAFT, "useComposer", "wait", int)
BUSY: rx.Var[bool] = js.value(_DRAFT, "useComposer", "busy", bool)
RESTORED: rx.Var[bool] = js.value(_DRAFT, "useComposer", "restored", bool)
SENDING: rx.Var[bool] = js.value(_DRAFT, "useComposer", "sending", bool)
"""Whether the message is sent as soon as its files are uploaded."""
BLANK: rx.Var[bool] = js.value(_DRAFT, "useComposer", "blank", bool)
REFUSED: rx.Var[str] = js.value(_DRAFT, "useComposer", "refused", str)
NEXT: NextVar = js.value(_DRAFT, "useComposer", "model", NextVar)  # type: ignore[assignment]
"""The model that was chosen for the next message, if any."""
_BLIND: rx.Var[str] = js.value("conversation/forecast.js", "useForecast", "blind", str)
"""The model that would answer but cannot see a chosen picture."""
_MOST = rx.cond(ERROR == "too_many_models", MODELS_MAX, MAXIMUM)


@dataclass
class CompletionVar:
    """A suggestion for the word at the caret: ``word`` is its replacement.

    ``kind`` is *person*, *ai*, *model*, *assistant*, *all*, *room*, *emoji*, *draw* or *prompt*. A room, "ai", "all"
    and "draw" have no name, and a prompt its description in place of one; ``by`` is the person who shares it, or the
    provider of the model, or the description of the assistant.
    """

    kind: str
    id: str
    word: str
    name: str
    color: str
    avatar: int | None
    by: str


_COMPLETING = "conversation/completing.js"
_LIST = "completions"
_COMPLETIONS = js.value(_COMPLETING, "useCompletions", "list", list[CompletionVar])
_CHOSEN: rx.Var[int] = js.value(_COMPLETING, "useCompletions", "at", int)


def composer_box(placeholder: rx.Var[str], *, home: bool = False) -> rx.Component:
    """Return the box in which people write; ``home`` is the variant that creates a room."""
    return rx.el.div(
        _completions(),
        *([] if home else [_banner()]),
        rx.el.div(
            chosen_files(),
            rx.el.p(
                rx.cond(_BLIND != "", t("composer.cannotSee", model=_BLIND), ""),
                class_name="composer-note",
                role="status",
            ),
            _input(placeholder),
            recorder(),
            _controls(home),
            class_name="composer" if home else rx.cond(ROOM & IS_ASIDE, "composer private", "composer"),
        ),
        rx.el.p(
            rx.cond(ERROR != "", t_in("errors", ERROR, maximum=_MOST, retry_after=WAIT, model=REFUSED), ""),
            " ",
            to_usage(ERROR),
            id="composer-error",
            class_name="composer-error",
            role="alert",
        ),
        prompt_dialog(),
        class_name="composer-place",
    )


def _input(placeholder: rx.Var[str]) -> rx.Component:
    return rx.el.textarea(
        value=TEXT,
        placeholder=placeholder,
        id=MESSAGE_LABEL,
        rows=1,
        auto_focus=HAS_KEYBOARD,
        aria_label=t("composer.label"),
        aria_invalid=ERROR != "",
        aria_describedby="composer-error",
        aria_autocomplete="list",
        aria_controls=_LIST,
        custom_attrs={"aria-activedescendant": rx.cond(_COMPLETIONS.length() > 0, _option(_CHOSEN), "")},
        **js.props(_MODULE, "inputProps"),
    )


def _controls(home: bool) -> rx.Component:
    """Return the line below the text: attachments, the model that answers, and the button that sends."""
    return rx.el.div(
        attach_button(),
        *([home_model()] if home else [ai_menu(), next_model(NEXT), ask_aside()]),
        rx.el.span(rx.cond(RESTORED & ~BLANK, t("composer.restored"), ""), class_name="meta truncate", role="status"),
        _counter(),
        microphone_button(),
        _send(),
        class_name="composer-line",
    )


def _send() -> rx.Component:
    """Return the send button. While an answer to the person is being written and there is nothing to send, it stops the
    answer.
    """
    stops = BLANK & ~EDITING & ROOM & (ROOM.answering != "")
    return icon_button(
        rx.cond(stops, rx.el.span(class_name="stop-mark", aria_hidden=True), icon("arrow-up")),
        rx.cond(EDITING, t("composer.save"), rx.cond(stops, t("composer.stop"), t("composer.send"))),
        tip="end",
        class_name="send",
        disabled=(BLANK & ~stops) | BUSY,
        aria_busy=BUSY | SENDING,
        **js.props(_MODULE, "sendProps"),
    )


def _completions() -> rx.Component:
    """Return the suggestions for the word at the caret, above the box."""
    return rx.el.ul(
        rx.foreach(_COMPLETIONS, _completion),
        id=_LIST,
        class_name="completions",
        role="listbox",
        aria_label=t("common.suggestions"),
        hidden=_COMPLETIONS.length() == 0,
    )


def _option(n: rx.Var[int]) -> rx.Var[str]:
    return rx.Var.create(f"completion-{n}").to(str)


def _completion(each: rx.Var[CompletionVar], n: rx.Var[int]) -> rx.Component:
    symbol = {
        "ai": "sparkles",
        "model": "bot",
        "all": "users",
        "room": "hash",
        "prompt": "text-quote",
        "draw": "paintbrush",
    }
    meaning = rx.match(
        each.kind, ("ai", t("mentions.ai")), ("all", t("mentions.all")), ("draw", t("mentions.draw")), each.name
    )
    return rx.el.li(
        rx.match(
            each.kind,
            *((kind, _sign(name)) for kind, name in symbol.items()),
            ("emoji", rx.fragment()),
            ("assistant", assistant_picture(each.id, each.name, each.avatar, size="small")),
            avatar(each.id, each.name, each.color, each.avatar, size="small"),
        ),
        rx.el.b(each.word),
        rx.el.span(meaning, class_name="meta truncate"),
        rx.cond(each.by, rx.el.span(each.by, class_name="meta completion-by truncate", dir="auto")),
        id=_option(n),
        key=each.id,
        role="option",
        aria_selected=n == _CHOSEN,
        class_name=rx.cond(n == _CHOSEN, "chosen", ""),
        **js.press(_MODULE, "takeCompletion", n),
    )


def _sign(name: str) -> rx.Component:
    return rx.el.span(icon(name, 14), class_name="avatar small ai", aria_hidden=True)


def _banner() -> rx.Component:
    """Return the message that is being replied to or edited."""
    give_up = js.call("conversation/replying.js", "cancel")
    cancel = icon_button("x", t("common.cancel"), tip="end", size=16, on_click=give_up)
    no_person = t("composer.replyingAi", name=rx.cond(REPLY.author == "", t("people.gone"), REPLY.author))
    to = rx.cond(REPLY.ai | (REPLY.author == ""), no_person, t("composer.replying", name=REPLY.author))
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
