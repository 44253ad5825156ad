"""The page ``/groups``."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from chat_app.core.groups.commands import NAME_MAX
from chat_app.ui.components.controls import button, icon, icon_button
from chat_app.ui.components.display import empty, skeleton, who
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.components.forms import FormVars, field, form
from chat_app.ui.components.person_field import person_field
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell, sidebar_button
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.live.vars import hooked, on_click

_MODULE = "people/groups.js"
_END = "delete-group"


@dataclass
class GroupVar:
    """A group and who is in it."""

    id: str
    name: str
    members: list[PersonVar]


def page() -> rx.Component:
    """Return the page."""
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("groups.title")), class_name="room-header"),
        rx.el.div(
            rx.el.div(
                rx.match(
                    _groups("status", str),
                    ("ready", rx.fragment(_list(), _chosen())),
                    (
                        "failed",
                        empty(
                            t("groups.failedTitle"),
                            button(t("common.retry"), special_props=[on_click(_MODULE, "retry")]),
                        ),
                    ),
                    _loading(),
                ),
                class_name="settings",
            ),
            class_name="scrolls",
        ),
    )


def _list() -> rx.Component:
    """All groups, and the form that makes one."""
    groups, new = _groups("groups", list[GroupVar]), _form("newGroup")
    return rx.el.section(
        rx.el.p(t("groups.hint"), class_name="meta"),
        rx.cond(groups.length() > 0, rx.el.ul(rx.foreach(groups, _tab), class_name="group-list")),
        form(
            new,
            field(
                "name",
                t("groups.new"),
                error=new.error("name"),
                form="group",
                required=True,
                max_length=NAME_MAX,
                auto_complete="off",
            ),
            submit=t("groups.make"),
            line=True,
        ),
    )


def _tab(group: rx.Var[GroupVar]) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            icon("users", 16),
            rx.el.span(group.name, class_name="truncate"),
            rx.el.span(group.members.length(), class_name="meta"),
            type="button",
            class_name="button",
            aria_pressed=group.id == _chosen_group().id,
            special_props=[on_click(_MODULE, "choose", group.id)],
        ),
        key=group.id,
    )


def _chosen() -> rx.Component:
    """The group that is looked at."""
    group, add = _chosen_group(), _form("addPerson")
    return rx.cond(
        group,
        rx.el.section(
            rx.el.h2(group.name),
            rx.cond(
                group.members.length() == 0,
                rx.el.p(t("groups.nobody"), class_name="meta"),
                rx.el.ul(rx.foreach(group.members, _person), class_name="member-list"),
            ),
            form(
                add,
                person_field("person", "who", t("groups.who"), error=add.error("who")),
                submit=t("groups.add"),
                line=True,
            ),
            _rename(group),
            button(
                icon("trash-2", 16),
                t("groups.delete"),
                kind="danger",
                class_name="own-width",
                custom_attrs=opens(_END),
            ),
            confirm(_END, "groups.delete", special_props=[on_click(_MODULE, "endGroup")]),
        ),
    )


def _rename(group: Any) -> rx.Component:
    rename = _form("renameGroup")
    name = field(
        "name",
        t("groups.name"),
        error=rename.error("name"),
        form="rename",
        default_value=group.name,
        key=group.id,
        required=True,
        max_length=NAME_MAX,
        auto_complete="off",
    )
    return form(rename, name, submit=t("groups.rename"), line=True)


def _person(person: rx.Var[PersonVar]) -> rx.Component:
    return rx.el.li(
        who(person),
        icon_button("x", t("groups.remove"), tip="end", special_props=[on_click(_MODULE, "removePerson", person.id)]),
        key=person.id,
    )


def _loading() -> rx.Component:
    lines = [skeleton(width, "36px") for width in ("60%", "100%", "40%")]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")


def _groups(name: str, kind: Any) -> rx.Var[Any]:
    return hooked(name, "useGroups", _MODULE, kind)


def _chosen_group() -> Any:
    return _groups("chosen", GroupVar)


def _form(name: str) -> FormVars:
    return FormVars(name, f"$/public/{_MODULE}")
