"""The state of the page ``/admin/reports``. Every argument is hostile until a use case has checked it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import Page, Place
from chat_app.core.safety.moderation import (
    delete_reported_message,
    dismiss_report,
    suspend_reported_user,
)
from chat_app.core.safety.queries import list_reports, list_suspended
from chat_app.core.safety.ratings import count_ratings, list_reasons
from chat_app.core.safety.suspending import restore_user
from chat_app.ui.moderation.shapes import (
    RatingVar,
    ReportVar,
    SuspendedVar,
    TotalVar,
    rating_var,
    report_var,
    suspended_var,
    total_var,
)
from chat_app.ui.page_state import PageState, loading
from chat_app.ui.transport.answering import answering

TABS: dict[str, tuple[str, Callable[..., Awaitable[Page[Any]]], Callable[..., Any]]] = {
    "open": ("reports", list_reports, report_var),
    "resolved": ("reports", partial(list_reports, resolved=True), report_var),
    "suspended": ("suspended", list_suspended, suspended_var),
    "answers": ("reasons", list_reasons, rating_var),
}
"""For each tab in the address: its list, the query, and the shape."""


class ModerationState(PageState, rx.State):
    """One of the lists, with the pages that the admin has loaded."""

    tab: str = "open"
    reports: list[ReportVar] = []
    suspended: list[SuspendedVar] = []
    reasons: list[RatingVar] = []
    totals: list[TotalVar] = []
    model: str = ""
    """The model of which the reasons are shown, empty for all."""
    more: bool = False
    _next: Place | None = None
    _chosen: str = ""
    _labels: dict[str, str] = {}
    """The names of the models that the site offers, by id."""

    @rx.event
    async def load(self) -> None:
        """Show the tab that the address names from its beginning, as much of it as is shown already."""
        await _load(self)

    @rx.event
    async def show_more(self) -> None:
        """Show the next page."""
        async with answering(self, "more") as ctx:
            if self.more:
                await _add_page(self, ctx)

    @rx.event
    async def choose(self, report: str) -> None:
        """Select the report for the dialog that opens."""
        self._chosen = report

    @rx.event
    async def dismiss(self, report: str) -> None:
        """Dismiss a report."""
        await _act(self, dismiss_report, report)

    @rx.event
    async def delete_message(self) -> None:
        """Delete the chosen report's message for everybody."""
        await _act(self, delete_reported_message, self._chosen)

    @rx.event
    async def suspend(self) -> None:
        """Suspend the chosen report's person."""
        await _act(self, suspend_reported_user, self._chosen)

    @rx.event
    async def restore(self, user: str) -> None:
        """Restore a suspended person."""
        await _act(self, restore_user, user)


async def _act(state: ModerationState, use_case: Callable[[Context, str], Awaitable[None]], about: str) -> None:
    async with answering(state, about) as ctx:
        await use_case(ctx, about)
    await _load(state)


async def _load(state: ModerationState) -> None:
    query = state.router.url.query_parameters
    wanted, model = query.get("tab", ""), query.get("model", "")
    shown = len(getattr(state, TABS[state.tab][0])) if (wanted, model) == (state.tab, state.model) else 0
    state.tab, state.model = wanted if wanted in TABS else "open", model
    state.reports, state.suspended, state.reasons = [], [], []
    state.more, state._next = False, None
    if state.tab == "answers":
        state._labels = {each.id: each.label for each in await runtime().gateway.models()}
    async with loading(state) as ctx:
        if state.tab == "answers":
            state.totals = [total_var(each, state._labels) for each in await count_ratings(ctx)]
        while await _add_page(state, ctx) < shown and state.more:
            pass


async def _add_page(state: ModerationState, ctx: Context) -> int:
    """Load another page; return the number of rows now shown."""
    name, read, shape = TABS[state.tab]
    if state.tab == "answers":
        read, shape = partial(read, model=state.model), partial(shape, labels=state._labels)
    page = await read(ctx, after=state._next)
    shown: list[object] = getattr(state, name)
    shown.extend(map(shape, page.items))
    state._next, state.more = page.next, page.next is not None
    return len(shown)
