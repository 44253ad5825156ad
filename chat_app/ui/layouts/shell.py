"""The frame of the app for signed-in people: the sidebar, and the space for the conversation."""

from typing import Any

import reflex as rx

from chat_app.ui.components.controls import icon
from chat_app.ui.components.floating import toast_region
from chat_app.ui.i18n import t
from chat_app.ui.invitations.inbox import inbox_dialog
from chat_app.ui.layouts.banner import banner
from chat_app.ui.layouts.new_room import new_room_dialog
from chat_app.ui.layouts.pins_and_stars import stars_dialog
from chat_app.ui.layouts.room_row import room_row_dialogs
from chat_app.ui.layouts.shortcuts import shortcuts_dialog
from chat_app.ui.layouts.sidebar import sidebar
from chat_app.ui.live.vars import CROWDED, ONLINE, ROOMS_KNOWN
from chat_app.ui.palette.dialog import palette


class _Shell(rx.el.Div):
    """The frame with the scripts of the feed and of the keyboard's shortcuts."""

    def add_imports(self) -> dict[str, Any]:
        """Load the scripts with the pages that have the frame."""
        return {"": ["$/public/layouts/feed.js", "$/public/layouts/shortcuts.js"]}


def shell(*content: Any) -> rx.Component:
    """Return the frame around ``content``."""
    return _Shell.create(
        rx.el.a(t("shell.skip"), href="#conversation", class_name="skip-link"),
        sidebar(),
        rx.el.main(banner(), _offline_bar(), *content, id="conversation", class_name="conversation"),
        _dialogs(),
        toast_region(),
        class_name="shell",
    )


@rx.memo
def _dialogs() -> rx.Component:
    """Return the dialogs that every page has, closed. They are compiled once for all pages."""
    return rx.fragment(
        palette(), shortcuts_dialog(), new_room_dialog(), room_row_dialogs(), inbox_dialog(), stars_dialog()
    )


def _offline_bar() -> rx.Component:
    return rx.el.div(
        rx.cond(ONLINE, None, _offline()),
        role="status",
    )


def _offline() -> rx.Component:
    # Of a page that has never been connected, nothing is lost.
    away = rx.cond(ROOMS_KNOWN, t("shell.offline"), t("shell.unreached"))
    words = rx.cond(CROWDED, t("shell.crowded"), away)
    return rx.el.p(icon("cloud-off", 16), words, class_name="offline-bar")
