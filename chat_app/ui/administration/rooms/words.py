"""The words for a room on the pages of the staff."""

from typing import Any

import reflex as rx

from chat_app.ui.components.display import badge
from chat_app.ui.i18n import t, t_in


def name_of(it: Any) -> rx.Var[str]:
    """Return the name of a room, or its kind if the name is not shown."""
    return rx.cond(it.name != "", it.name, t_in("siteRooms.unnamed", it.kind)).to(str)


def marks(it: Any) -> rx.Component:
    """Return the special properties of a room."""
    return rx.el.span(
        rx.cond(it.archived_at != "", badge(t("siteRooms.archived"))),
        rx.cond(it.owner_gone, badge(t("siteRooms.withoutOwner"), kind="amber")),
        rx.cond(it.reports > 0, badge(t("siteRooms.reported", count=it.reports), kind="amber")),
        rx.cond(it.assisted, badge(t("siteRooms.assisted"))),
        class_name="badges",
    )


def number(value: Any) -> rx.Var[str]:
    """Return a whole number in the reader's language."""
    return t("usage.number", n=value)
