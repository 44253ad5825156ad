"""Store the events of payment providers, then handle them."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.work.jobs import JobKind, Retry
from chat_app.core.payments.ports import Notice
from chat_app.core.payments.tables import PaymentEvent, Rail

HANDLE_NOTICE: Final = JobKind("handle_payment_event", Retry(attempts=12, first=timedelta(seconds=10)))
"""Retries for about two days; also, payments are compared every night."""

KEPT: Final = timedelta(days=90)
"""The time for which events are stored: longer than any provider repeats an event."""


async def keep_notice(ctx: Context, notice: Notice) -> bool:
    """Store an event, and enqueue the job that handles it; return whether it is new."""
    row = {
        "id": new_id(),
        "payment_rail": notice.rail,
        "reference": notice.id,
        "kind": notice.kind,
        "subject": notice.subject,
        "details": notice.details,
        "sent_at": notice.at,
        "received_at": ctx.now,
    }
    kept = insert(PaymentEvent).values(row).on_conflict_do_nothing().returning(col(PaymentEvent.id))
    event_id = await ctx.db.scalar(kept)
    if event_id is None:
        return False
    await ctx.enqueue(HANDLE_NOTICE, once=f"payment_event {event_id}", event=str(event_id))
    return True


async def find_notice(ctx: Context, event_id: UUID) -> Notice | None:
    """Return a stored event that was not handled yet."""
    waits = select(PaymentEvent).where(col(PaymentEvent.id) == event_id, col(PaymentEvent.handled_at).is_(None))
    if (event := await ctx.db.scalar(waits)) is None:
        return None
    rail = Rail(event.payment_rail)
    return Notice(rail, event.reference, event.kind, event.subject, event.sent_at, event.details)


async def note_handled(ctx: Context, event_id: UUID) -> None:
    """Note that an event was handled."""
    await ctx.db.execute(update(PaymentEvent).where(col(PaymentEvent.id) == event_id).values(handled_at=ctx.now))


async def forget_payment_events(ctx: Context) -> None:
    """Delete events that are too old to come again."""
    oldest: datetime = ctx.now - KEPT
    await ctx.db.execute(delete(PaymentEvent).where(col(PaymentEvent.received_at) < oldest))
