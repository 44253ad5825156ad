"""The state of the page ``/admin/webhooks``. Every argument is hostile until a use case has checked it."""

from dataclasses import dataclass

import reflex as rx

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import Place
from chat_app.core.payments.settlement.received import ReceivedEvent, list_payment_events
from chat_app.core.support.targets import AlertAttemptOut, AlertsOut, send_test_alert, view_alerts
from chat_app.ui.administration.searched import LISTED_MOST
from chat_app.ui.page_state import PageState, loading
from chat_app.ui.transport.answering import answering, say


@dataclass
class EventVar:
    """An event that a payment provider sent; ``handled_at`` and ``error`` may be empty."""

    id: str
    rail: str
    kind: str
    reference: str
    received_at: str
    handled_at: str
    state: str
    attempts: int
    error: str


@dataclass
class TargetVar:
    """A target of alerts; ``address`` identifies it, without secret parts."""

    id: str
    way: str
    address: str


@dataclass
class AttemptVar:
    """An attempt to send an alert; ``problem`` is empty if it was accepted."""

    id: str
    at: str
    way: str
    address: str
    test: bool
    attempt: int
    problem: str


class WebhooksState(PageState, rx.State):
    """The events of payment providers, with the pages that were loaded, and the alerts to support."""

    events: list[EventVar] = []
    more: bool = False
    shown: str = "all"
    """*all* events, or those that are *unhandled*."""
    targets: list[TargetVar] = []
    unset: str = ""
    attempts: list[AttemptVar] = []
    _next: Place | None = None

    @rx.event
    async def load(self) -> None:
        """Show the newest events, and the alerts to people who see the site's settings."""
        async with loading(self) as ctx:
            await _begin(self, ctx)
            if site_can(ctx.me.site_roles, SitePermission.VIEW_SITE):
                _show_alerts(self, await view_alerts(ctx))

    @rx.event
    async def narrow(self, shown: str) -> None:
        """Show all events, or only unhandled ones."""
        async with answering(self, "events") as ctx:
            self.shown = "unhandled" if shown == "unhandled" else "all"
            await _begin(self, ctx)

    @rx.event
    async def show_more(self) -> None:
        """Show the next page of events."""
        async with answering(self, "more") as ctx:
            if self.more:
                await _add_page(self, ctx)

    @rx.event
    async def test(self, target: str) -> None:
        """Send a test to a target."""
        async with answering(self, target) as ctx:
            await send_test_alert(ctx, target)
            say(ctx, self, "siteWebhooks.testing")


async def _begin(state: WebhooksState, ctx: Context) -> None:
    state.events, state._next = [], None
    await _add_page(state, ctx)


async def _add_page(state: WebhooksState, ctx: Context) -> None:
    page = await list_payment_events(ctx, unhandled=state.shown == "unhandled", after=state._next)
    state.events, state._next = [*state.events, *map(_event_var, page.items)], page.next
    state.more = page.next is not None and len(state.events) < LISTED_MOST


def _show_alerts(state: WebhooksState, found: AlertsOut) -> None:
    state.targets = [TargetVar(each["id"], each["way"], each["target"]) for each in found["targets"]]
    state.unset = ", ".join(found["unset"])
    state.attempts = list(map(_attempt_var, found["attempts"]))


def _event_var(found: ReceivedEvent) -> EventVar:
    it = found.as_json()
    return EventVar(
        id=it["id"],
        rail=it["rail"],
        kind=it["kind"],
        reference=it["reference"],
        received_at=it["received_at"],
        handled_at=it["handled_at"] or "",
        state=it["state"],
        attempts=it["attempts"],
        error=it["error"],
    )


def _attempt_var(it: AlertAttemptOut) -> AttemptVar:
    return AttemptVar(it["id"], it["at"], it["way"], it["target"], it["test"], it["attempt"], it["problem"])
