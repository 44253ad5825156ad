"""The page ``/settings/usage``."""

import reflex as rx

from chat_app.ui.components.controls import button, icon, link, link_button
from chat_app.ui.components.display import empty, skeleton
from chat_app.ui.i18n import t, t_in
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.live.following import following
from chat_app.ui.live.vars import BALANCED
from chat_app.ui.times import day_of
from chat_app.ui.usage.budgets import budgets
from chat_app.ui.usage.buying import buy_link, lacking_words
from chat_app.ui.usage.chart import usage_chart
from chat_app.ui.usage.giving import give_button, give_dialog
from chat_app.ui.usage.shapes import PERIODS, BalanceVar, BarsVar, TransactionVar
from chat_app.ui.usage.state import UsageState

_BALANCE: BalanceVar = UsageState.balance  # type: ignore[assignment]
_BARS: BarsVar = UsageState.bars  # type: ignore[assignment]


def page() -> rx.Component:
    """Return the page."""
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("usage.title")), class_name="room-header"),
        rx.el.div(
            rx.el.div(
                link(t("security.toSettings"), href="/settings"),
                rx.match(
                    UsageState.status,
                    ("ready", _sections()),
                    ("failed", empty(t("errors.unavailable"), button(t("common.retry"), on_click=UsageState.load))),
                    rx.el.div(*(skeleton("100%", "36px") for _ in range(4)), class_name="form", aria_busy=True),
                ),
                class_name="settings security usage-page",
            ),
            class_name="scrolls",
        ),
    )


def _sections() -> rx.Component:
    counted = rx.fragment(
        rx.cond(_BALANCE.billing == "on", _balance()),
        budgets("me", ""),
        _usage(),
        _transactions(),
        following(BALANCED, UsageState.follow),
    )
    return rx.cond(_BALANCE.billing == "off", empty(t("usage.off")), counted)


def _balance() -> rx.Component:
    return rx.el.section(
        rx.el.h2(t("usage.balance")),
        rx.el.p(t("usage.has", n=_BALANCE.available), class_name="usage-balance"),
        rx.cond(_BALANCE.reserved > 0, rx.el.p(t("usage.reserved", n=_BALANCE.reserved), class_name="meta")),
        rx.cond(UsageState.lacks, rx.el.p(lacking_words(UsageState.sells), class_name="notice")),
        rx.el.div(
            rx.cond(UsageState.sells, rx.cond(UsageState.lacks, buy_link("primary"), buy_link())),
            rx.cond(_BALANCE.available > 0, give_button()),
            class_name="buttons",
        ),
        give_dialog(),
        aria_live="polite",
    )


def _usage() -> rx.Component:
    groupings = {name: t_in("usage.groupings", rx.Var.create(name)) for name in ("day", "model", "room", "person")}
    address = rx.Var.create(f"/api/v1/me/usage?format=csv&by={_BARS.by}&days={_BARS.days}").to(str)
    return rx.el.section(
        rx.el.h2(t("usage.used")),
        rx.el.div(
            rx.el.select(
                *(rx.el.option(words, value=name) for name, words in groupings.items()),
                value=_BARS.by,
                on_change=UsageState.group,
                class_name="input",
                aria_label=t("usage.by"),
            ),
            rx.el.select(
                *(rx.el.option(t("usage.days", count=int(days)), value=days) for days in PERIODS),
                value=_BARS.days,
                on_change=UsageState.look_back,
                class_name="input",
                aria_label=t("usage.period"),
            ),
            class_name="usage-choices",
        ),
        usage_chart(UsageState.bars),
        rx.el.div(
            link_button(
                icon("download", 16), t("usage.csv"), href=address, reload_document=True, custom_attrs={"download": ""}
            ),
            class_name="buttons",
        ),
    )


def _transactions() -> rx.Component:
    return rx.cond(
        UsageState.transactions.length() > 0,
        rx.el.section(
            rx.el.h2(t("usage.transactions")),
            rx.el.ul(rx.foreach(UsageState.transactions, _transaction), class_name="usage-transactions"),
            rx.cond(UsageState.has_more, button(t("usage.older"), on_click=UsageState.older, class_name="own-width")),
        ),
    )


def _transaction(row: rx.Var[TransactionVar]) -> rx.Component:
    expires = rx.fragment(" · ", t("usage.expires"), " ", rx.el.time(day_of(row.expires), date_time=row.expires))
    given = rx.cond(row.amount > 0, t("usage.giftFrom", name=row.person), t("usage.giftTo", name=row.person))
    return rx.el.li(
        rx.el.span(
            rx.el.span(rx.cond(row.person != "", given, t_in("usage.kinds", row.kind))),
            rx.el.span(
                rx.el.time(day_of(row.at), date_time=row.at),
                rx.cond(row.expires != "", expires),
                rx.cond(row.missing > 0, rx.fragment(" · ", t("usage.missing", n=row.missing))),
                class_name="meta",
            ),
        ),
        rx.el.span(t("usage.signed", n=row.amount), class_name=rx.cond(row.amount > 0, "amount comes", "amount")),
        key=row.id,
    )
