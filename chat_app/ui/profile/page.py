"""The page ``/u/[username]``: a person, and what one can do about them."""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from chat_app.ui.components.controls import button, icon, link, link_button
from chat_app.ui.components.display import avatar, empty, notice, presence_words, skeleton
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.i18n import day_in_full, t
from chat_app.ui.layouts.shell import shell, sidebar_button
from chat_app.ui.live.vars import ME
from chat_app.ui.safety.report import report_dialog, reports

_MODULE = "$/public/people/profile.js"
_BLOCK = "block-profile"


def page() -> rx.Component:
    """Return the page."""
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("people.profile")), class_name="room-header"),
        rx.el.div(
            rx.match(
                _profile("status", str),
                ("ready", _ready()),
                ("absent", empty(t("people.absent"), link_button(t("notFound.home"), href="/"))),
                ("failed", empty(t("people.failed"), button(t("common.retry"), special_props=[_does("retry")]))),
                _loading(),
            ),
            class_name="scrolls",
        ),
    )


def _ready() -> rx.Component:
    name = _person("name", str)
    return rx.el.div(
        rx.el.section(
            avatar(_person("id", str), name, _person("color", str), _person("avatar", int), size="large"),
            rx.el.div(
                rx.el.h2(name),
                rx.el.p("@", _person("username", str), class_name="meta"),
                rx.cond(
                    _person("presence", dict),
                    rx.el.p(
                        presence_words(_person("presence?.state", str), _person("presence?.seen", str)),
                        class_name="meta",
                    ),
                ),
                rx.el.p(t("people.since", date=day_in_full(_person("since", str))), class_name="meta"),
            ),
            class_name="person-card",
        ),
        rx.cond(ME.id == _person("id", str), _own(), _other()),
        class_name="settings",
    )


def _own() -> rx.Component:
    return rx.el.section(
        rx.el.p(t("people.own"), class_name="meta"),
        rx.el.div(link_button(icon("pencil", 16), t("people.edit"), href="/settings"), class_name="buttons"),
    )


def _other() -> rx.Component:
    rooms = _person("rooms", list[dict[str, str]])
    return rx.fragment(
        rx.el.section(rx.cond(_person("blocked", bool), _when_blocked(), _what_one_can_do())),
        rx.cond(
            rooms.length() > 0,
            rx.el.section(
                rx.el.h2(t("people.sharedRooms")),
                rx.el.ul(
                    rx.foreach(
                        rooms, lambda room: rx.el.li(link(room["name"], href="/r/" + room["id"]), key=room["id"])
                    ),
                    class_name="plain-list",
                ),
            ),
        ),
        confirm(_BLOCK, "people.block", special_props=[_does("block")]),
        report_dialog(),
    )


def _what_one_can_do() -> rx.Component:
    busy = _profile("busy", str)
    message = button(
        icon("message-circle", 16),
        t("people.message"),
        kind="primary",
        busy=busy == "message",
        special_props=[_does("message")],
    )
    kept = _person("contact", bool)
    contact = button(  # one for both, so that it keeps the focus
        rx.cond(kept, icon("user-minus", 16), icon("user-plus", 16)),
        rx.cond(kept, t("people.letGo"), t("people.keep")),
        busy=busy == "contact",
        special_props=[_does("contact")],
    )
    block = button(icon("ban", 16), t("people.block"), kind="danger", busy=busy == "block", custom_attrs=opens(_BLOCK))
    return rx.fragment(
        rx.el.div(message, contact, class_name="buttons"), rx.el.div(block, _report(), class_name="buttons")
    )


def _report() -> rx.Component:
    return button(icon("flag", 16), t("safety.report"), **reports("users", _person("id", str)))


def _when_blocked() -> rx.Component:
    return rx.fragment(
        notice(t("people.blockedNote")),
        rx.el.div(
            button(t("people.unblock"), busy=_profile("busy", str) == "block", special_props=[_does("unblock")]),
            _report(),
            class_name="buttons",
        ),
    )


def _loading() -> rx.Component:
    lines = [skeleton("72px", "72px", round=True), skeleton("40%", "28px"), skeleton("30%"), skeleton("60%", "36px")]
    return rx.el.div(*lines, class_name="settings form", aria_busy=True, aria_label=t("common.loading"), role="status")


def _person(member: str, kind: Any) -> rx.Var[Any]:
    return _profile(f"person.{member}", kind)


def _profile(member: str, kind: Any) -> rx.Var[Any]:
    data = VarData(hooks={"const profile = useProfile()": None}, imports={_MODULE: [ImportVar(tag="useProfile")]})
    return rx.Var(f"profile.{member}", _var_type=kind, _var_data=data).to(kind)


def _does(action: str) -> rx.Var[Any]:
    data = VarData(imports={_MODULE: [ImportVar(tag="actions", alias="profiling")]})
    return rx.Var(f"{{onClick: profiling.{action}}}", _var_data=data)
