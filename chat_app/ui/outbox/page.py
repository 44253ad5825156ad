"""The page ``/admin/outbox``, where the admin of a site without a mail server reads its mail."""

import reflex as rx

from chat_app.core.mail.queries import MailView
from chat_app.ui.administration.frame import admin_page, by_status, refresh_button
from chat_app.ui.components.display import badge, empty, notice
from chat_app.ui.i18n import t
from chat_app.ui.outbox.state import OutboxState
from chat_app.ui.times import full_time


def page() -> rx.Component:
    """Return the page."""
    return admin_page(
        t("outbox.title"),
        rx.el.div(by_status(OutboxState.status, _mails(), OutboxState.load), class_name="settings"),
        controls=(refresh_button(OutboxState.status, OutboxState.load),),
    )


def _mails() -> rx.Component:
    mails = OutboxState.mails
    return rx.el.section(
        rx.cond(OutboxState.delivers, None, notice(t("outbox.kept"), kind="amber")),
        rx.cond(
            mails.length() == 0,
            empty(t("outbox.empty"), symbol="mail"),
            rx.el.ul(rx.foreach(mails, _mail), class_name="invitation-list"),
        ),
    )


def _mail(mail: rx.Var[MailView]) -> rx.Component:
    return rx.el.li(
        rx.el.p(
            rx.el.b(rx.cond(mail.subject != "", mail.subject, t("outbox.mail"))),
            " ",
            rx.match(
                mail.state,
                ("waiting", badge(t("outbox.waiting"), kind="amber")),
                ("given_up", badge(t("outbox.givenUp"))),
                rx.fragment(),
            ),
        ),
        rx.el.p(mail.address, " · ", full_time(mail.at), class_name="meta"),
        rx.cond(mail.text != "", rx.el.pre(mail.text, class_name="mail-text", tab_index=0)),
        key=mail.id,
    )
