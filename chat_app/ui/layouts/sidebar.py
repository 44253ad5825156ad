"""The sidebar: the person's chats, rooms and direct messages, and ways to other pages."""

from collections.abc import Sequence
from typing import Any, Final

import reflex as rx

from chat_app.core.access.features import Feature
from chat_app.core.access.site import SitePermission
from chat_app.ui import js
from chat_app.ui.components.controls import icon, icon_button, link, link_button, nav_link
from chat_app.ui.components.display import mark, skeleton
from chat_app.ui.components.floating import menu, opens, toggles
from chat_app.ui.i18n import t
from chat_app.ui.invitations.inbox import inbox_button
from chat_app.ui.layouts.account import account
from chat_app.ui.layouts.pins_and_stars import stars_button
from chat_app.ui.layouts.room_row import room_row, row_menu
from chat_app.ui.live.features import is_on
from chat_app.ui.live.room_shapes import SidebarVar
from chat_app.ui.live.vars import (
    ARCHIVE,
    CALLS,
    CHATS,
    DIRECTS,
    FAVORITES,
    FILTER,
    MAY,
    ME,
    MORE_CHATS,
    MORE_ROOMS,
    PLACES,
    ROOMS_KNOWN,
    SITE_NAME,
)

SIDEBAR: Final = "sidebar"
_SCRIPT: Final = "layouts/sidebar.js"
_FILTERS: Final = {"all": "list", "unread": "circle-dot", "mentions": "at-sign"}


def sidebar_button() -> rx.Component:
    """Return the button that opens a hidden sidebar; it shows whether there are unread messages."""
    count = rx.cond(CALLS == "·", "", CALLS)
    meaning = rx.cond(count == "", t("shell.unreadMany"), t("marks.mentions"))
    return rx.el.span(
        icon_button("panel-left", t("shell.menu"), tip="bottom", custom_attrs={"popovertarget": SIDEBAR}),
        rx.cond(
            CALLS != "",
            rx.el.span(
                count,
                rx.el.span(meaning, class_name="visually-hidden"),
                class_name=rx.cond(count == "", "menu-mark", "menu-mark count"),
            ),
        ),
        class_name="menu-button",
    )


@rx.memo
def sidebar() -> rx.Component:
    """Return the sidebar, beside the page or hidden. It is compiled once for all pages."""
    return rx.el.nav(
        rx.el.header(
            link(mark(24), rx.el.span(SITE_NAME), href="/", class_name="brand"),
            inbox_button(),
            icon_button(
                "search", t("palette.title"), tip="bottom", on_click=js.call("palette/palette.js", "openPalette")
            ),
            icon_button(
                "panel-left-close",
                t("shell.hideSidebar"),
                tip="bottom",
                class_name="hide-sidebar",
                on_click=js.call(_SCRIPT, "hide"),
            ),
        ),
        link_button(icon("square-pen", 16), t("shell.newChat"), href="/", class_name="new-chat"),
        nav_link(icon("text-search", 16), t("search.title"), href="/search", class_name="sidebar-link"),
        stars_button(),
        _filter_button(),
        rx.el.div(
            rx.cond(ROOMS_KNOWN, _sections(), _loading()),
            class_name="room-list",
        ),
        rx.cond(ME, account(), rx.el.footer(skeleton("32px", "32px", round=True), skeleton("96px"))),
        _filter_menu(),
        row_menu(),
        id=SIDEBAR,
        class_name="sidebar",
        aria_label=t("shell.rooms"),
        custom_attrs={"popover": "auto"},
    )


def _filter_button() -> rx.Component:
    shown = rx.match(FILTER, ("unread", t("shell.unread")), ("mentions", t("shell.mentions")), t("shell.filter"))
    return rx.el.button(
        icon("list-filter", 16),
        shown,
        type="button",
        class_name=rx.cond(FILTER == "all", "sidebar-link", "sidebar-link filtering"),
        aria_label=rx.cond(FILTER == "all", t("shell.filter"), t("shell.filterIs", filter=shown)),
        custom_attrs=toggles("room-filter"),
    )


def _filter_menu() -> rx.Component:
    labels = {"all": t("shell.allOfThem"), "unread": t("shell.unread"), "mentions": t("shell.mentions")}
    items = [
        rx.el.button(
            icon(symbol, 16),
            rx.el.span(labels[name]),
            rx.cond(name == FILTER, icon("check", 16)),
            type="button",
            role="menuitemradio",
            aria_checked=name == FILTER,
            tab_index=-1,
            class_name="menu-item",
            on_click=js.call("live/sidebar.js", "chooseListed", {"filter": name}),
        )
        for name, symbol in _FILTERS.items()
    ]
    return menu("room-filter", *items, label=t("shell.filter"))


def _sections() -> rx.Component:
    unfiltered = FILTER == "all"
    return rx.fragment(
        rx.cond(FAVORITES.length() > 0, _section("favorites", FAVORITES)),
        rx.cond(CHATS.length() > 0, _section("chats", CHATS, more=_more_chats())),
        rx.cond(unfiltered | (PLACES.length() > 0), _places()),
        rx.cond(unfiltered | (DIRECTS.length() > 0), _directs()),
        rx.cond(ARCHIVE.length() > 0, _section("archive", ARCHIVE)),
        rx.cond(unfiltered, None, _nothing_unread()),
        rx.cond(
            MORE_ROOMS,
            rx.el.button(
                icon("chevron-down", 16),
                t("shell.allRooms"),
                type="button",
                class_name="sidebar-link all-rooms",
                on_click=js.call("live/listing.js", "loadRooms"),
            ),
        ),
    )


def _places() -> rx.Component:
    new_room = icon_button("plus", t("shell.newRoom"), tip="end", size=16, custom_attrs=opens("new-room"))
    create = rx.el.button(t("shell.createRoom"), type="button", class_name="link", custom_attrs=opens("new-room"))
    may_create = is_on(Feature.ROOMS) | MAY.contains(SitePermission.MANAGE_SITE.value)
    none = [t("shell.noRooms"), " ", rx.cond(may_create, create)]
    return _section("places", PLACES, rx.cond(may_create, new_room), none=none)


def _directs() -> rx.Component:
    people = link(
        icon("user-search", 16),
        href="/people",
        class_name="icon-button",
        aria_label=t("people.title"),
        custom_attrs={"data-tip": t("people.title"), "data-side": "end"},
    )
    find = link(t("shell.findSomeone"), href="/people")
    return _section("directs", DIRECTS, people, none=[t("shell.noDirects"), " ", find])


def _nothing_unread() -> rx.Component:
    show_all = rx.el.button(
        t("shell.showAll"),
        type="button",
        class_name="link",
        on_click=js.call("live/sidebar.js", "chooseListed", {"filter": "all"}),
    )
    nothing = (FAVORITES.length() + CHATS.length() + PLACES.length() + DIRECTS.length() + ARCHIVE.length()) == 0
    return rx.cond(nothing, rx.el.p(t("shell.nothingUnread"), " ", show_all, class_name="sidebar-empty"))


def _section(
    name: str,
    rooms: rx.Var[list[SidebarVar]],
    control: rx.Component | None = None,
    *,
    more: rx.Component | None = None,
    none: Sequence[Any] = (),
) -> rx.Component:
    """Return a section with its heading, which folds it; ``none`` is shown if it has no rooms.

    While the list is filtered, no section is folded.
    """
    parts = js.value(_SCRIPT, "useParts", name, list[list[SidebarVar]])
    is_open = js.value(_SCRIPT, "useSidebar", name, bool) | (FILTER != "all")
    empty = [rx.cond(rooms.length() == 0, rx.el.p(*none, class_name="sidebar-empty"))] if none else []
    return rx.fragment(
        rx.el.div(
            rx.el.h2(
                rx.el.button(
                    icon("chevron-right", 14),
                    t(f"shell.{name}"),
                    type="button",
                    aria_expanded=is_open,
                    on_click=js.call(_SCRIPT, "fold", name),
                )
            ),
            *([control] if control else []),
            class_name="sidebar-heading",
        ),
        rx.cond(is_open, rx.fragment(rx.foreach(parts, _part), *empty, *([more] if more else []))),
    )


def _part(rooms: rx.Var[list[SidebarVar]], number: rx.Var[int]) -> rx.Component:
    return rx.el.ul(rx.foreach(rooms, _row), key=number, class_name="room-part")


def _row(room: rx.Var[SidebarVar]) -> rx.Component:
    return room_row(room=room, key=room.id)


def _more_chats() -> rx.Component:
    return rx.cond(
        MORE_CHATS,
        rx.el.button(
            t("shell.moreChats"),
            type="button",
            class_name="sidebar-link more-chats",
            on_click=js.call("live/sidebar.js", "chooseListed", {"allChats": True}),
        ),
    )


def _loading() -> rx.Component:
    return rx.el.div(*(skeleton(width) for width in ("72%", "54%", "64%", "40%")), class_name="rooms-loading")
