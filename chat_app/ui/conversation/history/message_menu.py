"""The menu of a message: all that one can do with it."""

from typing import Any, Final

import reflex as rx
from reflex_base.vars.function import FunctionStringVar

from chat_app.ui import js
from chat_app.ui.components.controls import icon
from chat_app.ui.components.floating import menu, menu_item, menu_line, opens, toggles
from chat_app.ui.context.acts import CONTEXT, show_given, start_here
from chat_app.ui.conversation.answers.branches import branch_items
from chat_app.ui.conversation.asides import aside_items
from chat_app.ui.conversation.history.aloud import aloud_item
from chat_app.ui.conversation.history.reactions import PICKER, listed
from chat_app.ui.conversation.message_acts import message_acts
from chat_app.ui.conversation.model_list import model_menu, model_words, models
from chat_app.ui.conversation.translation import translate_item
from chat_app.ui.i18n import t
from chat_app.ui.live.room_shapes import ModelVar
from chat_app.ui.live.shapes import RowVar
from chat_app.ui.live.vars import MODELS, ROOM
from chat_app.ui.safety.report import reports

MENU: Final = "message-menu"
_AGAIN: Final = "again"
_MODULE: Final = "conversation/reactions/picked.js"

_PICKED: RowVar = js.value(_MODULE, "usePicked", "row", RowVar)
_READERS: rx.Var[list[str]] = js.value(_MODULE, "usePicked", "readers", list[str])


def opens_menu() -> dict[str, Any]:
    """Return the ``custom_attrs`` of a button within a message that opens its menu."""
    return toggles(MENU)


def message_menu() -> rx.Component:
    """Return the menu; one for all messages."""
    react = {"custom_attrs": {"data-stays": ""}, "on_click": _replaced_by(PICKER)}
    return menu(
        MENU,
        _readers(),
        rx.cond(_PICKED, rx.fragment(*message_acts(_PICKED, menu_item, **react), menu_line())),
        _again_by(),
        rx.cond(_PICKED, aside_items(_PICKED, menu_item)),
        rx.cond(_PICKED, translate_item(_PICKED, menu_item)),
        rx.cond(_PICKED, aloud_item(_PICKED, menu_item)),
        rx.cond(_PICKED & (_PICKED.branches > 1), rx.fragment(*branch_items(_PICKED, menu_item))),
        *_marks(),
        *_context(),
        menu_item("link", t("marks.link"), on_click=js.call(_MODULE, "linkPicked")),
        menu_item("mail", t("marks.unread"), on_click=js.call("live/unread.js", "markUnread", _PICKED.id)),
        _report(),
        label=t("message.more"),
    )


def _replaced_by(other: str) -> FunctionStringVar:
    """Return the handler that opens another menu in place of this one."""
    return js.call("components/floating.js", "replace", MENU, other)


def _mark(name: str) -> FunctionStringVar:
    """Return the handler that gives the message a mark, or takes it back."""
    return js.call("live/marks.js", "toggleMark", _PICKED.id, name)


def _readers() -> rx.Component:
    names = t("receipts.readBy", names=listed(_READERS))
    return rx.cond(_READERS.length() > 0, rx.el.p(icon("check-check", 14), names, class_name="menu-heading wrap"))


def _again_by() -> rx.Component:
    """Return what offers the models that can write the answer again."""
    again = menu_item(
        "refresh-ccw-dot",
        t("message.regenerateBy"),
        custom_attrs={"data-stays": ""},
        on_click=_replaced_by(_AGAIN),
    )
    answer = _PICKED & _PICKED.can_regenerate & ~_PICKED.drawing  # a picture is regenerated from its prompt
    return rx.cond(answer & ROOM & ROOM.can_choose_model & (MODELS.length() > 1), again)


def _marks() -> list[rx.Component]:
    """Return what stars and pins the message."""
    star, pin = _mark("star"), _mark("pin")
    return [
        rx.cond(
            _PICKED & _PICKED.starred,
            menu_item("star-off", t("marks.unstar"), on_click=star),
            menu_item("star", t("marks.star"), on_click=star),
        ),
        rx.cond(
            _PICKED & _PICKED.can_pin,
            rx.cond(
                _PICKED.pinned,
                menu_item("pin-off", t("marks.unpin"), on_click=pin),
                menu_item("pin", t("marks.pin"), on_click=pin),
            ),
        ),
    ]


def _context() -> list[rx.Component]:
    """Return what changes, or shows, what models see."""
    hide, pin = _mark("hide"), _mark("pin_for_ai")
    given = menu_item(
        "list-checks", t("context.given"), on_click=show_given(ROOM.id, _PICKED.id), custom_attrs=opens(CONTEXT)
    )
    return [
        rx.cond(
            _PICKED & _PICKED.can_hide & ~_PICKED.live,
            rx.cond(
                _PICKED.hidden,
                menu_item("eye", t("context.unhide"), on_click=hide),
                menu_item("eye-off", t("context.hide"), on_click=hide),
            ),
        ),
        rx.cond(
            _PICKED & _PICKED.can_pin_for_ai & ~_PICKED.live,
            rx.cond(
                _PICKED.pinned_for_ai,
                menu_item("bookmark-x", t("context.unpin"), on_click=pin),
                menu_item("bookmark-check", t("context.pin"), on_click=pin),
            ),
        ),
        rx.cond(
            _PICKED & ROOM & ROOM.can_manage_ai & ~_PICKED.live,
            menu_item("separator-horizontal", t("context.startHere"), on_click=start_here(_PICKED.id)),
        ),
        rx.cond(_PICKED & ROOM & _PICKED.ai & ~_PICKED.live, given),
    ]


def _report() -> rx.Component:
    flag = menu_item("flag", t("safety.report"), danger=True, custom_attrs=reports("message", _PICKED.id))
    return rx.cond(_PICKED & ~_PICKED.own & ~_PICKED.live, rx.fragment(menu_line(), flag))


def again_menu() -> rx.Component:
    """Return the models that can write the picked answer again."""
    return model_menu(_AGAIN, models(_again), label=t("message.regenerateBy"))


def _again(model: rx.Var[ModelVar]) -> rx.Component:
    return menu_item(
        "sparkles", model_words(model), on_click=js.call("live/actions.js", "regenerate", _PICKED.id, model.id)
    )
