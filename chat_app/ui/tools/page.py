"""The page ``/admin/tools``, where the site's admins add tool servers and see what is built in."""

import reflex as rx

from chat_app.ui.components.controls import button, link_button
from chat_app.ui.components.display import empty, skeleton
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.tools.of_room import about_tool
from chat_app.ui.tools.servers import servers
from chat_app.ui.tools.state import ToolsState


def page() -> rx.Component:
    """Return the page."""
    absent = empty(t("notFound.hint"), link_button(t("notFound.home"), href="/"))
    failed = empty(t("tools.failedTitle"), button(t("common.retry"), on_click=ToolsState.load))
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("tools.title")), class_name="room-header"),
        rx.el.div(
            rx.el.div(
                rx.match(
                    ToolsState.status,
                    ("ready", rx.fragment(servers(), _built_in())),
                    ("absent", absent),
                    ("failed", failed),
                    _loading(),
                ),
                class_name="settings models",
            ),
            class_name="scrolls",
        ),
    )


def _built_in() -> rx.Component:
    """Return the section of the built-in tools, which the server's settings switch."""
    return rx.el.section(
        rx.el.h2(t("tools.builtIn")),
        rx.el.p(t("tools.builtInHint"), class_name="meta"),
        rx.cond(
            ToolsState.built_in.length() > 0,
            rx.el.ul(
                rx.foreach(ToolsState.built_in, lambda tool: rx.el.li(about_tool(tool), key=tool.id)),
                class_name="model-list",
            ),
            rx.el.p(t("tools.noneBuiltIn"), class_name="meta"),
        ),
        rx.cond(ToolsState.allowed != "", rx.el.p(t("tools.allowed", hosts=ToolsState.allowed), class_name="meta")),
    )


def _loading() -> rx.Component:
    lines = [skeleton("100%", "96px"), *(skeleton("100%", "44px") for _ in range(2))]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
