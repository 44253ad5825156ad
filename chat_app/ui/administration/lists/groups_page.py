"""The page ``/admin/groups``: the list of groups, and a single group."""

from itertools import chain
from typing import Any

import reflex as rx

from chat_app.core.access.site import SitePermission
from chat_app.core.administration.groups import GroupSource
from chat_app.core.groups.commands import NAME_MAX
from chat_app.ui.administration.frame import admin_page, by_status, may
from chat_app.ui.administration.lists.groups_state import PEOPLE_SHOWN, SiteGroupsState, SiteGroupVar
from chat_app.ui.components.controls import AGAIN, button, icon, link
from chat_app.ui.components.display import empty, notice, who
from chat_app.ui.components.filters import choice, counted, filter_panel, search_field
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.components.forms import FormVars, field, form
from chat_app.ui.components.tables import Column, list_table
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.times import day_in_full

_CHOSEN: SiteGroupVar = SiteGroupsState.chosen  # type: ignore[assignment]
_RENAME = FormVars("renameSiteGroup", state=SiteGroupsState, send=SiteGroupsState.rename)


def page() -> rx.Component:
    """Return the page."""
    content = rx.cond(_CHOSEN.id != "", _group(), rx.fragment(_filters(), _list()))
    return admin_page(
        t("administration.groups"),
        rx.el.div(by_status(SiteGroupsState.status, content, SiteGroupsState.load), class_name="moderation wide"),
    )


def _filters() -> rx.Component:
    state = SiteGroupsState
    sources = {each.value: t(f"siteGroups.sources.{each.value}") for each in GroupSource}
    return filter_panel(
        "site_groups",
        choice(t("siteGroups.source"), {"": t("siteGroups.anySource")} | sources, state.source, state.narrow),
        active=counted(state.source),
        search=search_field(t("siteGroups.search"), t("siteGroups.searchHint"), state),
    )


def _list() -> rx.Component:
    more = button(t("common.more"), on_click=SiteGroupsState.show_more.throttle(AGAIN))
    columns = (
        Column(t("siteGroups.group"), _name),
        Column(t("siteGroups.source"), lambda it: t_in("siteGroups.sources", it.source)),
        Column(t("siteGroups.owner"), lambda it: rx.el.span("@", it.owner.username)),
        Column(t("siteGroups.members"), lambda it: it.members, "number"),
        Column(t("siteGroups.created"), lambda it: day_in_full(it.created_at), "number"),
    )
    groups = SiteGroupsState.groups
    return rx.fragment(
        notice(t("siteGroups.hint")),
        rx.cond(
            groups.length() == 0,
            empty(t("siteGroups.none"), symbol="users-round"),
            list_table(t("administration.groups"), columns, groups, lambda it: it.id),
        ),
        rx.cond(SiteGroupsState.more, rx.el.div(more, class_name="show-more")),
    )


def _name_of(it: Any) -> rx.Var[str]:
    return rx.cond(it.name != "", it.name, t("siteGroups.unnamed")).to(str)


def _name(it: rx.Var[SiteGroupVar]) -> rx.Component:
    return link(_name_of(it), href="/admin/groups?group=" + it.id, class_name="row-link")


def _group() -> rx.Component:
    owner = link(
        _CHOSEN.owner.name,
        " @",
        _CHOSEN.owner.username,
        href="/admin/people?person=" + _CHOSEN.owner.id,
        class_name="link",
    )
    facts = (
        (t("siteGroups.source"), t_in("siteGroups.sources", _CHOSEN.source)),
        (t("siteGroups.owner"), owner),
        (t("siteGroups.members"), _CHOSEN.members),
        (t("siteGroups.created"), day_in_full(_CHOSEN.created_at)),
    )
    remarks = rx.match(
        _CHOSEN.source,
        ("person", notice(t("siteGroups.private"))),
        ("directory", notice(t("siteGroups.fromDirectory"))),
        rx.fragment(),
    )
    return rx.fragment(
        link(icon("arrow-left", 16), t("siteGroups.back"), href="/admin/groups", class_name="link back"),
        rx.el.h2(_name_of(_CHOSEN)),
        remarks,
        rx.el.dl(*chain(*((rx.el.dt(name), rx.el.dd(value)) for name, value in facts)), class_name="admin-facts"),
        rx.cond(_CHOSEN.source != "person", _people()),
        rx.cond(may(SitePermission.MANAGE_ROOMS), _acts()),
        confirm("delete-site-group", "siteGroups.delete", on_click=SiteGroupsState.delete),
    )


def _people() -> rx.Component:
    return rx.el.section(
        rx.el.h3(t("siteGroups.people")),
        rx.cond(
            SiteGroupsState.people.length() > 0,
            rx.el.ul(rx.foreach(SiteGroupsState.people, _person), class_name="admin-list"),
            rx.el.p(t("siteGroups.nobody"), class_name="meta"),
        ),
        rx.cond(
            _CHOSEN.members > PEOPLE_SHOWN, rx.el.p(t("siteGroups.firstPeople", n=PEOPLE_SHOWN), class_name="meta")
        ),
    )


def _person(it: rx.Var[PersonVar]) -> rx.Component:
    return rx.el.li(who(it), class_name="admin-row", key=it.id)


def _acts() -> rx.Component:
    name = field(
        "name",
        t("groups.name"),
        error=_RENAME.error("name"),
        form="rename-site-group",
        default_value=_CHOSEN.name,
        max_length=NAME_MAX,
        required=True,
    )
    rename = form(_RENAME, name, submit=t("groups.rename"), line=True, key=_CHOSEN.id)
    return rx.el.section(
        rx.el.h3(t("siteRooms.acts")),
        rx.cond(_CHOSEN.source == "models", rename),
        rx.el.div(
            button(t("siteGroups.delete"), kind="danger", custom_attrs=opens("delete-site-group")), class_name="buttons"
        ),
    )
