"""The room's details: members, the AI, and the room's actions."""

import reflex as rx

from chat_app.ui import js
from chat_app.ui.acts import rooms as acts
from chat_app.ui.components.controls import button, icon, icon_button, link_button
from chat_app.ui.components.floating import drawn_once_open, opens
from chat_app.ui.context.decisions import decisions_button
from chat_app.ui.context.dialog import context_button, instructions_button
from chat_app.ui.conversation.ai_settings import ai_settings_button
from chat_app.ui.files.room_files import ON_FILES, detail_tabs, files_panel
from chat_app.ui.i18n import t
from chat_app.ui.live.vars import CAN_GET_HELP, IS_ASIDE, IS_CHAT, IS_DIRECT, KEEPS, ROOM
from chat_app.ui.members.lists import member_list, request_list
from chat_app.ui.members.settings import SETTINGS
from chat_app.ui.people.blocking import block_button
from chat_app.ui.support.asking import help_button
from chat_app.ui.transport.state import FeedState
from chat_app.ui.usage.of_room import usage_button

DRAWER = "drawer"
_IS_OWN = IS_CHAT | IS_ASIDE  # there are no other people in it
DETAILS = rx.cond(ROOM & _IS_OWN, t("chat.details"), t("room.details"))
_IS_SHORTER = (ROOM.keeps_days > 0) & ((KEEPS == 0) | (ROOM.keeps_days < KEEPS))
_KEPT: rx.Var[int] = rx.cond(ROOM & _IS_SHORTER, ROOM.keeps_days, KEEPS).to(int)
"""The days after which messages are deleted here, by the room's choice or the site's; 0 for never."""


def drawer() -> rx.Component:
    """Return a panel on the right, closed at first: beside the messages if there is space, otherwise above them."""
    return rx.el.aside(
        drawn_once_open(DRAWER, _header(), rx.cond(ROOM, _tabbed())),
        id=DRAWER,
        class_name="drawer",
        aria_label=DETAILS,
        custom_attrs={"popover": js.value("room/drawer.js", "useDrawer", "popover", str)},
        **js.props("room/drawer.js", "drawerProps"),
    )


def _header() -> rx.Component:
    hide = {"popovertarget": DRAWER, "popovertargetaction": "hide"}
    return rx.el.header(rx.el.h2(DETAILS), icon_button("x", t("common.close"), tip="left", custom_attrs=hide))


def _tabbed() -> rx.Component:
    return rx.fragment(detail_tabs(), rx.cond(ON_FILES, files_panel(), _contents()))


def _contents() -> rx.Component:
    return rx.el.div(
        _about(),
        request_list(),
        _search(),
        _ai(),
        rx.cond(IS_ASIDE, None, _people()),
        _actions(),
        role="tabpanel",
        aria_label=t("drawer.details"),
    )


def _about() -> rx.Component:
    return rx.el.section(
        rx.el.h3(ROOM.name),
        rx.cond(ROOM.description != "", rx.el.p(ROOM.description, class_name="pre-line")),
        rx.cond(_KEPT > 0, rx.el.p(t("site.keeps", count=_KEPT), class_name="meta")),
        rx.cond(ROOM.assisted, rx.el.p(t("support.helped"), class_name="meta")),
        rx.cond(
            ROOM.can_edit_room,
            button(icon("pencil", 16), t("drawer.rename"), kind="plain", custom_attrs=opens("describe")),
        ),
        rx.cond(
            ~IS_DIRECT & (ROOM.can_edit_room | ROOM.can_manage_ai | ROOM.can_manage_members),
            button(
                icon("settings-2", 16),
                t("roomSettings.title"),
                kind="plain",
                custom_attrs=opens(SETTINGS),
            ),
        ),
    )


def _search() -> rx.Component:
    return rx.el.section(
        link_button(
            icon("text-search", 16),
            t("search.inRoom"),
            href=rx.Var.create(f"/search?room={ROOM.id}").to(str),
            kind="plain",
        ),
        class_name="drawer-actions",
    )


def _ai() -> rx.Component:
    return rx.el.section(
        rx.el.h3(t("drawer.ai")),
        context_button(),
        rx.cond(ROOM.can_manage_ai, instructions_button()),
        rx.cond(ROOM.can_manage_ai & (ROOM.ai_rule == "helpful"), decisions_button()),
        ai_settings_button(),
        usage_button(),
        rx.cond(CAN_GET_HELP, help_button()),
        class_name="drawer-actions",
    )


def _people() -> rx.Component:
    return rx.el.section(
        rx.el.h3(t("drawer.members"), " ", rx.el.span(ROOM.people, class_name="meta")),
        member_list(),
        rx.cond(
            ROOM.can_invite,
            button(
                icon("user-plus", 16),
                t("drawer.invite"),
                kind="plain",
                on_click=FeedState.load_links(ROOM.id),
                custom_attrs=opens("invite"),
            ),
        ),
    )


def _export(format_: str, name: str) -> rx.Component:
    return link_button(
        icon("download", 16),
        t("drawer.exportAs", format=name),
        href=js.result("room/exporting.js", "exportHref", str, ROOM.id, format_),
        kind="plain",
        reload_document=True,  # it is no page
        custom_attrs={"download": ""},
    )


def _actions() -> rx.Component:
    return rx.el.section(
        rx.cond(ROOM.can_export_room, rx.fragment(_export("markdown", "Markdown"), _export("json", "JSON"))),
        rx.cond(
            ROOM.can_archive_room,
            button(
                icon("archive", 16),
                rx.cond(
                    IS_CHAT,
                    rx.cond(ROOM.archived, t("chat.unarchive"), t("chat.archive")),
                    rx.cond(ROOM.archived, t("drawer.unarchive"), t("drawer.archive")),
                ),
                kind="plain",
                on_click=acts.archive(ROOM.id, ~ROOM.archived),
            ),
        ),
        rx.cond(
            IS_DIRECT,
            block_button(ROOM.person, ROOM.person_blocked),
            rx.cond(
                _IS_OWN,
                None,
                button(icon("log-out", 16), t("drawer.leave"), kind="plain", custom_attrs=opens("leave-room")),
            ),
        ),
        rx.cond(
            ROOM.can_delete_room,
            button(
                icon("trash-2", 16),
                rx.cond(_IS_OWN, t("chat.delete"), t("drawer.delete")),
                kind="danger",
                class_name="plain",
                custom_attrs=opens("delete-room"),
            ),
        ),
        class_name="drawer-actions",
    )
