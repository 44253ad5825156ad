"""The page ``/admin/storage``: the storage that files use, and refused files."""

from itertools import chain
from typing import Any

import reflex as rx

from chat_app.core.access.site import SitePermission
from chat_app.ui.administration.frame import admin_page, by_status, may
from chat_app.ui.administration.lists.storage_state import SiteFileVar, StorageState, StorageVar
from chat_app.ui.components.controls import button, link
from chat_app.ui.components.display import empty, notice
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.components.sizes import size_of
from chat_app.ui.components.tables import Column, list_table
from chat_app.ui.i18n import t, t_in
from chat_app.ui.times import day_in_full

_TOTAL: StorageVar = StorageState.total  # type: ignore[assignment]


def page() -> rx.Component:
    """Return the page."""
    nothing = (_TOTAL.files == 0) & (StorageState.refused.length() == 0)
    content = rx.fragment(
        notice(t("storage.hint")), _totals(), rx.cond(nothing, empty(t("storage.none"), symbol="hard-drive"), _tables())
    )
    return admin_page(
        t("storage.title"),
        rx.el.div(by_status(StorageState.status, content, StorageState.load), class_name="moderation wide"),
        confirm("delete-refused-file", "storage.delete", on_click=StorageState.delete),
    )


def _totals() -> rx.Component:
    facts: tuple[tuple[Any, Any], ...] = (
        (t("storage.used"), size_of(_TOTAL.used)),
        (t("storage.files"), t("usage.number", n=_TOTAL.files)),
        (t("storage.left"), t("storage.leftHint", n=_TOTAL.left_files, size=size_of(_TOTAL.left_size))),
        (t("storage.quotaSite"), _quota(_TOTAL.quota_site)),
        (t("storage.quotaRoom"), _quota(_TOTAL.quota_room)),
        (t("storage.quotaPerson"), _quota(_TOTAL.quota_person)),
    )
    return rx.el.dl(*chain(*((rx.el.dt(name), rx.el.dd(value)) for name, value in facts)), class_name="admin-facts")


def _quota(value: Any) -> rx.Var[str]:
    return rx.cond(value > 0, size_of(value), t("storage.unlimited"))


def _tables() -> rx.Component:
    refused = StorageState.refused
    return rx.fragment(
        _section(t("storage.byKind"), _spaces(t("storage.byKind"), t("storage.kind"), _kind, StorageState.kinds)),
        _section(t("storage.byRoom"), _spaces(t("storage.byRoom"), t("storage.room"), _room, StorageState.rooms)),
        _section(
            t("storage.byPerson"), _spaces(t("storage.byPerson"), t("storage.person"), _person, StorageState.people)
        ),
        _section(t("storage.largest"), _largest()),
        _section(
            t("storage.refused"),
            rx.cond(refused.length() == 0, rx.el.p(t("storage.noRefused"), class_name="meta"), _refused()),
        ),
    )


def _section(title: rx.Var[str], content: rx.Component) -> rx.Component:
    return rx.el.section(rx.el.h2(title), content)


def _spaces(caption: rx.Var[str], title: rx.Var[str], name: Any, rows: rx.Var[Any]) -> rx.Component:
    columns = (
        Column(title, name),
        Column(t("storage.files"), lambda it: t("usage.number", n=it.files), "number"),
        Column(t("storage.size"), lambda it: size_of(it.size), "number"),
    )
    return _listed(rows, list_table(caption, columns, rows, lambda it: it.key))


def _listed(rows: rx.Var[Any], table: rx.Component) -> rx.Component:
    return rx.cond(rows.length() == 0, rx.el.p(t("storage.nothing"), class_name="meta"), table)


def _kind(it: Any) -> rx.Var[str]:
    return t_in("storage.kinds", it.key)


def _room(it: Any) -> rx.Component:
    name = rx.cond(it.name != "", it.name, t("storage.unnamed"))
    return link(name, href="/admin/rooms?room=" + it.key, class_name="row-link")


def _person(it: Any) -> rx.Component:
    return link(it.name, href="/admin/people?person=" + it.key, class_name="row-link")


def _of_files() -> tuple[Column, ...]:
    return (
        Column(t("storage.kind"), lambda it: t_in("storage.kinds", it.kind)),
        Column(t("storage.type"), lambda it: rx.cond(it.type != "", it.type, "–")),
        Column(t("storage.size"), lambda it: size_of(it.size), "number"),
        Column(t("storage.person"), lambda it: rx.cond(it.uploader != "", it.uploader, t("storage.gone"))),
        Column(t("storage.uploaded"), lambda it: day_in_full(it.created_at), "number"),
    )


def _largest() -> rx.Component:
    rows = StorageState.largest
    return _listed(rows, list_table(t("storage.largest"), _of_files(), rows, lambda it: it.id))


def _refused() -> rx.Component:
    columns = (Column(t("storage.reason"), lambda it: t_in("errors", it.problem)), *_of_files()[2:])
    acts = Column(t("storage.acts"), _delete, "acts")
    caption, rows = t("storage.refused"), StorageState.refused
    return rx.cond(
        may(SitePermission.MANAGE_ROOMS),
        list_table(caption, (*columns, acts), rows, lambda it: it.id),
        list_table(caption, columns, rows, lambda it: it.id),
    )


def _delete(it: rx.Var[SiteFileVar]) -> rx.Component:
    return button(
        t("storage.delete"),
        kind="danger",
        custom_attrs=opens("delete-refused-file"),
        on_click=StorageState.choose(it.id),
    )
