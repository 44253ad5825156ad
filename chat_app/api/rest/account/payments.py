"""List plans, buy one, and list payments. 404 with the code `payments_off` where the site takes no payments."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from typing_extensions import TypedDict

from chat_app.api.auth import ActorInSession, Guest, Parts, Reading
from chat_app.api.cursors import Cursor, paged, place_of, whole
from chat_app.api.shapes import RequestBody
from chat_app.core.kernel.wire import PageJson
from chat_app.core.payments.errors import PaymentsOff
from chat_app.core.payments.queries import PAGE_MAX, my_payments, my_subscription
from chat_app.core.payments.tables import Rail
from chat_app.core.payments.wire import (
    PaymentJson,
    PlanJson,
    SubscriptionJson,
    payment_json,
    plan_json,
    subscription_json,
)

router = APIRouter(tags=["payments"])


class NewCheckout(RequestBody):
    """A plan to subscribe to or to change to, or a pack to buy.

    Without a currency, the one that suits the person is used.
    """

    plan: Annotated[str, Field(max_length=40)] | None = None
    pack: Annotated[str, Field(max_length=40)] | None = None
    currency: Annotated[str, Field(max_length=3)] = ""


class Purchase(RequestBody):
    """A purchase in a store: of the App Store the signed transaction, of Google Play `product:purchase token`.

    The app has named the person to the store when they bought, by `appAccountToken` or
    `obfuscatedExternalAccountId`: their id.
    """

    rail: Literal["app_store", "google_play"]
    proof: Annotated[str, Field(min_length=1, max_length=20_000)]


class Address(TypedDict):
    """Name the address where the browser is to go."""

    url: str


class SubscriptionOut(TypedDict):
    """The person's subscription, null if they have none."""

    subscription: SubscriptionJson | None


@router.get("/plans")
async def list_plans(parts: Parts, ctx: Guest) -> PageJson[PlanJson]:
    """List the plans and packs, also to people who are not signed in."""
    if not (parts.payments.on or parts.payments.stores):
        raise PaymentsOff()
    return whole([plan_json(each) for each in parts.payments.plans.items.values()])


@router.post("/billing/checkout")
async def begin_checkout(parts: Parts, actor: ActorInSession, body: NewCheckout) -> Address:
    """Begin to buy a plan or a pack: `url` is the payment provider's page."""
    payments = parts.payments
    return {"url": await payments.begin_checkout(actor, plan=body.plan, pack=body.pack, currency=body.currency.lower())}


@router.post("/billing/portal")
async def open_portal(parts: Parts, actor: ActorInSession) -> Address:
    """Open the person's own page at the payment provider: they cancel there, and find invoices and cards."""
    return {"url": await parts.payments.open_portal(actor)}


@router.post("/billing/purchases", status_code=204)
async def link_purchase(parts: Parts, actor: ActorInSession, body: Purchase) -> None:
    """Link a purchase that the person has made in a store to them. Its tokens are credited once."""
    await parts.payments.link_purchase(actor, Rail(body.rail), body.proof)


@router.get("/me/subscription")
async def read_subscription(ctx: Reading) -> SubscriptionOut:
    """Return the person's subscription."""
    found = await my_subscription(ctx)
    return {"subscription": subscription_json(found) if found else None}


@router.get("/me/payments")
async def read_payments(
    ctx: Reading, cursor: Cursor = "", limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE_MAX
) -> PageJson[PaymentJson]:
    """List the person's payments, newest first."""
    page = await my_payments(ctx, place_of(cursor), limit)
    return paged([payment_json(each) for each in page.items], page.next)
