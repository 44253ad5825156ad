"""The page ``/admin/tools``, where the site's admins add tool servers and see the built-in tools."""

import reflex as rx

from chat_app.ui.administration.frame import admin_page, by_status
from chat_app.ui.i18n import t
from chat_app.ui.tools.of_room import about_tool
from chat_app.ui.tools.servers import servers
from chat_app.ui.tools.state import ToolsState


def page() -> rx.Component:
    """Return the page."""
    content = rx.fragment(servers(), _built_in())
    return admin_page(
        t("siteTools.title"),
        rx.el.div(by_status(ToolsState.status, content, ToolsState.load), class_name="settings models"),
    )


def _built_in() -> rx.Component:
    """Return the section of the built-in tools, which the server's settings switch."""
    return rx.el.section(
        rx.el.h2(t("tools.builtIn")),
        rx.el.p(t("siteTools.builtInHint"), class_name="meta"),
        rx.cond(
            ToolsState.built_in.length() > 0,
            rx.el.ul(
                rx.foreach(ToolsState.built_in, lambda tool: rx.el.li(about_tool(tool), key=tool.id)),
                class_name="model-list",
            ),
            rx.el.p(t("siteTools.noneBuiltIn"), class_name="meta"),
        ),
        rx.cond(ToolsState.allowed != "", rx.el.p(t("siteTools.allowed", hosts=ToolsState.allowed), class_name="meta")),
    )
