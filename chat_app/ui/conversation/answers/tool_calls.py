"""The tool calls by which an answer was written: a folded line for each, above its text."""

from typing import Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import button, icon
from chat_app.ui.conversation.unfolding import unfolding
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.shapes import CallVar, RowVar
from chat_app.ui.live.vars import ROOM

_MODULE: Final = "conversation/tool_calls.js"


class _Call(rx.Component):
    """A component of ``assets/conversation/tool_calls.js`` without visible output."""

    library = f"$/public/{_MODULE}"

    call: rx.Var[str]


class _Waits(_Call):
    """Lets screen readers announce that a call waits."""

    tag = "Waits"


class _Load(_Call):
    """Loads a call in full, again at each new ``status``."""

    tag = "Load"

    status: rx.Var[str]


def tool_calls(row: rx.Var[RowVar]) -> rx.Component:
    """Return the calls of an answer, the first first."""
    return rx.cond(
        row.calls.length() > 0,
        rx.el.div(
            rx.foreach(row.calls, _call),
            class_name="tool-calls",
            role="group",
            aria_label=t("toolCalls.title"),
        ),
    )


def _call(call: rx.Var[CallVar]) -> rx.Component:
    """Return a call, which is unfolded for who decides it."""
    return unfolding(
        _line(call),
        rx.cond(call.decides, _decision(call)),
        _block(t("toolCalls.sent"), call.sent),
        rx.cond(
            call.loaded,
            rx.cond(call.result != "", _block(t("toolCalls.result"), call.result)),
            rx.fragment(
                _Load.create(call=call.id, status=call.status), rx.el.p(t("toolCalls.loading"), class_name="meta")
            ),
        ),
        name="call-" + call.id,
        kind="tool-call",
        is_open=call.decides,
        class_name="tool-call",
        custom_attrs={"data-call": call.id, "data-status": call.status},
        key=call.id,
    )


def _line(call: rx.Var[CallVar]) -> rx.Component:
    """Return the state of a call, in one line."""
    return rx.el.span(
        rx.match(
            call.status,
            ("waiting", icon("shield-question", 14)),
            ("running", icon("loader-circle", 14)),
            ("failed", icon("circle-alert", 14)),
            ("refused", icon("ban", 14)),
            ("stopped", icon("circle-stop", 14)),
            rx.match(
                call.kind,
                ("calculator", icon("calculator", 14)),
                ("fetch", icon("globe", 14)),
                ("picture", icon("paintbrush", 14)),
                icon("wrench", 14),
            ),
        ),
        rx.el.span(_state(call), class_name="tool-call-state"),
        rx.cond(call.what != "", rx.el.code(call.what, class_name="truncate", dir="auto")),
        rx.cond((call.status == "waiting") & ~call.decides, _approvers()),
        rx.cond(
            (call.by != "") & (call.status != "refused"),
            rx.el.span(t("toolCalls.approvedBy", name=call.by), class_name="tool-call-by truncate"),
        ),
        _failure(call),
        rx.cond(call.decides, _Waits.create(call=call.id)),
        class_name="tool-call-words",
    )


def _approvers() -> rx.Component:
    """Return the people who may approve a call, for people who may not."""
    names = js.result("live/lines.js", "named", str, ROOM.approvers, 0, "")
    by_role = t_in("toolCalls.approverRoles", ROOM.ai_rights["approve_tools"])
    words = rx.cond(ROOM.approvers.length() > 0, t("toolCalls.approvers", names=names), by_role)
    return rx.el.span(words, class_name="tool-call-by tool-call-approvers")


def _state(call: rx.Var[CallVar]) -> rx.Var[str]:
    name = t_in("toolCalls.names", call.kind, tool=call.tool)
    by_nobody = rx.cond(
        call.error == "tool_room_shut", t("toolCalls.roomShut", tool=name), t("toolCalls.notApproved", tool=name)
    )
    refused = rx.cond(call.by != "", t("toolCalls.refusedBy", tool=name, name=call.by), by_nobody)
    return rx.match(
        call.status,
        ("waiting", t("toolCalls.waiting", tool=name)),
        ("running", t_in("toolCalls.running", call.kind, tool=call.tool)),
        ("done", t_in("toolCalls.done", call.kind, tool=call.tool)),
        ("refused", refused),
        ("stopped", t("toolCalls.stopped", tool=name)),
        t("toolCalls.failed", tool=name),
    )


def _failure(call: rx.Var[CallVar]) -> rx.Component:
    """Return why a call failed: in the tool's words, or in ours."""
    words = rx.cond(call.words != "", call.words, t_in("toolErrors", call.error))
    return rx.cond(call.status == "failed", rx.el.span(words, class_name="tool-call-why truncate", dir="auto"))


def _decision(call: rx.Var[CallVar]) -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.cond(
                call.source != "",
                t("toolCalls.decide", tool=call.tool, source=call.source),
                t("toolCalls.decideBuiltIn", tool=t_in("toolCalls.names", call.kind, tool=call.tool)),
            ),
            class_name="meta",
        ),
        rx.el.div(
            button(t("toolCalls.approve"), kind="primary", on_click=js.call(_MODULE, "decide", call.id, True)),
            button(t("toolCalls.refuse"), on_click=js.call(_MODULE, "decide", call.id, False)),
            class_name="actions",
        ),
        class_name="tool-call-decision",
    )


def _block(title: rx.Var[str], text: rx.Var[str]) -> rx.Component:
    """Return plain text in a box of bounded height, which the keyboard scrolls."""
    return rx.el.div(
        rx.el.span(title, class_name="meta", aria_hidden=True),
        rx.el.pre(text, tab_index=0, role="group", aria_label=title, dir="auto"),
        class_name="tool-call-block",
    )
