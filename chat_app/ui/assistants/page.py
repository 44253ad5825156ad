"""The page ``/assistants``: the person's assistants and other people's, and the one that is created or viewed."""

import reflex as rx

from chat_app.core.access.features import Feature
from chat_app.core.access.site import SitePermission
from chat_app.ui.assistants.editor import deletion, editor, reader, trial
from chat_app.ui.assistants.state import NEW, AssistantsState, AssistantVar
from chat_app.ui.components.controls import icon, link
from chat_app.ui.components.display import assistant_picture, badge
from chat_app.ui.i18n import t
from chat_app.ui.layouts.own_and_shared import back_link, new_link, own_and_shared
from chat_app.ui.live.features import is_on
from chat_app.ui.live.vars import MAY

_CHOSEN = AssistantsState.chosen


def page() -> rx.Component:
    """Return the page."""
    return own_and_shared("assistants", AssistantsState, "bot", own=_row, others=_row, new=_new, one=_one())


def _new(class_name: str) -> rx.Component:
    new = new_link("assistants", f"/assistants?assistant={NEW}", class_name)
    return rx.cond(is_on(Feature.ASSISTANTS) | MAY.contains(SitePermission.MANAGE_SHARED.value), new)


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


def _one() -> rx.Component:
    """Return the assistant that is made or changed, or one that the person may only ask."""
    return rx.el.section(
        back_link("assistants"),
        rx.cond(_CHOSEN.kept, editor(), reader()),
        rx.cond(_CHOSEN.id == NEW, None, rx.el.div(trial(), deletion(), class_name="buttons")),
    )
