"""One message."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import icon, icon_button, link
from chat_app.ui.components.display import avatar
from chat_app.ui.components.floating import opens
from chat_app.ui.components.markdown import markdown
from chat_app.ui.conversation.composer import EDITING
from chat_app.ui.conversation.marks import opens_menu
from chat_app.ui.conversation.reactions import opens_picker, reactions
from chat_app.ui.i18n import full_time, relative_time, t, t_in, time_of
from chat_app.ui.live.shapes import RowVar


class _Fold(rx.Component):
    """Shows the beginning of a long text, and all of it on request."""

    library = "$/public/conversation/fold.js"
    tag = "Fold"

    message: rx.Var[str]
    text: rx.Var[str]
    answer: rx.Var[bool]
    live: rx.Var[bool]


def message(row: rx.Var[RowVar]) -> rx.Component:
    """Return a message: who and when, what it answers, what it says, how it fares, and what one can do with it."""
    return rx.el.article(
        _gutter(row),
        rx.el.div(
            _marked(row),
            rx.cond(row.head, rx.cond(row.ai, _answer_head(row), _person_head(row))),
            rx.cond(row.reply, _quote(row)),
            _body(row),
            rx.cond(row.ai, _answer_foot(row)),
            rx.cond(row.veiled, None, reactions(row)),
            _refusal(row),
            class_name="message-main",
        ),
        rx.cond(row.deleted | row.veiled | (row.pending != ""), None, _actions(row)),
        class_name=rx.cond(row.ai, "message answer", "message")
        + rx.cond(row.head, " head", "")
        + rx.cond(row.pending == "sending", " sending", "")
        + rx.cond((row.change != "") & (row.refused == ""), " changing " + row.change, "")
        + rx.cond(row.calls_me, " calls-me", "")
        + rx.cond(row.id == EDITING, " editing", ""),
        custom_attrs={"data-message": row.id},
        aria_busy=row.live,
    )


def _gutter(row: rx.Var[RowVar]) -> rx.Component:
    time = rx.el.time(time_of(row.at), class_name="meta", date_time=row.at, title=full_time(row.at))
    picture = rx.cond(
        row.ai,
        rx.el.span(icon("sparkles", 16), class_name="avatar ai", aria_hidden=True),
        avatar(row.author.id, row.author.name, row.author.color, row.author.avatar),
    )
    return rx.el.div(rx.cond(row.head, picture, time), class_name="gutter")


def _time(row: rx.Var[RowVar]) -> rx.Component:
    return rx.el.time(relative_time(row.at), class_name="meta", date_time=row.at, title=full_time(row.at))


def _edited(row: rx.Var[RowVar]) -> rx.Component:
    return rx.cond(row.edited & ~row.deleted, rx.el.span(t("message.edited"), class_name="meta"))


def _marked(row: rx.Var[RowVar]) -> rx.Component:
    """Return the signs of a pinned or starred message."""
    return rx.cond(
        row.pinned | row.starred,
        rx.el.p(
            rx.cond(row.pinned, rx.el.span(icon("pin", 12), t("marks.pinned"))),
            rx.cond(row.starred, rx.el.span(icon("star", 12), t("marks.starred"))),
            class_name="marked meta",
        ),
    )


def _person_head(row: rx.Var[RowVar]) -> rx.Component:
    name = rx.cond(
        row.author.name != "",
        link(row.author.name, href="/u/" + row.author.username, class_name="author", dir="auto"),
        t("people.gone"),
    )
    return rx.el.p(rx.el.b(name, class_name="truncate"), _time(row), _edited(row), class_name="message-head")


def _answer_head(row: rx.Var[RowVar]) -> rx.Component:
    return rx.el.p(
        rx.el.b(rx.cond(row.model != "", row.model, "AI"), class_name="truncate"),
        rx.cond(row.asker != "", rx.el.span(t("message.asked", name=row.asker), class_name="meta truncate")),
        _time(row),
        _edited(row),
        class_name="message-head",
    )


def _quote(row: rx.Var[RowVar]) -> rx.Component:
    author = rx.cond(row.reply.author, row.reply.author, rx.cond(row.reply.ai, "AI", t("people.gone")))
    return rx.el.p(
        icon("reply", 14),
        rx.el.b(rx.el.bdi(author), class_name="truncate"),
        rx.el.span(
            rx.cond(
                row.reply.veiled,
                t("message.veiled"),
                rx.cond(row.reply.text != "", _with_names(row.reply.text), t("message.quoteDeleted")),
            ),
            class_name="truncate",
            dir="auto",
        ),
        class_name="quote",
    )


def _with_names(text: rx.Var[str]) -> rx.Var[str]:
    return js.result("live/naming.js", "withNames", str, text)


def _body(row: rx.Var[RowVar]) -> rx.Component:
    return rx.cond(
        row.deleted,
        rx.el.p(t("message.deleted"), class_name="tombstone"),
        rx.cond(
            row.veiled,
            rx.el.p(
                t("message.veiled"),
                " ",
                _text_button(t("message.show"), "live/actions.js", "reveal", row.id),
                class_name="tombstone",
            ),
            _said(row),
        ),
    )


def _said(row: rx.Var[RowVar]) -> rx.Component:
    return rx.cond(
        row.waiting,
        rx.el.p(
            rx.cond(row.before > 0, t("message.waiting", count=row.before), t("message.thinking")),
            class_name="thinking",
        ),
        _Fold.create(
            markdown(row.text, ~row.ai, streaming=row.live, people=row.mentions),
            rx.cond(row.head, None, _edited(row)),
            message=row.key,
            text=row.text,
            answer=row.ai,
            live=row.live,
            class_name=rx.cond(row.live, "message-text live", "message-text"),
        ),
    )


def _refusal(row: rx.Var[RowVar]) -> rx.Component:
    """Return the reason why a change (send, edit, delete, stop, regenerate) was refused."""
    written = (row.change == "") | (row.change == "edit")
    refusal = rx.el.p(
        icon("circle-alert", 16),
        t_in("errors", row.refused, maximum=row.limit, retry_after=row.limit),
        _text_button(t("message.retry"), "live/actions.js", "retryAsking", row.id),
        _text_button(
            rx.cond(written, t("message.discard"), t("common.close")), "conversation/take_back.js", "takeBack", row.id
        ),
        class_name="message-state red",
        role="alert",
    )
    return rx.cond(row.refused != "", refusal)


def _answer_foot(row: rx.Var[RowVar]) -> rx.Component:
    """Return how the answer fares, and what it took."""
    retry = rx.cond(row.can_regenerate, _text_button(t("message.retry"), "live/actions.js", "regenerate", row.id))
    stop = rx.el.button(
        rx.el.span(class_name="stop-mark", aria_hidden=True),
        t("message.stop"),
        type="button",
        class_name="button stop",
        disabled=(row.change == "stop") & (row.refused == ""),
        on_click=js.call("live/actions.js", "stop", row.id),
    )
    failed = rx.el.p(
        icon("circle-alert", 16),
        rx.el.span(t_in("errors", row.error)),
        retry,
        class_name="message-state red",
        role="alert",
    )
    note = rx.el.p(icon("info", 16), rx.el.span(t_in("errors", row.error)), class_name="message-state")
    tokens = rx.el.p(t("message.tokens", count=row.tokens), class_name="message-state meta")
    return rx.match(
        row.status,
        ("failed", failed),
        ("stopped", rx.el.p(t("message.stopped"), class_name="message-state meta")),
        ("complete", rx.fragment(rx.cond(row.error != "", note), rx.cond(row.tokens > 0, tokens))),
        rx.cond(row.can_stop, stop),
    )


def _text_button(words: rx.Var[str], module: str, function: str, *args: rx.Var[str]) -> rx.Component:
    return rx.el.button(words, type="button", class_name="link", on_click=js.call(module, function, *args))


def _actions(row: rx.Var[RowVar]) -> rx.Component:
    """Return what one can do with a message; shown on hover and focus, at a fixed place."""
    return rx.el.div(
        rx.cond(
            row.can_react & ~row.live,
            icon_button("smile-plus", t("reactions.add"), size=16, custom_attrs=opens_picker()),
        ),
        rx.cond(
            row.can_reply & ~row.live, _action("reply", t("message.reply"), "conversation/composer.js", "replyTo", row)
        ),
        rx.cond(row.live, None, _action("copy", t("message.copy"), "conversation/take_back.js", "copyText", row.id)),
        rx.cond(
            row.can_regenerate, _action("refresh-cw", t("message.regenerate"), "live/actions.js", "regenerate", row.id)
        ),
        rx.cond(row.can_edit, _action("pencil", t("message.edit"), "conversation/composer.js", "beginEdit", row)),
        rx.cond(
            row.can_delete,
            icon_button(
                "trash-2",
                t("message.delete"),
                tip="end",
                size=16,
                custom_attrs=opens("delete-message"),
                on_click=js.call("conversation/take_back.js", "choose", row.id),
            ),
        ),
        icon_button("ellipsis", t("message.more"), tip="end", size=16, custom_attrs=opens_menu()),
        class_name="message-actions",
        role="toolbar",
        aria_label=t("message.actions"),
    )


def _action(symbol: str, words: rx.Var[str], module: str, function: str, argument: rx.Var) -> rx.Component:
    return icon_button(symbol, words, size=16, on_click=js.call(module, function, argument))
