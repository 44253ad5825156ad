"""The state of the page ``/settings/billing``. Every argument is hostile until a use case has checked it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, Final

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.billing.queries import my_balance
from chat_app.core.billing.tables import CREDIT
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.pages import Page, Place
from chat_app.core.payments.customers import view_buyer
from chat_app.core.payments.ports import Facts
from chat_app.core.payments.queries import my_payments
from chat_app.core.payments.tables import Payment
from chat_app.ui.page_state import PageState, loading
from chat_app.ui.payments.shapes import (
    OfferVar,
    PaymentVar,
    SubscriptionVar,
    offer_var,
    payment_var,
    subscription_var,
)
from chat_app.ui.session import sender
from chat_app.ui.transport.answering import answering, refuse

FIRST: Final = 20
PORTAL: Final = "portal"


class PaymentsState(PageState, rx.State):
    """The person's plan, the plans and packs to buy, and their payments."""

    on: bool = False
    """Whether the site sells anything."""
    customer: bool = False
    """Whether the person has a page at the payment provider."""
    subscription: SubscriptionVar = SubscriptionVar()
    plans: list[OfferVar] = []
    packs: list[OfferVar] = []
    payments: list[PaymentVar] = []
    more: bool = False
    paying: bool = False
    """Whether people of the site have balances."""
    available: float = 0
    """The person's balance, in token credits."""
    outcome: str = ""
    """The outcome of the checkout from which the person returns: *paid*, *trial*, *pending*, *left* or *away*."""
    leaving: str = ""
    """The destination for which the browser is about to leave: a plan, a pack, or the portal."""
    _next: Place | None = None

    @rx.event
    async def load(self) -> None:
        """Load the data of the page; after a checkout, look up its outcome first."""
        outcome = await _outcome(self) if self.rx_router_url.query_parameters.get("back") else ""
        async with loading(self) as ctx:
            await _show(self, ctx)
            self.outcome, self.leaving = outcome, ""

    @rx.event
    async def subscribe(self, plan: str) -> AsyncIterator[Any]:
        """Send the browser to where a plan is paid, or a change of plan confirmed."""
        ask = partial(runtime().payments.begin_checkout, plan=str(plan), pack=None)
        async for each in _leave(self, str(plan), ask):
            yield each

    @rx.event
    async def buy(self, pack: str) -> AsyncIterator[Any]:
        """Send the browser to where a pack is paid."""
        ask = partial(runtime().payments.begin_checkout, plan=None, pack=str(pack))
        async for each in _leave(self, str(pack), ask):
            yield each

    @rx.event
    async def open_portal(self) -> AsyncIterator[Any]:
        """Send the browser to the person's page at the payment provider."""
        async for each in _leave(self, PORTAL, runtime().payments.open_portal):
            yield each

    @rx.event
    async def show_more(self) -> None:
        """Show the next page of payments."""
        async with answering(self, "payments") as ctx:
            if self._next:
                locale = (await view_buyer(ctx)).locale
                self.payments = [*self.payments, *_listed(self, await my_payments(ctx, self._next, FIRST), locale)]


async def _show(state: PaymentsState, ctx: Context) -> None:
    buyer, payments = await view_buyer(ctx), runtime().payments
    state.on, state.customer = payments.on, bool(buyer.customer)
    balance = await my_balance(ctx)
    state.paying, state.available = balance["billing"] == "on", balance["available"] / CREDIT
    state.subscription = subscription_var(buyer.subscription, payments.plans, buyer.locale)
    offers = payments.offers(buyer)
    state.plans = [offer_var(each, buyer.locale) for each in offers if each.item.recurring]
    state.packs = [offer_var(each, buyer.locale) for each in offers if not each.item.recurring]
    state.payments = _listed(state, await my_payments(ctx, limit=FIRST), buyer.locale)


def _listed(state: PaymentsState, page: Page[Payment], locale: str) -> list[PaymentVar]:
    state.more, state._next = page.next is not None, page.next
    return [payment_var(each, runtime().payments.plans, locale) for each in page.items]


async def _outcome(state: PaymentsState) -> str:
    """Return the outcome of the checkout that this person was sent to last, in one word."""
    try:
        return _in_a_word(await runtime().payments.look_up_checkout(await sender(state)))
    except DomainError:
        return "away"


def _in_a_word(facts: Facts | None) -> str:
    if facts is None:
        return ""
    if facts.open:
        return "left"
    if any(each.paid and each.amount for each in facts.payments):
        return "paid"
    return "trial" if any(each.trial_end for each in facts.subscriptions) else "pending"


async def _leave(state: PaymentsState, about: str, ask: Callable[[Actor], Awaitable[str]]) -> AsyncIterator[Any]:
    """Ask for an address, and send the browser there; a refusal is shown as a toast."""
    state.leaving = about[:64]
    yield None
    try:
        url = await ask(await sender(state))
    except DomainError as error:
        await refuse(state, about, error)
        url = ""
    state.leaving = ""
    if url:
        yield rx.redirect(url)
