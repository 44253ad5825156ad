"""The frame of the app for signed-in people: the sidebar, and the space for the conversation."""

from typing import Any

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import FocusGoesOn, icon, icon_button, link, link_button, nav_link
from chat_app.ui.components.display import avatar, badge, mark, person_avatar, skeleton
from chat_app.ui.components.floating import menu, menu_item, menu_line, opens, toast_region, toggles
from chat_app.ui.conversation.marks import stars_button, stars_dialog
from chat_app.ui.i18n import t
from chat_app.ui.invitations.inbox import inbox_button, inbox_dialog
from chat_app.ui.layouts.jump import jump_dialog, shortcuts_dialog
from chat_app.ui.layouts.new_room import new_room_dialog
from chat_app.ui.live.shapes import SidebarVar
from chat_app.ui.live.vars import DIRECTS, ME, MORE_ROOMS, ONLINE, PLACES, ROOMS_KNOWN

SIDEBAR = "sidebar"


class _Shortcuts(rx.Component):
    """Handles keyboard shortcuts."""

    library = "$/public/layouts/shortcuts.js"
    tag = "Shortcuts"


def shell(*content: Any) -> rx.Component:
    """Return the frame around ``content``. On a narrow screen :func:`sidebar_button` opens the sidebar over it."""
    return rx.el.div(
        _Shortcuts.create(),
        FocusGoesOn.create(),
        rx.el.a(t("shell.skip"), href="#conversation", class_name="skip-link"),
        _sidebar(),
        rx.el.main(_offline_bar(), *content, id="conversation", class_name="conversation"),
        jump_dialog(),
        shortcuts_dialog(),
        new_room_dialog(),
        inbox_dialog(),
        stars_dialog(),
        toast_region(),
        class_name="shell",
    )


def sidebar_button() -> rx.Component:
    """Return the button that opens the sidebar where it is not always visible."""
    return icon_button(
        "panel-left", t("shell.menu"), tip="bottom", class_name="narrow-only", custom_attrs={"popovertarget": SIDEBAR}
    )


def _offline_bar() -> rx.Component:
    return rx.el.div(
        rx.cond(ONLINE, None, rx.el.p(icon("cloud-off", 16), t("shell.offline"), class_name="offline-bar")),
        role="status",
    )


def _sidebar() -> rx.Component:
    return rx.el.nav(
        rx.el.header(
            link(mark(24), rx.el.span(t("common.appName")), href="/", class_name="brand"),
            inbox_button(),
            icon_button("search", t("shell.jump"), tip="bottom", on_click=js.call("layouts/jump.js", "openJump")),
        ),
        link_button(icon("square-pen", 16), t("shell.newChat"), href="/", class_name="new-chat"),
        nav_link(icon("text-search", 16), t("search.title"), href="/search", class_name="sidebar-link"),
        stars_button(),
        rx.el.div(
            _heading(
                t("shell.rooms"),
                icon_button("plus", t("shell.newRoom"), tip="end", size=16, custom_attrs=opens("new-room")),
            ),
            rx.cond(ROOMS_KNOWN, _list(PLACES, t("shell.noRooms")), _rooms_loading()),
            _heading(
                t("shell.directs"),
                link(
                    icon("user-search", 16),
                    href="/people",
                    class_name="icon-button",
                    aria_label=t("people.title"),
                    custom_attrs={"data-tip": t("people.title"), "data-side": "end"},
                ),
            ),
            rx.cond(ROOMS_KNOWN, _list(DIRECTS, t("shell.noDirects"))),
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
            class_name="room-list",
        ),
        rx.cond(ME, _account(), rx.el.footer(skeleton("32px", "32px", round=True), skeleton("96px"))),
        id=SIDEBAR,
        class_name="sidebar",
        aria_label=t("shell.rooms"),
        custom_attrs={"popover": "auto"},
    )


def _heading(words: rx.Var[str], control: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.h2(words), control, class_name="sidebar-heading")


def _list(rooms: rx.Var[list[SidebarVar]], none: rx.Var[str]) -> rx.Component:
    return rx.el.ul(rx.cond(rooms.length() == 0, rx.el.li(none, class_name="sidebar-empty"), rx.foreach(rooms, _room)))


def _room(room: rx.Var[SidebarVar]) -> rx.Component:
    return rx.el.li(
        link(
            rx.cond(room.direct, person_avatar(room.person, room.presence, size="small")),
            rx.el.span(room.name, class_name="truncate"),
            rx.cond(room.archived, icon("archive", 14)),
            rx.cond(
                room.mentions != "",
                badge("@", room.mentions, rx.el.span(t("marks.mentions"), class_name="visually-hidden"), kind="amber"),
            ),
            rx.cond(
                (room.unread != "") & (room.mentions == ""),
                badge(room.unread, rx.el.span(t("shell.unreadMany"), class_name="visually-hidden"), kind="accent"),
            ),
            href=room.href,
            class_name=rx.cond(room.unread != "", "room-link unread", "room-link"),
            aria_current=rx.cond(room.current, "page", "false"),
        ),
        key=room.id,
    )


def _rooms_loading() -> rx.Component:
    return rx.el.div(*(skeleton(width) for width in ("72%", "54%", "64%", "40%")), class_name="rooms-loading")


def _account() -> rx.Component:
    return rx.el.footer(
        rx.el.button(
            avatar(ME.id, ME.name, ME.color, ME.avatar),
            rx.el.span(
                rx.el.span(ME.name, class_name="truncate"), rx.el.span("@", ME.username, class_name="meta truncate")
            ),
            type="button",
            class_name="account",
            aria_label=t("shell.account"),
            custom_attrs=toggles("account-menu"),
        ),
        menu(
            "account-menu",
            link(
                icon("settings", 16),
                rx.el.span(t("shell.settings")),
                href="/settings",
                class_name="menu-item",
                custom_attrs={"role": "menuitem", "tabIndex": -1},
            ),
            link(
                icon("users", 16),
                rx.el.span(t("groups.title")),
                href="/groups",
                class_name="menu-item",
                custom_attrs={"role": "menuitem", "tabIndex": -1},
            ),
            menu_item("keyboard", t("shell.shortcuts"), custom_attrs=opens("shortcuts")),
            menu_line(),
            menu_item("log-out", t("auth.signOut"), on_click=js.call("account/session.js", "signOut")),
            label=t("shell.account"),
        ),
    )
