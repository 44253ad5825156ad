"""Monthly budgets: their use, and the form that sets them."""

from typing import Any, Final

import reflex as rx

from chat_app.ui.components.controls import button, icon, icon_button
from chat_app.ui.components.display import badge
from chat_app.ui.components.forms import FormVars, field, form
from chat_app.ui.i18n import t, t_in
from chat_app.ui.live.shapes import MemberVar
from chat_app.ui.live.vars import MEMBERS
from chat_app.ui.times import day_of
from chat_app.ui.usage.budget_state import SITE, BudgetsState, BudgetVar
from chat_app.ui.usage.shapes import PERCENTS

_FORM: Final = FormVars("budget", state=BudgetsState, send=BudgetsState.save)


def budgets(kind: str, which: rx.Var[str] | str, may_set: rx.Var[bool] | bool = True) -> rx.Component:
    """Return the budgets of one thing, loaded once they are shown, and the form for who may set them."""
    failed = button(t("common.retry"), on_click=BudgetsState.show(kind, which))
    return rx.el.section(
        rx.el.h3(t("budgets.title")) if kind in ("room", "person") else rx.el.h2(t("budgets.title")),
        rx.el.p(t_in("budgets.hints", rx.Var.create(kind)), class_name="meta"),
        rx.match(
            BudgetsState.status,
            ("ready", rx.fragment(_list(may_set), rx.cond(may_set, _setting(kind)))),
            ("failed", rx.el.p(t("errors.unavailable"), failed)),
            rx.el.span(),
        ),
        hidden=_is_nothing(may_set),
        on_mount=BudgetsState.show(kind, which),
        key=which,
        class_name="budgets",
    )


def _is_nothing(may_set: rx.Var[bool] | bool) -> rx.Var[bool] | bool:
    """Return whether there is neither a budget to show nor a permission to set one."""
    return ~may_set & (BudgetsState.budgets.length() == 0) if isinstance(may_set, rx.Var) else False


def _list(may_set: rx.Var[bool] | bool) -> rx.Component:
    return rx.cond(
        BudgetsState.budgets.length() > 0,
        rx.el.ul(rx.foreach(BudgetsState.budgets, lambda budget: _row(budget, may_set))),
    )


def _row(budget: rx.Var[BudgetVar], may_set: Any) -> rx.Component:
    settable = (budget.scope != "person") | (BudgetsState.kind == "person")
    remove = icon_button("trash-2", t("budgets.remove"), tip="end", on_click=BudgetsState.remove(budget.whose))
    used = t("budgets.used", used=budget.used, n=budget.amount, money=budget.money)
    return rx.el.li(
        rx.el.span(
            rx.el.b(rx.cond(budget.scope == "member", budget.name, t_in("budgets.scopes", budget.scope))),
            rx.cond(budget.hard, badge(t("budgets.hard")), badge(t("budgets.soft"))),
            rx.cond(may_set & settable if isinstance(may_set, rx.Var) else settable, remove),
            class_name="budget-head",
        ),
        rx.el.span(
            rx.el.span(style={"width": budget.share.to_string() + "%"}),
            class_name=rx.cond(budget.share >= 100, "usage-bar full", "usage-bar"),
            aria_hidden=True,
        ),
        rx.el.span(
            used,
            " · ",
            t("budgets.percent", n=budget.share),
            " · ",
            t("budgets.renews"),
            " ",
            rx.el.time(day_of(budget.renews), date_time=budget.renews),
            class_name="meta",
        ),
        key=budget.scope + budget.whose,
    )


def _setting(kind: str) -> rx.Component:
    """Return the form, which begins with the present values."""
    set_now = rx.cond(BudgetsState.amount != "", t("budgets.change"), t("budgets.set"))
    return rx.el.details(
        rx.el.summary(icon("gauge", 16), set_now, class_name="button quiet"),
        form(_FORM, *_choice(kind), *_amount(), _hardness(), _alerts(), submit=t("common.save"), kind="own-width"),
        key=BudgetsState.which + BudgetsState.saved.to_string() + BudgetsState.amount,
    )


def _choice(kind: str) -> list[rx.Component]:
    """Return the choice of the person whom a budget is for, where there is one."""
    if kind == "room":
        return [_select(t("budgets.wholeRoom"), rx.foreach(MEMBERS, _member))]
    if kind == "me":
        choice = _select(t("budgets.mine"), rx.el.option(t("budgets.site"), value=SITE))
        return [rx.cond(BudgetsState.for_site, choice)]
    return []


def _select(first: rx.Var[str], others: rx.Component) -> rx.Component:
    return rx.el.label(
        rx.el.span(t("budgets.whose"), class_name="label"),
        rx.el.select(rx.el.option(first, value=""), others, name="whose", class_name="input"),
        class_name="field",
    )


def _member(member: rx.Var[MemberVar]) -> rx.Component:
    return rx.el.option(f"{member.name} (@{member.username})", value=member.id)


def _amount() -> list[rx.Component]:
    return [
        field(
            "amount",
            t("budgets.amount"),
            error=_FORM.error("amount"),
            hint=t("budgets.amountHint", n=BudgetsState.credits_per_dollar),
            form="budget",
            type="number",
            min="0.000001",
            step="any",
            input_mode="decimal",
            required=True,
            default_value=BudgetsState.amount,
        )
    ]


def _hardness() -> rx.Component:
    def option(value: str, label: rx.Var[str], checked: rx.Var[bool]) -> rx.Component:
        return rx.el.label(
            rx.el.input(type="radio", name="hard", value=value, default_checked=checked), label, class_name="check"
        )

    return rx.el.fieldset(
        rx.el.legend(t("budgets.whenUsed"), class_name="label"),
        option("", t("budgets.softly"), ~BudgetsState.hard),
        option("hard", t("budgets.hardly"), BudgetsState.hard),
    )


def _alerts() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(t("budgets.alerts"), class_name="label"),
        rx.el.div(
            *(
                rx.el.label(
                    rx.el.input(
                        type="checkbox",
                        name="alerts",
                        value=each,
                        default_checked=BudgetsState.alerts.contains(each),
                    ),
                    t("budgets.percent", n=int(each)),
                    class_name="check",
                )
                for each in PERCENTS
            ),
            class_name="budget-percents",
        ),
    )
