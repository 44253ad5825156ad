"""The page ``/assistants``: the person's assistants and those of others, and the one that is made or looked at."""

import reflex as rx

from chat_app.core.access.features import Feature
from chat_app.core.access.site import SitePermission
from chat_app.ui.assistants.editor import deletion, editor, reader, trial
from chat_app.ui.assistants.state import NEW, AssistantsState, AssistantVar
from chat_app.ui.components.controls import AGAIN, button, icon, link, link_button
from chat_app.ui.components.display import assistant_picture, badge, empty, skeleton
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.live.features import is_on
from chat_app.ui.live.vars import MAY

_CHOSEN = AssistantsState.chosen


def page() -> rx.Component:
    """Return the page."""
    all_of_them = link_button(t("assistants.all"), href="/assistants")
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("assistants.title")), class_name="room-header"),
        rx.el.div(
            rx.el.div(
                rx.match(
                    AssistantsState.status,
                    ("ready", rx.cond(_CHOSEN.id == "", _lists(), _one())),
                    ("absent", empty(t("assistants.absent"), all_of_them)),
                    ("failed", empty(t("assistants.failed"), button(t("common.retry"), on_click=AssistantsState.load))),
                    _loading(),
                ),
                class_name="settings",
            ),
            class_name="scrolls",
        ),
    )


def _lists() -> rx.Component:
    own, shared = AssistantsState.own, AssistantsState.shared
    return rx.fragment(
        rx.el.section(
            rx.el.p(t("assistants.hint"), class_name="meta"),
            rx.cond(
                own.length() > 0,
                rx.fragment(_new("own-width"), _list(own), _more(AssistantsState.more_own, shared=False)),
                empty(t("assistants.empty"), _new(), symbol="bot"),
            ),
        ),
        rx.cond(
            shared.length() > 0,
            rx.el.section(
                rx.el.h2(t("assistants.others")), _list(shared), _more(AssistantsState.more_shared, shared=True)
            ),
        ),
    )


def _new(class_name: str = "") -> rx.Component:
    href = f"/assistants?assistant={NEW}"
    new = link_button(icon("plus", 16), t("assistants.new"), href=href, kind="primary", class_name=class_name)
    return rx.cond(is_on(Feature.ASSISTANTS) | MAY.contains(SitePermission.MANAGE_SHARED.value), new)


def _list(assistants: rx.Var[list[AssistantVar]]) -> rx.Component:
    return rx.el.ul(rx.foreach(assistants, _row), class_name="prompt-list")


def _row(each: rx.Var[AssistantVar]) -> rx.Component:
    about = rx.cond(each.description != "", "@" + each.handle + " · " + each.description, "@" + each.handle)
    whose = rx.match(
        rx.cond(each.site, "site", rx.cond(each.author != "", "other", rx.cond(each.shared, "shared", ""))),
        ("site", badge(t("assistants.site"))),
        ("other", rx.el.span(rx.el.span(each.author, class_name="truncate"), class_name="prompt-author")),
        ("shared", badge(t("assistants.shared"))),
        rx.fragment(),
    )
    return rx.el.li(
        link(
            assistant_picture(each.id, each.name, each.picture),
            rx.el.span(
                rx.el.span(each.name, class_name="truncate", dir="auto"),
                rx.el.span(about, class_name="meta truncate", dir="auto"),
                class_name="who",
            ),
            whose,
            icon("chevron-right", 16),
            href="/assistants?assistant=" + each.id,
            class_name="prompt-row",
        ),
        key=each.id,
    )


def _more(more: rx.Var[bool], *, shared: bool) -> rx.Component:
    further = button(t("common.more"), on_click=AssistantsState.show_more(shared).throttle(AGAIN))
    return rx.cond(more, rx.el.div(further, class_name="show-more"))


def _one() -> rx.Component:
    """Return the assistant that is made or changed, or one that the person may only ask."""
    back = link_button(
        icon("arrow-left", 16),
        t("assistants.all"),
        href="/assistants",
        kind="plain",
        class_name="own-width prompt-back",
    )
    return rx.el.section(
        back,
        rx.cond(_CHOSEN.kept, editor(), reader()),
        rx.cond(_CHOSEN.id == NEW, None, rx.el.div(trial(), deletion(), class_name="buttons")),
    )


def _loading() -> rx.Component:
    lines = [skeleton(width, "44px") for width in ("40%", "100%", "100%")]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
