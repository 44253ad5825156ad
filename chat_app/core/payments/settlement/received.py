"""List the events of payment providers for the site's staff, with the state of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from sqlalchemy import select, tuple_
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import Page, Place, page_of
from chat_app.core.kernel.wire import Timestamp, one_of, timestamp, timestamp_or_none
from chat_app.core.kernel.work.jobs import JobStanding
from chat_app.core.payments.settlement.notices import HANDLE_NOTICE
from chat_app.core.payments.tables import PaymentEvent, Rail

PAGE_MAX: Final = 50


class EventState(StrEnum):
    """The state of an event."""

    HANDLED = "handled"
    WAITING = "waiting"
    """Its job has not been done yet, or is tried again."""
    FAILED = "failed"
    """Its job failed for good; it can be started again."""
    DROPPED = "dropped"
    """Its job was deleted before it was done."""


class ReceivedEventOut(TypedDict):
    """An event that a payment provider sent, without personal and payment data.

    `reference` is its id at the provider; `error` says why the last attempt to handle it failed, or is empty.
    """

    id: str
    rail: Annotated[str, one_of(Rail)]
    kind: str
    reference: str
    sent_at: Timestamp
    received_at: Timestamp
    handled_at: Timestamp | None
    state: Annotated[str, one_of(EventState)]
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """An event, and its job if that is not done."""

    event: PaymentEvent
    job: JobStanding | None

    @property
    def state(self) -> EventState:
        """Return the state of the event."""
        if self.event.handled_at:
            return EventState.HANDLED
        if self.job is None:
            return EventState.DROPPED
        return EventState.FAILED if self.job.failed else EventState.WAITING

    def as_json(self) -> ReceivedEventOut:
        """Return the shape in REST."""
        event, error = self.event, self.job.error if self.job else None
        return {
            "id": str(event.id),
            "rail": event.payment_rail,
            "kind": event.kind,
            "reference": event.reference,
            "sent_at": timestamp(event.sent_at),
            "received_at": timestamp(event.received_at),
            "handled_at": timestamp_or_none(event.handled_at),
            "state": self.state.value,
            "attempts": self.job.attempts if self.job else 0,
            "error": " · ".join(filter(None, (error.kind, error.message))) if error else "",
        }


async def list_payment_events(
    ctx: Context, *, unhandled: bool = False, after: Place | None = None, limit: int = PAGE_MAX
) -> Page[ReceivedEvent]:
    """Return a page of the events, the newest first; with ``unhandled`` only those that were not handled yet.

    Raises ``NotFound`` without the permission.
    """
    access_site(ctx, SitePermission.VIEW_BILLING)
    limit = max(1, min(limit, PAGE_MAX))
    received, which = col(PaymentEvent.received_at), col(PaymentEvent.id)
    found = select(PaymentEvent).order_by(received.desc(), which.desc()).limit(limit + 1)
    if unhandled:
        found = found.where(col(PaymentEvent.handled_at).is_(None))
    if after:
        found = found.where(tuple_(received, which) < tuple_(*after))
    events = list(await ctx.db.scalars(found))
    jobs = await _jobs(ctx, events[:limit])
    views = [ReceivedEvent(each, jobs.get(str(each.id))) for each in events]
    return page_of(views, limit, lambda each: Place(each.event.received_at, each.event.id))


async def _jobs(ctx: Context, events: list[PaymentEvent]) -> Mapping[str, JobStanding]:
    waiting = [str(each.id) for each in events if each.handled_at is None]
    return await ctx.jobs.standing(ctx.db, HANDLE_NOTICE, "event", waiting) if waiting else {}
