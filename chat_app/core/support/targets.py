"""The targets of alerts to support: list them with the latest attempts, and send tests."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from limits import RateLimitItemPerMinute
from sqlalchemy import delete, select
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.queries import people
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotFound
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.texts.cleaning import cut
from chat_app.core.kernel.wire import Timestamp, timestamp
from chat_app.core.kernel.work.jobs import JobKind, Retry
from chat_app.core.support.ports import Alert
from chat_app.core.support.tables import AlertAttempt

TEST_ALERT: Final = JobKind("test_alert", Retry(attempts=1))
"""Tried once: the person who tests waits for the result."""

TESTS: Final = RateLimitItemPerMinute(10, namespace="alert_tests")
"""The tests that one of the staff may send."""

SHOWN: Final = 50
NO_RECEIVERS: Final = "no_receivers"
"""The error of mail to all supporters if none has a verified address."""

KEPT: Final = timedelta(days=30)
PROBLEM_MAX: Final = 300
_SETTINGS: Final = {"sms": "PARLEY_SUPPORT_SMS", "webhook": "PARLEY_SUPPORT_WEBHOOK"}


class AlertTargetOut(TypedDict):
    """A target of alerts: its `way` (mail, sms or webhook), and its address without what could be a secret.

    `staff` is in place of the addresses of all supporters.
    """

    id: str
    way: str
    target: str


class AlertAttemptOut(TypedDict):
    """An attempt to send an alert, or a `test`. `problem` is the reason of a failure, or empty."""

    id: str
    at: Timestamp
    way: str
    target: str
    test: bool
    attempt: int
    problem: str


class AlertsOut(TypedDict):
    """The targets of alerts, the settings by which further ones are added, and the newest attempts."""

    targets: list[AlertTargetOut]
    unset: list[str]
    attempts: list[AlertAttemptOut]


async def view_alerts(ctx: Context) -> AlertsOut:
    """Return the targets of alerts, and the last attempts. Raises ``NotFound`` for people who may not see the site's
    settings.
    """
    access_site(ctx, SitePermission.VIEW_SITE)
    targets = ctx.policy.support_alerts
    newest = select(AlertAttempt).order_by(col(AlertAttempt.at).desc(), col(AlertAttempt.id).desc()).limit(SHOWN)
    ways = {way for way, _ in targets}
    return {
        "targets": [
            {"id": str(place), "way": way, "target": shown_target(way, to)} for place, (way, to) in enumerate(targets)
        ],
        "unset": [setting for way, setting in _SETTINGS.items() if way not in ways],
        "attempts": [_attempt_json(each) for each in await ctx.db.scalars(newest)],
    }


async def send_test_alert(ctx: Context, target: object) -> None:
    """Enqueue a job that sends a test to a target. Raises ``NotFound`` or ``RateLimited``."""
    access_site(ctx, SitePermission.MANAGE_SITE)
    places = [str(place) for place in range(len(ctx.policy.support_alerts))]
    if str(target) not in places:
        raise NotFound()
    await ctx.limit(TESTS, str(ctx.me.user_id))
    way, to = ctx.policy.support_alerts[int(str(target))]
    await ctx.enqueue(TEST_ALERT, test=str(new_id()), target=str(target), by=str(ctx.me.user_id))
    record(ctx, Action.TEST_ALERT, target=f"{way}: {shown_target(way, to)}")


async def read_test_alert(ctx: Context, test: str, by: UUID, origin: str) -> Alert:
    """Return the alert of a test, by one of the staff."""
    found = await people(ctx, [by])
    who = f"{found[by].name} (@{found[by].username})" if by in found else "?"
    return Alert(test, "–", who, "", timestamp(ctx.now), f"{origin}/admin/webhooks", test=True)


def note_attempt(ctx: Context, target: tuple[str, str], *, test: bool, attempt: int, problem: str = "") -> None:
    """Record the outcome of an attempt: ``problem`` is empty if it was accepted."""
    way, to = target
    row = AlertAttempt(at=ctx.now, way=way, target=shown_target(way, to), test=test, attempt=attempt, problem="")
    row.problem = cut(problem, PROBLEM_MAX)
    ctx.db.add(row)


async def forget_alert_attempts(ctx: Context) -> None:
    """Delete attempts of long ago."""
    await ctx.db.execute(delete(AlertAttempt).where(col(AlertAttempt.at) < ctx.now - KEPT))


def shown_target(way: str, to: str) -> str:
    """Return a target as the staff may see it: the end of a number, the host of a webhook.

    The path of a webhook can be a credential.
    """
    if way == "sms":
        return f"…{to[-4:]}"
    if way != "webhook":
        return to
    place = urlsplit(to)
    host = f"{place.hostname or ''}{f':{place.port}' if place.port else ''}"
    return f"{place.scheme}://{host}" + ("/…" if place.path.strip("/") or place.query else "")


def _attempt_json(it: AlertAttempt) -> AlertAttemptOut:
    return {
        "id": str(it.id),
        "at": timestamp(it.at),
        "way": it.way,
        "target": it.target,
        "test": it.test,
        "attempt": it.attempt,
        "problem": it.problem,
    }
