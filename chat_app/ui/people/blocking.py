"""The dialog that blocks a person, and the note about an existing block."""

import reflex as rx

from chat_app.ui.acts import people as acts
from chat_app.ui.components.controls import button, icon
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.i18n import t
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.live.vars import ROOM

DIALOG = "block-person"


def block_button(person: rx.Var[PersonVar], is_blocked: rx.Var[bool]) -> rx.Component:
    """Return the button that blocks a person, by :func:`block_dialog`, or unblocks them."""
    return rx.cond(
        person.name != "",
        rx.cond(
            is_blocked,
            button(icon("undo-2", 16), t("people.unblock"), kind="plain", on_click=acts.unblock(person.username)),
            button(icon("ban", 16), t("people.block"), kind="danger", class_name="plain", custom_attrs=opens(DIALOG)),
        ),
    )


def block_dialog(person: rx.Var[PersonVar]) -> rx.Component:
    """Return the dialog that asks for confirmation before a person is blocked."""
    return confirm(DIALOG, "people.block", on_click=acts.block(person.username))


def closed_note() -> rx.Component:
    """Return why nothing can be written in a direct chat."""
    unblock = rx.el.button(
        t("people.unblock"), type="button", class_name="link", on_click=acts.unblock(ROOM.person.username)
    )
    return rx.cond(ROOM.person_blocked, rx.fragment(t("people.blockedNote"), " ", unblock), t("people.closedNote"))
