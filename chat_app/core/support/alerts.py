"""Alert support of a request for help, by jobs."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from sqlalchemy import select
from sqlmodel import col

from chat_app.core.access.site import SitePermission
from chat_app.core.accounts.queries import is_staff, people
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.wire import timestamp
from chat_app.core.kernel.work.jobs import JobKind, Retry
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.tables import MailKind
from chat_app.core.rooms.help.tables import HelpRequest
from chat_app.core.support.ports import Alert

SEND_ALERT: Final = JobKind("send_alert", Retry(attempts=8, first=timedelta(seconds=20), longest=timedelta(hours=1)))

OF_A_SESSION: Final = RateLimitItemPerMinute(1, 10, namespace="alerts_of_session")
"""One alert a conversation in ten minutes, by each way."""

OF_A_TARGET: Final = RateLimitItemPerHour(30, namespace="alerts_of_target")
"""Alerts to each address, number or webhook: a flood of requests must not become a flood of messages."""

MAIL: Final = "mail"
STAFF: Final = "staff"
"""In place of an address: the addresses of all supporters."""


async def enqueue_alerts(ctx: Context, request: HelpRequest) -> None:
    """Enqueue an alert for each target of the site's settings, in the transaction that asks for help."""
    for place in range(len(ctx.policy.support_alerts)):
        await ctx.enqueue(SEND_ALERT, request=str(request.id), target=str(place))


async def read_alert(ctx: Context, request_id: UUID, origin: str) -> Alert | None:
    """Return the alert of a request, or None if the request does not wait any more."""
    request = await ctx.db.get(HelpRequest, request_id)
    if request is None or request.ended_at or request.taken_at:
        return None
    found = await people(ctx, [request.asked_by_id]) if request.asked_by_id else {}
    names = [f"{person.name} (@{person.username})" for person in found.values()]
    who = names[0] if names else "?"
    return Alert(
        str(request.id), str(request.room_id), who, request.reason, timestamp(request.asked_at), f"{origin}/support"
    )


async def queue_alert_mail(ctx: Context, alert: Alert, to: str) -> int:
    """Queue an alert as mail to an address, or to all supporters, each in their language.

    Returns the number of mails: 0 if no supporter has a verified address.
    """
    receivers = [(to, "en")] if to != STAFF else await _supporters(ctx)
    kind, details = MailKind.ALERT_TEST, {"person": alert.person}
    if not alert.test:
        kind = MailKind.HELP_REQUESTED
        details |= {"room": alert.session, "reason": alert.reason or "–", "time": alert.at}
    for address, locale in receivers:
        await queue_mail(ctx, address, kind, locale=locale, path="/support", **details)
    return len(receivers)


async def _supporters(ctx: Context) -> list[tuple[str, str]]:
    there = (col(User.suspended_at).is_(None), col(User.email_verified_at).is_not(None))
    found = select(col(User.email), col(User.locale)).where(is_staff(SitePermission.SUPPORT), *there)
    return [(row[0], row[1]) for row in await ctx.db.execute(found)]
