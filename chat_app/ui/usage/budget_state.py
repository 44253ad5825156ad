"""The state of budgets, wherever they are shown. Every argument is hostile until a use case has checked it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import reflex as rx

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.billing.budgets.commands import (
    BudgetWish,
    set_group_budget,
    set_member_budget,
    set_my_budget,
    set_person_budget,
    set_room_budget,
    set_site_budget,
)
from chat_app.core.billing.budgets.queries import (
    group_budgets,
    my_budgets,
    person_budgets,
    room_budgets,
    site_budgets,
)
from chat_app.core.billing.tables import CREDIT, BudgetScope
from chat_app.core.billing.wire import BudgetJson
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotFound
from chat_app.ui.fields import text_of, texts_of
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.transport.answering import answering, say
from chat_app.ui.usage.shapes import PERCENTS, micro_units

SITE: Final = "site"
"""In the place of a person, in one's own usage: the budget of the site."""


@dataclass
class BudgetVar:
    """A budget as pages show it: in credits and US dollars. ``whose`` is who it is for beside the first choice."""

    scope: str
    whose: str
    name: str
    amount: float
    used: float
    money: float
    share: int
    hard: bool
    alerts: list[str] = field(default_factory=list)
    renews: str = ""


class BudgetsState(PageState, FormState, rx.State):
    """The budgets of one thing, ``kind`` and ``which``: *me*, a *room*, a *group* or a *person*."""

    kind: str = ""
    which: str = ""
    budgets: list[BudgetVar] = []
    amount: str = ""
    """The amount of the first choice, which the form shows."""
    hard: bool = False
    alerts: list[str] = []
    for_site: bool = False
    """Whether the person may set the budget of the site."""
    credits_per_dollar: int = 0
    saved: int = 0
    """The number of times that the form was accepted: it closes then."""

    @rx.event
    async def show(self, kind: str, which: str) -> None:
        """Show the budgets of one thing."""
        self.kind, self.which = str(kind), str(which)
        async with loading(self) as ctx:
            await _show(self, ctx)

    @rx.event
    async def save(self, fields: dict[str, Any]) -> None:
        """Set the budget that the form describes."""
        async with submitting(self, "amount", "alerts") as ctx:
            await _setting(self, text_of(fields, "whose"))(ctx, wish_of(fields))
            await _show(self, ctx)
            self.saved += 1
            say(ctx, self, "common.saved")

    @rx.event
    async def remove(self, whose: str) -> None:
        """Delete a budget."""
        async with answering(self, "budgets") as ctx:
            await _setting(self, str(whose))(ctx, None)
            await _show(self, ctx)


def wish_of(fields: dict[str, Any]) -> BudgetWish:
    """Return the budget that a form describes, without invalid percentages.

    Pure. The amount may have more decimals, as set by a program and shown by the form.
    """
    alerts = [int(each) for each in texts_of(fields, "alerts") if each in PERCENTS]
    return BudgetWish(micro_units(text_of(fields, "amount"), 1), text_of(fields, "hard") == "hard", alerts)


def _setting(state: BudgetsState, whose: str) -> Callable[[Context, BudgetWish | None], Awaitable[None]]:
    """Return what sets or deletes the budget that is meant."""
    which = state.which
    if state.kind == "room" and whose:
        return lambda ctx, wish: set_member_budget(ctx, which, whose, wish)
    if state.kind == "room":
        return lambda ctx, wish: set_room_budget(ctx, which, wish)
    if state.kind == "group":
        return lambda ctx, wish: set_group_budget(ctx, which, wish)
    if state.kind == "person":
        return lambda ctx, wish: set_person_budget(ctx, which, wish)
    return set_site_budget if whose == SITE else set_my_budget


async def _show(state: BudgetsState, ctx: Context) -> None:
    await ctx.db.flush()
    found = await _found(ctx, state.kind, state.which)
    state.for_site = site_can(ctx.me.site_roles, SitePermission.MANAGE_BILLING)
    state.credits_per_dollar = ctx.policy.credits_per_dollar
    state.budgets = [_budget_var(each, ctx.policy.credits_per_dollar) for each in found]
    first = next((each for each in state.budgets if not each.whose and each.scope != BudgetScope.PERSON), None)
    if state.kind == "person":
        first = state.budgets[0] if state.budgets else None
    state.amount = f"{first.amount:.6f}".rstrip("0").rstrip(".") if first else ""
    state.hard, state.alerts = (first.hard, first.alerts) if first else (False, ["50", "80", "100"])


async def _found(ctx: Context, kind: str, which: str) -> list[BudgetJson]:
    if kind == "room":
        return await room_budgets(ctx, which)
    if kind == "group":
        return await group_budgets(ctx, which)
    if kind == "person":
        return await person_budgets(ctx, which)
    if kind != "me":
        raise NotFound()
    may_see = site_can(ctx.me.site_roles, SitePermission.MANAGE_BILLING)
    return [*await my_budgets(ctx), *(await site_budgets(ctx) if may_see else [])]


def _budget_var(budget: BudgetJson, credits_per_dollar: int) -> BudgetVar:
    person, scope = budget["person"], BudgetScope(budget["scope"])
    used = budget["spent"] + budget["reserved"]
    whose = person["id"] if person and scope == BudgetScope.MEMBER else SITE if scope == BudgetScope.SITE else ""
    return BudgetVar(
        scope=scope.value,
        whose=whose,
        name=person["name"] if person else "",
        amount=budget["amount"] / CREDIT,
        used=used / CREDIT,
        money=budget["amount"] / CREDIT / credits_per_dollar,
        share=min(100, -(-100 * used // budget["amount"])),
        hard=budget["hard"],
        alerts=[str(each) for each in budget["alerts"]],
        renews=budget["renews_at"],
    )
