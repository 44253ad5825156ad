"""Take in the events of payment providers, and list them. They are kept, answered at once, and handled by a job."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from typing_extensions import TypedDict

from chat_app.api.auth import Parts, Reading
from chat_app.api.cursors import Cursor, paged, place_of
from chat_app.api.errors import BodyTooLarge
from chat_app.core.kernel.wire import PageJson
from chat_app.core.payments.errors import NoticeInvalid
from chat_app.core.payments.settlement.received import PAGE_MAX, ReceivedEventOut, list_payment_events
from chat_app.core.payments.tables import Rail
from chat_app.traffic.tally import tally

BODY_MAX: Final = 256 * 1024
"""The maximum bytes of an event; Stripe's longest have less than half of it."""

router = APIRouter(tags=["payments"])


class PaymentEventOut(TypedDict):
    """The outcome of an event: whether it is new. One that has come before is not handled again."""

    new: bool


@router.get("/admin/payment-events")
async def read_payment_events(
    ctx: Reading,
    unhandled: bool = False,
    cursor: Cursor = "",
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE_MAX,
) -> PageJson[ReceivedEventOut]:
    """List the events that payment providers sent, the newest first, with the state of each. For staff who see
    payments. With `unhandled`, only those that were not handled yet.
    """
    page = await list_payment_events(ctx, unhandled=unhandled, after=place_of(cursor), limit=limit)
    return paged([each.as_json() for each in page.items], page.next)


@router.post("/webhooks/stripe")
async def receive_stripe(request: Request, parts: Parts) -> PaymentEventOut:
    """Take in an event of Stripe, signed with `STRIPE_WEBHOOK_SECRET`."""
    return await _receive(request, parts, Rail.STRIPE)


@router.post("/webhooks/app-store")
async def receive_app_store(request: Request, parts: Parts) -> PaymentEventOut:
    """Take in an App Store Server Notification, version 2."""
    return await _receive(request, parts, Rail.APP_STORE)


@router.post("/webhooks/google-play")
async def receive_google_play(request: Request, parts: Parts) -> PaymentEventOut:
    """Take in a real-time developer notification of Google Play, as Pub/Sub pushes it with its token."""
    return await _receive(request, parts, Rail.GOOGLE_PLAY)


async def _receive(request: Request, parts: Parts, rail: Rail) -> PaymentEventOut:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX:
            raise BodyTooLarge(BODY_MAX)
    try:
        return {"new": await parts.payments.receive(rail, bytes(body), request.headers)}
    except NoticeInvalid as error:
        tally.add("payment_notice_refused", f"{rail.value}: {error.reason}")  # such an event can come from anybody
        raise
