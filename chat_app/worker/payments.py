"""The jobs of payments."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from chat_app.core.kernel.work.jobs import Handlers, JobAttempt, JobKind, Retry
from chat_app.core.payments.customers import CANCEL_SUBSCRIPTION
from chat_app.core.payments.service import Payments
from chat_app.core.payments.settlement.notices import HANDLE_NOTICE

RECONCILE: Final = JobKind("reconcile_payments", Retry(attempts=6, first=timedelta(minutes=5)), cron="17 3 * * *")
"""Every night, in case that an event never came."""


def payment_handlers(payments: Payments) -> Handlers:
    """Return the handlers of payments, by kind."""

    async def handle(_: JobAttempt, event: str) -> None:
        await payments.handle(UUID(event))

    async def cancel(_: JobAttempt, subscription: str) -> None:
        await payments.cancel(subscription)

    async def reconcile(_: JobAttempt) -> None:
        await payments.reconcile()

    return {HANDLE_NOTICE: handle, CANCEL_SUBSCRIPTION: cancel, RECONCILE: reconcile}
