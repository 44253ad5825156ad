"""The conversations that support sees."""

import reflex as rx

from chat_app.ui.components.controls import AGAIN, button, icon, link_button
from chat_app.ui.components.display import badge
from chat_app.ui.components.floating import dialog, opens
from chat_app.ui.i18n import t, t_in
from chat_app.ui.support.shapes import RequestVar, SupportSessionVar
from chat_app.ui.support.state import SupportState
from chat_app.ui.times import ago, full_time, relative_time

_HISTORY = "help-history"


def session(it: rx.Var[SupportSessionVar]) -> rx.Component:
    """Return a conversation: its figures, its state and its actions."""
    return rx.el.li(
        rx.el.h2(it.name),
        rx.el.p(
            _state(it.help),
            rx.cond(it.assisted, badge(t("support.assisted"))),
            class_name="badges",
        ),
        rx.el.p(
            rx.cond(it.owner.name != "", _owner(it), t("people.gone")),
            " · ",
            t("room.people", count=it.people),
            " · ",
            t("support.active", time=relative_time(it.active_at)),
            class_name="meta",
            title=full_time(it.active_at),
        ),
        rx.cond(it.reason != "", rx.el.blockquote(it.reason)),
        rx.cond(
            it.asked_by != "",
            rx.el.p(t("support.askedBy", name=it.asked_by, time=relative_time(it.asked_at)), class_name="meta"),
        ),
        _figures(it),
        rx.el.p(_action(it), _history(it), class_name="outcome"),
        key=it.id,
    )


def _owner(it: rx.Var[SupportSessionVar]) -> rx.Component:
    """Return the owner's name, which narrows the list to their conversations."""
    return rx.el.button(
        it.owner.name,
        type="button",
        class_name="link",
        title=t("support.ofPerson", name=it.owner.name),
        on_click=SupportState.show_person(it.owner.username).throttle(AGAIN),
    )


def _state(state: rx.Var[str]) -> rx.Component:
    words = t_in("support.states", state)
    return rx.match(
        state, ("requested", badge(words, kind="amber")), ("taken", badge(words, kind="accent")), badge(words)
    )


def _figures(it: rx.Var[SupportSessionVar]) -> rx.Component:
    return rx.el.dl(
        _figure(t("support.started"), rx.el.span(ago(it.started_at), title=full_time(it.started_at))),
        _figure(t("support.messages"), it.messages),
        _figure(t("support.answers"), it.answers),
        _figure(t("support.tokens"), it.tokens),
        _figure(t("support.cost"), _known(it.cost, it.cost)),
        _figure(t("support.first"), _known(it.first, t("support.seconds", value=it.first))),
        _figure(t("support.answer"), _known(it.answer, t("support.seconds", value=it.answer))),
        _figure(t("support.longest"), _known(it.longest, t("support.seconds", value=it.longest))),
        class_name="support-figures",
    )


def _figure(label: rx.Var[str], value: rx.Var[str] | rx.Component) -> rx.Component:
    return rx.el.div(rx.el.dt(label), rx.el.dd(value))


def _known(raw: rx.Var[str], shown: rx.Var[str]) -> rx.Var[str]:
    return rx.cond(raw != "", shown, "–")


def _action(it: rx.Var[SupportSessionVar]) -> rx.Component:
    take = button(
        icon("life-buoy", 16), t("support.take"), kind="primary", on_click=SupportState.take(it.id).throttle(AGAIN)
    )
    may = SupportState.supports & ((it.help == "requested") | SupportState.joins)
    by_another = rx.el.span(t("support.helps", name=it.helper), class_name="meta")
    return rx.cond(
        it.help == "taken",
        rx.cond(it.mine, link_button(t("support.open"), href="/r/" + it.id, kind="primary"), by_another),
        rx.cond(may, take),
    )


def _history(it: rx.Var[SupportSessionVar]) -> rx.Component:
    return button(t("support.history"), on_click=SupportState.show_history(it.id), custom_attrs=opens(_HISTORY))


def history_dialog() -> rx.Component:
    """Return the dialog with all requests for help in a conversation, closed."""
    return dialog(
        _HISTORY,
        t("support.history"),
        rx.cond(
            SupportState.history.length() == 0,
            rx.el.p(t("support.noHistory"), class_name="meta"),
            rx.el.ul(rx.foreach(SupportState.history, _request), class_name="report-list log"),
        ),
    )


def _request(it: rx.Var[RequestVar]) -> rx.Component:
    asked = rx.cond(
        it.asked_by.name != "",
        t("support.askedBy", name=it.asked_by.name, time=full_time(it.asked_at)),
        t("support.unasked", time=full_time(it.asked_at)),
    )
    taken = t("support.takenBy", name=it.taken_by.name, time=full_time(it.taken_at))
    ended = rx.fragment(t_in("support.ends", it.ended), " · ", full_time(it.ended_at))
    return rx.el.li(
        rx.el.p(asked),
        rx.cond(it.reason != "", rx.el.blockquote(it.reason)),
        rx.cond(it.taken_by.name != "", rx.el.p(taken)),
        rx.cond(it.ended != "", rx.el.p(ended, class_name="meta")),
        rx.cond(it.note != "", rx.el.blockquote(it.note)),
        key=it.id,
    )
