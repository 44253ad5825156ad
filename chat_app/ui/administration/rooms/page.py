"""The page ``/admin/rooms``: the list of rooms, and a single room."""

import reflex as rx

from chat_app.core.administration.rooms.queries import RoomOrder, RoomState
from chat_app.core.rooms.tables import RoomKind
from chat_app.ui.administration.frame import admin_page, by_status
from chat_app.ui.administration.rooms.room import room
from chat_app.ui.administration.rooms.shapes import SiteRoomVar
from chat_app.ui.administration.rooms.state import SiteRoomsState
from chat_app.ui.administration.rooms.words import marks, name_of, number
from chat_app.ui.components.controls import AGAIN, button, link
from chat_app.ui.components.display import empty, notice
from chat_app.ui.components.filters import choice, counted, filter_panel, search_field
from chat_app.ui.components.sizes import size_of
from chat_app.ui.components.tables import Column, list_table
from chat_app.ui.i18n import t
from chat_app.ui.times import ago


def page() -> rx.Component:
    """Return the page."""
    content = rx.cond(SiteRoomsState.chosen.room.id != "", room(), rx.fragment(_filters(), _list()))
    return admin_page(
        t("administration.rooms"),
        rx.el.div(by_status(SiteRoomsState.status, content, SiteRoomsState.load), class_name="moderation wide"),
    )


def _filters() -> rx.Component:
    state = SiteRoomsState
    kinds = {each.value: t(f"siteRooms.kinds.{each.value}") for each in RoomKind if each is not RoomKind.ASIDE}
    states = {each.value: t(f"siteRooms.states.{each.value}") for each in RoomState}
    orders = {each.value: t(f"siteRooms.orders.{each.value}") for each in RoomOrder}
    return filter_panel(
        "site_rooms",
        choice(t("siteRooms.kind"), {"": t("siteRooms.anyKind")} | kinds, state.kind, state.narrow_kind),
        choice(t("siteRooms.state"), {"": t("siteRooms.anyState")} | states, state.standing, state.narrow_state),
        choice(t("siteRooms.order"), orders, state.order, state.sort),
        active=counted(state.kind, state.standing),
        search=search_field(t("siteRooms.search"), t("siteRooms.searchHint"), state),
    )


def _list() -> rx.Component:
    more = button(t("common.more"), on_click=SiteRoomsState.show_more.throttle(AGAIN))
    columns = (
        Column(t("siteRooms.room"), _name),
        Column(t("siteRooms.owner"), _owner),
        Column(t("siteRooms.members"), lambda it: number(it.members), "number"),
        Column(t("siteRooms.messages"), lambda it: number(it.messages), "number"),
        Column(t("siteRooms.files"), lambda it: size_of(it.files), "number"),
        Column(t("siteRooms.tokens"), lambda it: number(it.tokens), "number"),
        Column(t("siteRooms.active"), lambda it: ago(it.active_at), "number"),
    )
    rooms = SiteRoomsState.rooms
    return rx.fragment(
        notice(t("siteRooms.noMessages")),
        rx.cond(
            rooms.length() == 0,
            empty(t("siteRooms.none"), symbol="messages-square"),
            list_table(t("administration.rooms"), columns, rooms, lambda it: it.id),
        ),
        rx.cond(SiteRoomsState.more, rx.el.div(more, class_name="show-more")),
    )


def _name(it: rx.Var[SiteRoomVar]) -> rx.Component:
    return rx.fragment(link(name_of(it), href="/admin/rooms?room=" + it.id, class_name="row-link"), marks(it))


def _owner(it: rx.Var[SiteRoomVar]) -> rx.Component:
    return rx.cond(
        it.owner.username != "",
        rx.el.span("@", it.owner.username),
        rx.cond(it.kind == "direct", "–", t("siteRooms.nobody")),
    )
