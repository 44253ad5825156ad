"""The header of a room: its name, its members, its actions."""

import reflex as rx

from chat_app.ui.components.controls import icon_button, link
from chat_app.ui.components.display import presence_words, skeleton
from chat_app.ui.components.floating import opens
from chat_app.ui.conversation.asides import aside_title
from chat_app.ui.i18n import t
from chat_app.ui.layouts.pins_and_stars import pins_button
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.live.vars import IS_ASIDE, IS_CHAT, IS_DIRECT, REQUESTS, ROOM
from chat_app.ui.room.drawer import DETAILS, DRAWER
from chat_app.ui.transport.state import FeedState


def header() -> rx.Component:
    """Return the room's header."""
    return rx.el.header(
        sidebar_button(),
        rx.cond(
            ROOM & (ROOM.name != ""),
            rx.el.div(
                _name(),
                rx.el.p(rx.cond(ROOM.ready, _meta(), "\u00a0"), class_name="meta truncate"),
                class_name="room-title",
            ),
            rx.el.div(skeleton("160px"), skeleton("220px"), class_name="room-title loading"),
        ),
        rx.cond(
            ROOM & ROOM.can_invite,
            icon_button(
                "user-plus",
                t("drawer.invite"),
                tip="bottom",
                on_click=FeedState.load_links(ROOM.id),
                custom_attrs=opens("invite"),
            ),
        ),
        rx.cond(ROOM & ROOM.ready, pins_button()),
        icon_button(
            "panel-right",
            DETAILS,
            tip="end",
            class_name=rx.cond(REQUESTS.length() > 0, "calling", ""),
            custom_attrs={"popovertarget": DRAWER, "data-below": ""},
            on_click=FeedState.look(ROOM.id),
        ),
        class_name="room-header",
    )


def _name() -> rx.Component:
    to_profile = link(ROOM.name, href="/u/" + ROOM.person.username, class_name="author")
    name = rx.cond(IS_DIRECT & (ROOM.person.username != ""), to_profile, ROOM.name)
    return rx.el.h1(rx.cond(IS_ASIDE, aside_title(), name), class_name="truncate", title=ROOM.description)


def _meta() -> rx.Component:
    presence = rx.cond(ROOM.presence != "", rx.fragment(presence_words(ROOM.presence, ROOM.seen), " · "))
    in_room = rx.fragment(
        rx.cond(IS_DIRECT, presence, rx.cond(IS_CHAT, None, rx.fragment(t("room.people", count=ROOM.people), " · "))),
        ai_line(),
    )
    return rx.cond(IS_ASIDE, t("aside.meta", model=ROOM.model_label), in_room)


def ai_line() -> rx.Component:
    """Return the room's AI rule and model.

    With the rule *helpful*, the AI does not join in if nobody pays for it. While support has taken over, the AI is
    silent under any rule.
    """
    mentioned = t("room.aiMentioned", model=ROOM.model_label)
    by_rule = rx.match(
        ROOM.ai_rule,
        ("helpful", rx.cond(ROOM.ai_unpaid, mentioned, t("room.aiHelpful", model=ROOM.model_label))),
        ("always", t("room.aiAlways", model=ROOM.model_label)),
        ("never", t("room.aiNever")),
        mentioned,
    )
    return rx.cond(ROOM.help == "taken", t("room.aiSilent"), by_rule)
