"""Home: a composer in the middle of a quiet page. The first message creates a room."""

import reflex as rx

from chat_app.core.access.features import Feature
from chat_app.ui import js
from chat_app.ui.components.controls import icon
from chat_app.ui.components.markdown import MARKDOWN_SETTLED
from chat_app.ui.conversation.composer import composer_box
from chat_app.ui.home.connect import connect_card
from chat_app.ui.home.first_steps import first_steps
from chat_app.ui.home.state import HomeState
from chat_app.ui.i18n import t
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.live.features import is_on
from chat_app.ui.live.vars import CHOICE, ME, ROOM
from chat_app.ui.room.page import room

IDEAS = {"idea1": "lightbulb", "idea2": "pencil-line", "idea3": "scale", "idea4": "languages"}
_HAS_AI = is_on(Feature.AI)


def page() -> rx.Component:
    """Return the page at ``/``."""
    # The renderer of messages is loaded here already, so that the first one is shown at once.
    return shell(rx.cond(ROOM & ROOM.beginning & MARKDOWN_SETTLED, room(), _home()))


def _home() -> rx.Component:
    return rx.fragment(
        rx.el.header(sidebar_button(), class_name="room-header bare"),
        rx.el.div(
            rx.el.h1(rx.cond(ME, t("home.headingNamed", name=ME.name.split(" ")[0]), t("home.heading"))),
            composer_box(_placeholder(), home=True),
            rx.cond(_HAS_AI, _ideas()),
            rx.cond(_HAS_AI & HomeState.asks_to_connect, connect_card(), _hint()),
            class_name="home",
        ),
    )


def _hint() -> rx.Component:
    return rx.cond(HomeState.steps.shown, first_steps(), rx.el.p(t("home.hint"), class_name="meta"))


def _ideas() -> rx.Component:
    ideas = (_idea(key, symbol) for key, symbol in IDEAS.items())
    return rx.el.ul(*ideas, class_name="ideas", aria_label=t("home.ideas"))


def _idea(key: str, symbol: str) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            icon(symbol, 16),
            t(f"home.{key}"),
            type="button",
            class_name="button",
            on_click=js.call("conversation/writing.js", "restore", t(f"home.{key}Text")),
        )
    )


def _placeholder() -> rx.Var[str]:
    """Return the words of the empty field: the name of the model, once it is known that AI answers and which."""
    asked = rx.cond(CHOICE.label, t("home.placeholder", model=CHOICE.label), t("composer.label"))
    return rx.cond(_HAS_AI, asked, t("composer.label"))
