"""One message."""

from typing import Any

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon, icon_button
from chat_app.ui.components.display import assistant_picture, avatar
from chat_app.ui.components.floating import opens
from chat_app.ui.components.markdown import markdown
from chat_app.ui.conversation.answers.answer import answer_foot, to_usage, why
from chat_app.ui.conversation.answers.drawing import drawing
from chat_app.ui.conversation.answers.reasoning import reasoning
from chat_app.ui.conversation.answers.tool_calls import tool_calls
from chat_app.ui.conversation.composer import EDITING
from chat_app.ui.conversation.history.message_menu import opens_menu
from chat_app.ui.conversation.history.quote import quote
from chat_app.ui.conversation.history.reactions import opens_picker, reactions
from chat_app.ui.conversation.message_acts import message_acts
from chat_app.ui.conversation.rating import rated
from chat_app.ui.conversation.text_button import text_button
from chat_app.ui.conversation.translation import translation
from chat_app.ui.files.shown import files
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.shapes import RowVar
from chat_app.ui.members.card import CARD
from chat_app.ui.times import full_time, relative_time, time_of


class _Fold(rx.Component):
    """Shows the beginning of a long text, and all of it on request."""

    library = "$/public/conversation/fold.js"
    tag = "Fold"

    message: rx.Var[str]
    text: rx.Var[str]
    answer: rx.Var[bool]
    live: rx.Var[bool]


def message(row: rx.Var[RowVar]) -> rx.Component:
    """Return a message: author and time, the quoted message, its text, its state, and its actions."""
    return rx.el.article(
        _gutter(row),
        rx.el.div(
            _marked(row),
            rx.cond(row.head, rx.cond(row.ai, _answer_head(row), _person_head(row))),
            rx.cond((row.instead != "") & ~row.viewing, _instead(row)),
            rx.cond(row.reply, quote(row)),
            rx.cond(
                row.drawing & ~row.deleted & ~row.veiled,
                drawing(row),
                rx.fragment(_body(row), rx.cond(row.deleted | row.veiled, None, files(row))),
            ),
            rx.cond(row.ai, answer_foot(row)),
            rx.cond(row.veiled, None, reactions(row)),
            _refusal(row),
            class_name="message-main",
        ),
        rx.cond(row.deleted | row.veiled | (row.pending != ""), None, _actions(row)),
        class_name=rx.cond(row.ai, "message answer", "message")
        + rx.cond(row.beside, " beside", "")
        + rx.cond(row.head, " head", "")
        + rx.cond(row.pending == "sending", " sending", "")
        + rx.cond((row.change != "") & (row.refused == ""), " changing " + row.change, "")
        + rx.cond(row.calls_me, " calls-me", "")
        + rx.cond(row.id == EDITING, " editing", ""),
        custom_attrs={"data-message": row.id},
        tab_index=-1,  # feed_keys.js lets Tab come to one of them
        aria_label=t("message.label", name=_name(row), time=time_of(row.at)),
        aria_describedby=rx.cond(row.live, "", "said-" + row.key),
        aria_busy=row.live,
    )


def _name(row: rx.Var[RowVar]) -> rx.Var[str]:
    model = rx.cond(row.model != "", row.model, "AI")
    return rx.cond(
        row.ai,
        rx.cond(row.assistant != "", row.assistant, model),
        rx.cond(row.author.name != "", row.author.name, t("people.gone")),
    )


def _gutter(row: rx.Var[RowVar]) -> rx.Component:
    time = rx.el.time(time_of(row.at), class_name="meta", date_time=row.at, title=full_time(row.at))
    picture = rx.cond(
        row.ai,
        rx.cond(
            row.assistant != "",
            assistant_picture(row.assistant_id, row.assistant, row.assistant_picture),
            rx.el.span(icon("sparkles", 16), class_name="avatar ai", aria_hidden=True),
        ),
        rx.cond(
            row.author.name != "",
            # The name beside it does the same for keys and screen readers.
            _opens_card(row, _avatar(row), tab_index=-1, aria_hidden=True, class_name="author-picture"),
            _avatar(row),
        ),
    )
    return rx.el.div(rx.cond(row.head, picture, time), class_name="gutter")


def _avatar(row: rx.Var[RowVar]) -> rx.Component:
    return avatar(row.author.id, row.author.name, row.author.color, row.author.avatar)


def _opens_card(row: rx.Var[RowVar], *children: Any, **props: Any) -> rx.Component:
    """Return a button that opens the author's card."""
    choose = js.call("members/card.js", "chooseMember", row.author.id, row.author)
    return rx.el.button(*children, type="button", custom_attrs=opens(CARD), on_click=choose, **props)


def _time(row: rx.Var[RowVar]) -> rx.Component:
    return rx.el.time(relative_time(row.at), class_name="meta", date_time=row.at, title=full_time(row.at))


def _edited(row: rx.Var[RowVar]) -> rx.Component:
    return rx.cond(row.edited & ~row.deleted, rx.el.span(t("message.edited"), class_name="meta"))


def _marked(row: rx.Var[RowVar]) -> rx.Component:
    """Return the signs of a message that is pinned, starred, or hidden from models or pinned for them."""
    return rx.cond(
        row.pinned | row.starred | row.hidden | row.pinned_for_ai,
        rx.el.p(
            rx.cond(row.hidden, rx.el.span(icon("eye-off", 12), t("context.hidden"))),
            rx.cond(row.pinned_for_ai, rx.el.span(icon("bookmark-check", 12), t("context.pinned"))),
            rx.cond(row.pinned, rx.el.span(icon("pin", 12), t("marks.pinned"))),
            rx.cond(row.starred, rx.el.span(icon("star", 12), t("marks.starred"))),
            class_name="marked meta",
        ),
    )


def _person_head(row: rx.Var[RowVar]) -> rx.Component:
    name = rx.cond(
        row.author.name != "",
        _opens_card(row, row.author.name, class_name="author truncate", dir="auto"),
        t("people.gone"),
    )
    return rx.el.p(rx.el.b(name, class_name="truncate"), _time(row), _edited(row), class_name="message-head")


def _answer_head(row: rx.Var[RowVar]) -> rx.Component:
    return rx.el.p(
        rx.el.b(rx.el.bdi(_name(row)), class_name="truncate"),
        rx.cond((row.assistant != "") & (row.model != ""), rx.el.span(row.model, class_name="meta truncate")),
        rx.cond(row.asker != "", rx.el.span(t("message.asked", name=row.asker), class_name="meta truncate")),
        _time(row),
        _edited(row),
        rated(row),
        class_name="message-head",
    )


def _instead(row: rx.Var[RowVar]) -> rx.Component:
    """Return the names of the model that answers and of the one that could not."""
    words = rx.el.span(t("message.instead", model=row.model, other=row.instead))
    return rx.el.p(icon("shuffle", 14), words, class_name="message-state meta")


def _body(row: rx.Var[RowVar]) -> rx.Component:
    return rx.cond(
        row.deleted,
        rx.el.p(t("message.deleted"), class_name="tombstone"),
        rx.cond(
            row.veiled,
            rx.el.p(
                t("message.veiled"),
                " ",
                text_button(t("message.show"), js.call("live/actions.js", "reveal", row.id)),
                class_name="tombstone",
            ),
            _said(row),
        ),
    )


def _said(row: rx.Var[RowVar]) -> rx.Component:
    seen, grows = rx.cond(row.viewing, row.viewed, row.text), row.live & ~row.viewing
    waits = rx.el.p(
        rx.cond(row.before > 0, t("message.waiting", count=row.before), t("message.thinking")), class_name="thinking"
    )
    text = _Fold.create(
        markdown(seen, ~row.ai, streaming=grows, people=row.mentions),
        rx.cond(row.head, None, _edited(row)),
        message=row.key,
        text=seen,
        answer=row.ai,
        live=grows,
        class_name=rx.cond(grows, "message-text live", "message-text"),
    )
    return rx.fragment(
        rx.cond(row.viewing, None, rx.fragment(reasoning(row), tool_calls(row))),
        rx.cond(row.waiting, waits, rx.cond(row.thinking, None, text)),
        translation(row),
    )


def _refusal(row: rx.Var[RowVar]) -> rx.Component:
    """Return the reason why a change (send, edit, delete, stop, regenerate) was refused."""
    written = (row.change == "") | (row.change == "edit")
    refusal = rx.el.p(
        why("circle-alert", t_in("errors", row.refused, maximum=row.limit, retry_after=row.limit, model=row.what)),
        text_button(t("message.retry"), js.call("live/actions.js", "retryAsking", row.id)),
        text_button(
            rx.cond(written, t("message.discard"), t("common.close")),
            js.call("conversation/take_back.js", "takeBack", row.id),
        ),
        to_usage(row.refused),
        class_name="message-state red",
        role="alert",
    )
    return rx.cond(row.refused != "", refusal)


def _actions(row: rx.Var[RowVar]) -> rx.Component:
    """Return the actions of a message; shown on hover and focus, at a fixed place."""
    return rx.el.div(
        *message_acts(row, _act, custom_attrs=opens_picker()),
        icon_button("ellipsis", t("message.more"), tip="end", size=16, custom_attrs=opens_menu()),
        class_name="message-actions",
        role="toolbar",
        aria_label=t("message.actions"),
    )


def _act(symbol: str, words: rx.Var[str], **props: Any) -> rx.Component:
    return icon_button(symbol, words, tip="end" if symbol == "trash-2" else "top", size=16, **props)
