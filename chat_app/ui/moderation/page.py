"""The page ``/moderation``: reports that wait, those dealt with, who is suspended, and the log."""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData

from chat_app.ui.components.controls import button, link_button
from chat_app.ui.components.display import empty, skeleton
from chat_app.ui.components.floating import confirm
from chat_app.ui.components.forms import segments
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell, sidebar_button
from chat_app.ui.moderation.lists import MODULE, log, moderation, suspended, waiting

_TABS = {"open": waiting, "resolved": waiting, "suspended": suspended, "log": log}


def page() -> rx.Component:
    """Return the page."""
    tabs = {tab: t(f"safety.{tab}") for tab in _TABS}
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("safety.moderation")), class_name="room-header"),
        rx.el.div(
            rx.cond(
                moderation("status", str) == "absent",
                empty(t("notFound.hint"), link_button(t("notFound.home"), href="/")),
                rx.el.div(
                    rx.el.p(t("safety.moderationHint"), class_name="meta", id="moderation-label"),
                    segments("moderation", tabs, moderation("tab", str), special_props=[_of("inputs", "tab")]),
                    _content(),
                    class_name="moderation",
                ),
            ),
            confirm("delete-reported", "safety.delete", special_props=[does("remove")]),
            confirm("suspend-reported", "safety.suspend", special_props=[does("suspend")]),
            class_name="scrolls",
        ),
    )


def _content() -> rx.Component:
    failed = empty(t("safety.loadFailed"), button(t("common.retry"), special_props=[does("retry")]))
    return rx.match(moderation("status", str), ("ready", _shown()), ("failed", failed), _loading())


def _shown() -> rx.Component:
    lists = rx.match(moderation("tab", str), *((tab, shows()) for tab, shows in _TABS.items()), rx.fragment())
    more = button(t("common.more"), busy=moderation("busy", str) == "more", special_props=[does("more")])
    return rx.fragment(lists, rx.cond(moderation("next", str) != "", rx.el.div(more, class_name="show-more")))


def does(action: str) -> rx.Var[Any]:
    """Return the ``special_props`` of a button that does something to what is shown."""
    data = VarData(imports={f"$/public/{MODULE}": [ImportVar(tag="actions", alias="moderationActions")]})
    return rx.Var(f"{{onClick: moderationActions.{action}}}", _var_data=data)


def _of(group: str, name: str) -> rx.Var[Any]:
    data = VarData(imports={f"$/public/{MODULE}": [ImportVar(tag=group, alias="moderationInputs")]})
    return rx.Var(f"moderationInputs.{name}", _var_data=data)


def _loading() -> rx.Component:
    lines = [skeleton("100%", "96px") for _ in range(3)]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
