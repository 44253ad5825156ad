"""The page ``/admin/usage``: what models did on the whole site."""

import reflex as rx

from chat_app.ui.administration.frame import admin_page, by_status
from chat_app.ui.administration.lists.usage_state import SiteUsageState
from chat_app.ui.components.controls import icon, link_button
from chat_app.ui.components.display import empty
from chat_app.ui.components.filters import choice
from chat_app.ui.i18n import t, t_in
from chat_app.ui.usage.chart import usage_chart
from chat_app.ui.usage.shapes import GROUPINGS, PERIODS, BarsVar

_BARS: BarsVar = SiteUsageState.bars  # type: ignore[assignment]


def page() -> rx.Component:
    """Return the page."""
    content = rx.cond(SiteUsageState.off, empty(t("siteUsage.off"), symbol="chart-column"), _usage())
    return admin_page(
        t("siteUsage.title"),
        rx.el.div(by_status(SiteUsageState.status, content, SiteUsageState.load), class_name="moderation wide"),
    )


def _usage() -> rx.Component:
    groupings = {name: t_in("usage.groupings", rx.Var.create(name)) for name in GROUPINGS}
    periods = {days: t("usage.days", count=int(days)) for days in PERIODS}
    address = rx.Var.create(f"/api/v1/admin/usage?format=csv&by={_BARS.by}&days={_BARS.days}").to(str)
    return rx.fragment(
        rx.el.p(t("siteUsage.hint"), class_name="meta"),
        rx.el.div(
            choice(t("usage.by"), groupings, _BARS.by, SiteUsageState.group),  # type: ignore[arg-type]
            choice(t("usage.period"), periods, _BARS.days, SiteUsageState.look_back),  # type: ignore[arg-type]
            class_name="admin-filters",
        ),
        usage_chart(SiteUsageState.bars, t("siteUsage.room")),
        rx.el.div(
            link_button(
                icon("download", 16), t("usage.csv"), href=address, reload_document=True, custom_attrs={"download": ""}
            ),
            class_name="buttons",
        ),
    )
