"""The page ``/admin/invitations``: the links that work and the pending invitations of the whole site."""

import reflex as rx

from chat_app.core.access.site import SitePermission
from chat_app.core.administration.invitations import InvitationKind
from chat_app.ui.administration.frame import admin_page, by_status, may
from chat_app.ui.administration.lists.invitations_state import RoomInvitationsState, RoomInvitationVar
from chat_app.ui.components.controls import AGAIN, button, link
from chat_app.ui.components.display import badge, empty
from chat_app.ui.components.filters import choice, counted, filter_panel, search_field
from chat_app.ui.components.floating import confirm, opens
from chat_app.ui.components.tables import Column, list_table
from chat_app.ui.i18n import t, t_in
from chat_app.ui.times import day_in_full


def page() -> rx.Component:
    """Return the page."""
    content = rx.fragment(_filters(), _list())
    return admin_page(
        t("siteInvitations.title"),
        rx.el.div(
            by_status(RoomInvitationsState.status, content, RoomInvitationsState.load), class_name="moderation wide"
        ),
        confirm("revoke-invitation", "siteInvitations.revoke", on_click=RoomInvitationsState.revoke),
    )


def _filters() -> rx.Component:
    state = RoomInvitationsState
    kinds = {each.value: t(f"siteInvitations.kinds.{each.value}") for each in InvitationKind}
    return filter_panel(
        "site_invitations",
        choice(t("siteInvitations.kind"), {"": t("siteInvitations.anyKind")} | kinds, state.kind, state.narrow),
        active=counted(state.kind),
        search=search_field(t("siteInvitations.search"), t("siteInvitations.searchHint"), state),
    )


def _list() -> rx.Component:
    more = button(t("common.more"), on_click=RoomInvitationsState.show_more.throttle(AGAIN))
    columns = (
        Column(t("siteInvitations.to"), _to),
        Column(t("siteInvitations.room"), _room),
        Column(t("siteInvitations.role"), lambda it: t_in("roles", it.role)),
        Column(t("siteInvitations.by"), lambda it: rx.cond(it.made_by.username != "", "@" + it.made_by.username, "–")),
        Column(t("siteInvitations.uses"), _uses, "number"),
        Column(t("siteInvitations.expires"), _expiry),
    )
    acts = Column(t("siteInvitations.acts"), _revoke, "acts")
    found = RoomInvitationsState.invitations
    caption = t("siteInvitations.title")
    return rx.fragment(
        rx.cond(
            found.length() == 0,
            empty(t("siteInvitations.none"), symbol="mail-plus"),
            rx.cond(
                may(SitePermission.MANAGE_ROOMS),
                list_table(caption, (*columns, acts), found, lambda it: it.id),
                list_table(caption, columns, found, lambda it: it.id),
            ),
        ),
        rx.cond(RoomInvitationsState.more, rx.el.div(more, class_name="show-more")),
    )


def _to(it: rx.Var[RoomInvitationVar]) -> rx.Component:
    return rx.fragment(
        rx.el.span(rx.cond(it.address != "", it.address, t("siteInvitations.anybody"))),
        " ",
        badge(t_in("siteInvitations.kinds", it.kind)),
    )


def _room(it: rx.Var[RoomInvitationVar]) -> rx.Component:
    name = rx.cond(it.room_name != "", it.room_name, t("siteInvitations.unnamed"))
    return link(name, href="/admin/rooms?room=" + it.room_id, class_name="row-link")


def _uses(it: rx.Var[RoomInvitationVar]) -> rx.Var[str]:
    return rx.cond(
        it.max_uses > 0,
        t("siteInvitations.ofUses", uses=it.uses, most=it.max_uses),
        it.uses.to_string(),
    )


def _expiry(it: rx.Var[RoomInvitationVar]) -> rx.Var[str]:
    return rx.cond(it.expires_at != "", day_in_full(it.expires_at), t("siteInvitations.never"))


def _revoke(it: rx.Var[RoomInvitationVar]) -> rx.Component:
    return button(
        t("siteInvitations.revoke"),
        custom_attrs=opens("revoke-invitation"),
        on_click=RoomInvitationsState.choose(it.id),
    )
