"""The page ``/settings``."""

import reflex as rx

from chat_app.ui.components.controls import button, icon, link
from chat_app.ui.components.display import empty, skeleton
from chat_app.ui.components.floating import toast_region
from chat_app.ui.i18n import t
from chat_app.ui.pages.settings.views import appearance, does, me, profile, sessions


def page() -> rx.Component:
    """Return the page."""
    return rx.el.main(
        rx.el.header(
            link(
                icon("arrow-left"),
                href="/",
                class_name="icon-button",
                custom_attrs={"aria-label": t("common.back"), "data-tip": t("common.back"), "data-side": "bottom"},
            ),
            rx.el.h1(t("settings.title")),
        ),
        rx.match(
            me("status", str),
            ("ready", rx.fragment(profile(), appearance(), sessions())),
            ("failed", empty(t("settings.failedTitle"), button(t("common.retry"), special_props=[does("retry")]))),
            _loading(),
        ),
        toast_region(),
        class_name="settings",
    )


def _loading() -> rx.Component:
    lines = [skeleton("72px", "72px", round=True), *(skeleton(width, "36px") for width in ("100%", "60%", "40%"))]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
