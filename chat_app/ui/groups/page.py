"""The page ``/groups``."""

import reflex as rx

from chat_app.core.groups.commands import NAME_MAX
from chat_app.ui.components.controls import button, icon, icon_button, link_button
from chat_app.ui.components.display import empty, skeleton, who
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.components.forms import FormVars, field, form
from chat_app.ui.components.person_field import person_field
from chat_app.ui.groups.state import GroupsState
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.live.room_shapes import GroupVar
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.live.vars import COUNTS
from chat_app.ui.usage.budgets import budgets

_END = "delete-group"
_CHOSEN = GroupsState.chosen
_NEW = FormVars("newGroup", state=GroupsState, send=GroupsState.create)
_ADD = FormVars("addPerson", state=GroupsState, send=GroupsState.add)
_RENAME = FormVars("renameGroup", state=GroupsState, send=GroupsState.rename)


def page() -> rx.Component:
    """Return the page."""
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("groups.title")), class_name="room-header"),
        rx.el.div(
            rx.el.div(
                rx.match(
                    GroupsState.status,
                    ("ready", rx.fragment(_list(), rx.cond(_CHOSEN.id != "", _chosen()))),
                    ("failed", empty(t("groups.failedTitle"), button(t("common.retry"), on_click=GroupsState.load))),
                    _loading(),
                ),
                class_name="settings",
            ),
            class_name="scrolls",
        ),
    )


def _list() -> rx.Component:
    """Return all groups, and the form that makes one."""
    groups = GroupsState.groups
    name = field(
        "name",
        t("groups.new"),
        error=_NEW.error("name"),
        form="group",
        required=True,
        max_length=NAME_MAX,
        auto_complete="off",
    )
    return rx.el.section(
        rx.el.p(t("groups.hint"), class_name="meta"),
        rx.cond(groups.length() > 0, rx.el.ul(rx.foreach(groups, _tab), class_name="group-list")),
        form(_NEW, name, submit=t("groups.make"), line=True, empties=True, next="person-who"),
    )


def _tab(group: rx.Var[GroupVar]) -> rx.Component:
    return rx.el.li(
        link_button(
            icon("users", 16),
            rx.el.span(group.name, class_name="truncate"),
            rx.el.span(group.people, class_name="meta"),
            href="/groups?group=" + group.id,
            replace=True,
            aria_current=rx.cond(group.id == _CHOSEN.id, "page", "false"),
        ),
        key=group.id,
    )


def _chosen() -> rx.Component:
    """Return the chosen group."""
    return rx.el.section(
        rx.el.h2(_CHOSEN.name),
        rx.cond(
            _CHOSEN.members.length() == 0,
            rx.el.p(t("groups.nobody"), class_name="meta"),
            rx.el.ul(rx.foreach(_CHOSEN.members, _person), class_name="member-list"),
        ),
        form(
            _ADD,
            person_field("person", "who", t("groups.who"), error=_ADD.error("who")),
            submit=t("groups.add"),
            line=True,
            empties=True,
        ),
        _rename(),
        rx.cond(COUNTS, budgets("group", _CHOSEN.id)),
        button(
            icon("trash-2", 16), t("groups.delete"), kind="danger", class_name="own-width", custom_attrs=opens(_END)
        ),
        confirm(_END, "groups.delete", on_click=GroupsState.end),
    )


def _rename() -> rx.Component:
    name = field(
        "name",
        t("groups.name"),
        error=_RENAME.error("name"),
        form="rename",
        default_value=_CHOSEN.name,
        key=_CHOSEN.id,
        required=True,
        max_length=NAME_MAX,
        auto_complete="off",
    )
    return form(_RENAME, name, submit=t("groups.rename"), line=True)


def _person(person: rx.Var[PersonVar]) -> rx.Component:
    return rx.el.li(
        who(person),
        icon_button("x", t("groups.remove"), tip="end", on_click=GroupsState.remove(person.id)),
        key=person.id,
    )


def _loading() -> rx.Component:
    lines = [skeleton(width, "36px") for width in ("60%", "100%", "40%")]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
