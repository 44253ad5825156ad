"""The inbox of invitations: a button with a badge, and its dialog."""

import reflex as rx

from chat_app.ui.components.controls import button, icon, icon_button, link_button
from chat_app.ui.components.display import badge, empty
from chat_app.ui.components.floating import closes, dialog, opens
from chat_app.ui.i18n import t, t_in
from chat_app.ui.invitations import acts
from chat_app.ui.live.room_shapes import InvitationVar
from chat_app.ui.live.vars import INBOX
from chat_app.ui.times import relative_time


def inbox_button() -> rx.Component:
    """Return the button that opens the inbox and shows its number."""
    waiting = INBOX.length()
    return rx.el.span(
        icon_button("inbox", t("inbox.title"), tip="bottom", custom_attrs=opens(acts.INBOX)),
        rx.cond(
            waiting > 0,
            badge(waiting, rx.el.span(t("inbox.waiting"), class_name="visually-hidden"), kind="accent", role="status"),
        ),
        class_name="with-badge",
    )


def inbox_dialog() -> rx.Component:
    """Return the dialog with the person's invitations."""
    return dialog(
        acts.INBOX,
        t("inbox.title"),
        rx.cond(
            INBOX.length() == 0,
            empty(
                t("inbox.empty"),
                link_button(t("people.search"), href="/people", custom_attrs=closes()),
                symbol="inbox",
            ),
            rx.el.ul(rx.foreach(INBOX, _invitation), class_name="invitation-list"),
        ),
    )


def _invitation(invitation: rx.Var[InvitationVar]) -> rx.Component:
    role = t_in("roles", invitation.role)
    return rx.el.li(
        rx.el.p(rx.el.b(invitation.room.name), class_name="truncate"),
        rx.el.p(
            rx.cond(
                invitation.inviter,
                t("inbox.from", name=invitation.inviter.name, role=role),
                t("inbox.fromNobody", role=role),
            ),
            " · ",
            relative_time(invitation.at),
            class_name="meta",
        ),
        rx.cond(invitation.room.description != "", rx.el.p(invitation.room.description, class_name="meta pre-line")),
        rx.el.div(
            button(icon("check", 16), t("inbox.accept"), kind="primary", on_click=acts.accept(invitation.id)),
            button(t("inbox.decline"), on_click=acts.decline(invitation.id)),
            class_name="buttons",
        ),
        key=invitation.id,
    )
