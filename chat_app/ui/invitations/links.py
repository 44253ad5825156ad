"""A room's invite links, in the invite dialog."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.acts import rooms as acts
from chat_app.ui.acts.state import Acts
from chat_app.ui.components.controls import button, icon, icon_button
from chat_app.ui.components.forms import FormVars, whole_error
from chat_app.ui.i18n import t, t_in
from chat_app.ui.invitations.parts import choices, role_select, room_field
from chat_app.ui.live.room_shapes import LinkVar
from chat_app.ui.live.vars import LINKS, ROOM
from chat_app.ui.times import full_time

_FORM = FormVars("inviteLink", state=Acts, send=acts.make_link)


def links() -> rx.Component:
    """Return the links that work, and the form that makes another."""
    return rx.el.section(
        rx.el.h3(t("invite.links")),
        rx.el.p(t("invite.hint"), class_name="meta"),
        rx.el.ul(
            rx.cond(LINKS.length() == 0, rx.el.li(t("invite.none"), class_name="meta"), rx.foreach(LINKS, _link)),
            class_name="link-list",
        ),
        _FORM.element(
            room_field(),
            rx.el.div(
                role_select(),
                choices(
                    "hours",
                    "invite.expires",
                    {"": "invite.never", "1": "invite.hour", "24": "invite.day", "168": "invite.week"},
                ),
                choices("uses", "invite.uses", {"": "invite.unlimited", "1": "invite.once", "10": "invite.ten"}),
                class_name="form-row",
            ),
            whole_error(_FORM),
            rx.el.div(
                button(icon("link", 16), t("invite.make"), type="submit", busy=_FORM.busy()), class_name="actions"
            ),
            class_name="form",
        ),
    )


def _link(link: rx.Var[LinkVar]) -> rx.Component:
    uses = rx.cond(
        link.max_uses,
        t("invite.used", uses=link.uses, max=link.max_uses),
        t("invite.usedFree", count=link.uses),
    )
    until = rx.cond(link.expires_at, t("invite.until", date=full_time(link.expires_at)), t("invite.forever"))
    code = rx.Var.create(f"qr-{link.id}")
    return rx.el.li(
        rx.cond(
            link.sent_to,
            rx.el.p(icon("mail", 16), t("invite.sentTo", address=link.sent_to), class_name="sent-to truncate"),
            rx.el.input(
                value=link.address,
                id=link.id,
                read_only=True,
                class_name="input",
                aria_label=t("invite.address"),
                **js.props("invitations/links.js", "addressProps"),
            ),
        ),
        rx.el.p(t_in("roles", link.role), " · ", uses, " · ", until, class_name="meta"),
        icon_button("qr-code", t("invite.qr"), custom_attrs={"popovertarget": code}),
        icon_button("copy", t("invite.copy"), on_click=js.call("components/copy.js", "copyAndSay", link.address)),
        icon_button("trash-2", t("invite.revoke"), tip="end", on_click=acts.revoke_link(ROOM.id, link.id)),
        rx.el.div(
            rx.el.img(src=f"/api/v1/rooms/{ROOM.id}/invite-links/{link.id}/qr", alt=t("invite.qr"), loading="lazy"),
            rx.el.p(t("invite.qrHint"), class_name="meta"),
            id=code,
            class_name="qr",
            custom_attrs={"popover": "auto"},
        ),
        key=link.id,
        class_name=rx.cond(link.made, "made", ""),
    )
