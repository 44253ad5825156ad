"""The page ``/settings/billing``: the plan, the plans and packs to buy, and the payments."""

from typing import Any

import reflex as rx

from chat_app.ui import js
from chat_app.ui.components.controls import AGAIN, button, icon, link
from chat_app.ui.components.display import badge, empty, notice, skeleton
from chat_app.ui.i18n import locale, t, t_in
from chat_app.ui.layouts.shell import shell
from chat_app.ui.layouts.sidebar import sidebar_button
from chat_app.ui.payments.shapes import OfferVar, PaymentVar
from chat_app.ui.payments.state import PORTAL, PaymentsState
from chat_app.ui.times import day_in_full, full_time

MINE: Any = PaymentsState.subscription


def page() -> rx.Component:
    """Return the page."""
    again = button(t("common.retry"), on_click=PaymentsState.load)
    return shell(
        rx.el.header(sidebar_button(), rx.el.h1(t("payments.title")), class_name="room-header"),
        rx.el.div(
            rx.el.div(
                link(t("security.toSettings"), href="/settings"),
                rx.match(
                    PaymentsState.status,
                    ("ready", _sections()),
                    ("failed", empty(t("payments.failedTitle"), again)),
                    _loading(),
                ),
                class_name="settings security payments",
            ),
            class_name="scrolls",
        ),
    )


def _sections() -> rx.Component:
    to_usage = link(t("usage.open"), href="/settings/usage")
    has = rx.el.p(t("payments.has", n=PaymentsState.available), " ", to_usage, class_name="meta")
    return rx.fragment(
        _outcome(),
        rx.cond(PaymentsState.paying, rx.el.section(rx.el.h2(t("usage.balance")), has)),
        rx.cond(PaymentsState.on | (MINE.plan != ""), _plan(), rx.el.section(empty(t("payments.off")))),
        rx.cond(PaymentsState.packs.length() > 0, _packs()),
        rx.cond(PaymentsState.on | (PaymentsState.payments.length() > 0), _payments()),
    )


def _outcome() -> rx.Component:
    """Return the outcome of the checkout from which the person returns, as the payment provider reports it."""
    said = rx.match(
        PaymentsState.outcome,
        ("paid", notice(t("payments.outcomes.paid"))),
        ("trial", notice(t("payments.outcomes.trial"))),
        ("pending", notice(t("payments.outcomes.pending"), kind="amber")),
        ("left", notice(t("payments.outcomes.left"))),
        ("away", notice(t("payments.outcomes.away"), kind="amber")),
        rx.fragment(),
    )
    return rx.el.div(said, role="status")


def _plan() -> rx.Component:
    manage = button(
        t("payments.manage"),
        busy=PaymentsState.leaving == PORTAL,
        on_click=PaymentsState.open_portal.throttle(AGAIN),
        class_name="own-width",
    )
    return rx.el.section(
        rx.el.h2(t("payments.plan")),
        rx.cond(MINE.plan != "", _mine(), rx.el.p(t("payments.noPlan"), class_name="meta")),
        rx.cond(PaymentsState.plans.length() > 0, rx.el.ul(rx.foreach(PaymentsState.plans, _offer), class_name="rows")),
        rx.cond(
            PaymentsState.customer & PaymentsState.on,
            rx.fragment(manage, rx.el.p(t("payments.manageHint"), class_name="meta")),
        ),
    )


def _mine() -> rx.Component:
    price = _money(MINE)
    until = day_in_full(MINE.period_end)
    next_ = rx.cond(
        MINE.cancels,
        t("payments.ends", at=until),
        t("payments.renews", at=until, price=price),
    )
    words = rx.match(
        MINE.status,
        ("trialing", rx.cond(MINE.cancels, t("payments.ends", at=until), t("payments.tries", at=until, price=price))),
        ("active", rx.cond(MINE.period_end != "", next_, "")),
        "",
    )
    trouble = rx.match(
        MINE.status,
        ("past_due", notice(t("payments.pastDue"), kind="amber")),
        ("unpaid", notice(t("payments.unpaid"), kind="red")),
        ("paused", notice(t("payments.paused"), kind="amber")),
        rx.fragment(),
    )
    return rx.fragment(
        rx.el.p(
            rx.el.b(MINE.plan),
            badge(t_in("payments.states", MINE.status), kind=_kind(MINE.status)),
            class_name="stated",
        ),
        rx.cond(words != "", rx.el.p(words)),
        trouble,
        rx.cond(MINE.elsewhere, rx.el.p(t("payments.elsewhere"), class_name="meta")),
    )


def _offer(offer: rx.Var[OfferVar]) -> rx.Component:
    plan: Any = offer
    price = rx.cond(
        plan.interval == "year",
        t("payments.aYear", price=_money(plan)),
        t("payments.aMonth", price=_money(plan)),
    )
    free = t("payments.trial", count=plan.trial_days)
    trial = rx.cond(plan.trial_days > 0, rx.el.span(" · ", free, _tried(plan)))
    choose = rx.cond(MINE.plan != "", t("payments.change"), t("payments.subscribe"))
    return rx.el.li(
        rx.el.div(
            rx.el.p(plan.name, class_name="label"),
            rx.el.p(t("payments.tokensEach", n=plan.tokens), " · ", price, trial, class_name="meta"),
        ),
        rx.cond(
            plan.current,
            badge(t("payments.yours"), kind="accent"),
            rx.cond(
                MINE.elsewhere,
                None,
                button(
                    choose,
                    kind="primary",
                    busy=PaymentsState.leaving == plan.id,
                    aria_label=t("payments.choose", name=plan.name),
                    on_click=PaymentsState.subscribe(plan.id).throttle(AGAIN),
                ),
            ),
        ),
        key=plan.id,
    )


def _tried(plan: Any) -> rx.Component:
    """Return the tokens of the free trial, which are fewer than those of a paid period."""
    return rx.cond(plan.trial_tokens > 0, rx.fragment(" ", t("payments.trialTokens", n=plan.trial_tokens)))


def _packs() -> rx.Component:
    return rx.el.section(
        rx.el.h2(t("payments.packs")),
        rx.el.p(t("payments.packsHint"), class_name="meta"),
        rx.el.ul(rx.foreach(PaymentsState.packs, _pack), class_name="rows"),
    )


def _pack(offer: rx.Var[OfferVar]) -> rx.Component:
    pack: Any = offer
    return rx.el.li(
        rx.el.div(
            rx.el.p(pack.name, class_name="label"),
            rx.el.p(t("payments.tokens", n=pack.tokens), " · ", _money(pack), class_name="meta"),
        ),
        button(
            t("payments.buy"),
            busy=PaymentsState.leaving == pack.id,
            aria_label=t("payments.buyNamed", name=pack.name),
            on_click=PaymentsState.buy(pack.id).throttle(AGAIN),
        ),
        key=pack.id,
    )


def _payments() -> rx.Component:
    paid = PaymentsState.payments
    further = button(t("common.more"), on_click=PaymentsState.show_more.throttle(AGAIN))
    return rx.el.section(
        rx.el.h2(t("payments.history")),
        rx.cond(
            paid.length() > 0,
            rx.el.ul(rx.foreach(paid, _payment), class_name="rows"),
            rx.el.p(t("payments.noneYet"), class_name="meta"),
        ),
        rx.cond(PaymentsState.more, rx.el.div(further, class_name="show-more")),
    )


def _payment(payment: rx.Var[PaymentVar]) -> rx.Component:
    paid: Any = payment
    usual = (paid.status == "paid") & (paid.rail == "stripe")
    state = rx.cond(
        paid.status == "paid",
        t_in("payments.rails", paid.rail),
        t_in("payments.paymentStates", paid.status),
    )
    back = rx.cond(paid.taken_back > 0, rx.el.span(" · ", t("payments.takenBack", n=paid.taken_back)))
    return rx.el.li(
        rx.el.div(
            rx.el.p(
                rx.el.span(paid.name), rx.cond(usual, None, badge(state, kind=_kind(paid.status))), class_name="stated"
            ),
            rx.el.p(full_time(paid.at), class_name="meta"),
            rx.cond(paid.tokens > 0, rx.el.p(t("payments.tokens", n=paid.tokens), back, class_name="meta")),
        ),
        rx.el.div(
            rx.el.p(_money(paid), class_name="amount"),
            rx.cond(
                paid.page != "",
                rx.el.a(
                    t("payments.invoice"),
                    icon("external-link", 14),
                    href=paid.page,
                    target="_blank",
                    rel="noopener noreferrer",
                    class_name="link",
                    aria_label=t("payments.invoiceOf", name=paid.name, at=full_time(paid.at)),
                ),
            ),
            class_name="paid",
        ),
        key=paid.id,
    )


def _kind(status: rx.Var[str]) -> Any:
    wrong = (status == "past_due") | (status == "unpaid") | (status == "failed") | (status == "disputed")
    return rx.cond(wrong, "amber", "")


def _money(of: Any) -> rx.Var[str]:
    return js.result("money.js", "money", str, of.amount, of.decimals, of.currency, locale())


def _loading() -> rx.Component:
    lines = [skeleton(width, "36px") for width in ("40%", "100%", "100%", "60%")]
    return rx.el.div(*lines, class_name="form", aria_busy=True, aria_label=t("common.loading"), role="status")
