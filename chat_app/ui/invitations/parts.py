"""The common parts of the invite dialog's forms."""

from typing import Any

import reflex as rx

from chat_app.ui.i18n import t
from chat_app.ui.live.vars import ROOM


def room_field() -> rx.Component:
    """Return the hidden field that names a form's room; the server checks the right."""
    return rx.el.input(type="hidden", name="room", value=ROOM.id, read_only=True)


def select(name: str, label: rx.Var[str], *options: Any) -> rx.Component:
    """Return a labelled choice."""
    return rx.el.label(rx.el.span(label, class_name="meta"), rx.el.select(*options, name=name, class_name="input"))


def role_select() -> rx.Component:
    """Return the role that those get who come in."""
    roles = ("member", "guest", "reader", "admin")
    return select("role", t("invite.role"), *(rx.el.option(t(f"roles.{role}"), value=role) for role in roles))


def choices(name: str, label: str, options: dict[str, str]) -> rx.Component:
    """Return a labelled choice among texts of the catalogue."""
    return select(name, t(label), *(rx.el.option(t(words), value=value) for value, words in options.items()))
