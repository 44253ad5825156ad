"""The dialog of a room's usage, and the button in the drawer that opens it."""

from typing import Final

import reflex as rx

from chat_app.ui.components.controls import button, icon, link_button
from chat_app.ui.components.display import empty, skeleton
from chat_app.ui.components.floating import dialog, opens
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.following import following
from chat_app.ui.live.vars import BALANCED, COUNTS, ROOM
from chat_app.ui.usage.budget_state import BudgetsState
from chat_app.ui.usage.budgets import budgets
from chat_app.ui.usage.buying import buy_link, lacking_words
from chat_app.ui.usage.chart import usage_chart
from chat_app.ui.usage.shapes import BalanceVar, BarsVar
from chat_app.ui.usage.state import RoomUsageState

_ID: Final = "room-usage"
_BARS: BarsVar = RoomUsageState.bars  # type: ignore[assignment]
_BALANCE: BalanceVar = RoomUsageState.balance  # type: ignore[assignment]
_PAYERS: Final = ("owner", "asker", "site")


def usage_button() -> rx.Component:
    """Return the button that shows what models did in the room; nothing if the site does not count it."""
    return rx.cond(
        COUNTS,
        button(
            icon("chart-column", 16),
            t("usage.title"),
            kind="plain",
            on_click=[RoomUsageState.load(ROOM.id, "day"), BudgetsState.show("room", ROOM.id)],
            custom_attrs=opens(_ID),
        ),
    )


def usage_dialog() -> rx.Component:
    """Return the closed dialog."""
    return dialog(
        _ID,
        t("usage.ofRoom"),
        rx.match(
            RoomUsageState.status,
            ("loading", rx.el.div(*(skeleton("100%") for _ in range(4)), aria_busy=True)),
            (
                "ready",
                rx.fragment(
                    _payer(),
                    budgets("room", RoomUsageState.room, RoomUsageState.may_choose),
                    _usage(),
                    following(BALANCED, RoomUsageState.follow),
                ),
            ),
            empty(t("errors.unavailable"), button(t("common.retry"), on_click=RoomUsageState.load(ROOM.id, "day"))),
        ),
        class_name="dialog room-usage",
    )


def _payer() -> rx.Component:
    choice = rx.el.label(
        rx.el.span(t("usage.whoPays")),
        rx.el.select(
            *(
                rx.el.option(
                    t_in("usage.payers", rx.Var.create(each)),
                    value=each,
                    disabled=~RoomUsageState.for_site if each == "site" else False,
                )
                for each in _PAYERS
            ),
            value=RoomUsageState.payer,
            on_change=lambda payer: RoomUsageState.choose(ROOM.id, payer),
            class_name="input",
        ),
        class_name="setting",
    )
    return rx.fragment(rx.cond(RoomUsageState.may_choose, choice), rx.cond(_BALANCE.billing == "on", _paying()))


def _paying() -> rx.Component:
    """Return the payer of the person's questions, and the possible actions if they cannot pay."""
    mine, name = RoomUsageState.mine, RoomUsageState.pays
    for_all = (RoomUsageState.payer == "owner") & RoomUsageState.may_choose
    words = rx.cond(for_all, t("usage.youPayForAll"), t("usage.youPay"))
    me = rx.el.span(words, " ", t("usage.youHave", n=_BALANCE.available))
    person = rx.cond(mine, me, rx.el.span(t("usage.otherPays", name=name)))
    lacking = rx.cond(mine, lacking_words(RoomUsageState.sells), t("usage.otherEmpty", name=name))
    buy = rx.cond(mine & RoomUsageState.sells, rx.el.div(buy_link("primary"), class_name="buttons"))
    return rx.fragment(
        rx.cond(RoomUsageState.absent, rx.el.p(t("usage.ownerAbsent"), class_name="meta")),
        rx.el.p(rx.match(name, ("", rx.el.span(t("usage.sitePays"))), person), class_name="meta"),
        rx.cond(RoomUsageState.enough, None, rx.fragment(rx.el.p(lacking, class_name="notice"), buy)),
    )


def _usage() -> rx.Component:
    address = rx.Var.create(f"/api/v1/rooms/{ROOM.id}/usage?format=csv&by={_BARS.by}&days={_BARS.days}").to(str)
    return rx.fragment(
        rx.el.select(
            *(
                rx.el.option(t_in("usage.groupings", rx.Var.create(each)), value=each)
                for each in ("day", "model", "person", "work")
            ),
            value=_BARS.by,
            on_change=lambda by: RoomUsageState.load(ROOM.id, by),
            class_name="input",
            aria_label=t("usage.by"),
        ),
        usage_chart(RoomUsageState.bars),
        rx.el.div(
            link_button(
                icon("download", 16), t("usage.csv"), href=address, reload_document=True, custom_attrs={"download": ""}
            ),
            class_name="buttons",
        ),
    )
