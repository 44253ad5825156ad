"""The list of tools in a room's AI settings."""

import reflex as rx

from chat_app.ui.acts.state import Acts
from chat_app.ui.acts.tools import ToolGroupVar, ToolVar
from chat_app.ui.components.display import badge
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.vars import ROOM
from chat_app.ui.tools import acts


def room_tools() -> rx.Component:
    """Return the section, empty if the site has no tools."""
    section = rx.el.section(
        rx.el.h3(t("tools.ofRoom")),
        rx.el.p(t("tools.ofRoomHint"), class_name="meta"),
        rx.foreach(Acts.tools, _group),
        class_name="room-tools",
    )
    return rx.cond(Acts.tools.length() > 0, section)


def _group(group: rx.Var[ToolGroupVar]) -> rx.Component:
    source = rx.cond(group.source == "", t("tools.builtIn"), group.source)
    return rx.fragment(
        rx.el.h4(rx.cond(group.tools[0].away, t("tools.away"), source), class_name="label"),
        rx.el.ul(rx.foreach(group.tools, _tool), class_name="tool-list"),
    )


def about_tool(tool: rx.Var[ToolVar]) -> rx.Component:
    """Return the name and the purpose of a tool."""
    does = rx.cond(tool.own == "", tool.description, t_in("tools.does", tool.own))
    return rx.el.div(
        rx.el.p(rx.el.b(tool_name(tool)), rx.cond(tool.waits, badge(t("tools.waits"))), class_name="badges"),
        rx.cond((tool.own != "") | (tool.description != ""), rx.el.p(does, class_name="meta")),
        class_name="model-about",
    )


def tool_name(tool: rx.Var[ToolVar]) -> rx.Var[str]:
    """Return the name of a tool."""
    return rx.cond(tool.own == "", tool.label, t_in("tools.names", tool.own))


def _tool(tool: rx.Var[ToolVar]) -> rx.Component:
    on = ROOM.ai_tools.contains(tool.id)
    return rx.el.li(
        about_tool(tool),
        rx.el.button(
            rx.el.span(class_name="switch-knob"),
            type="button",
            role="switch",
            aria_checked=on,
            aria_label=t("tools.use", name=tool_name(tool)),
            class_name="switch",
            on_click=acts.set_tool(ROOM.id, tool.id, ~on),
        ),
        key=tool.id,
    )
