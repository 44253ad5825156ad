"""Alerts to support: when they are sent, to whom, and how often."""

from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import NotFound
from chat_app.core.kernel.work.jobs import JobAttempt
from chat_app.core.mail.tables import Mail, MailKind
from chat_app.core.rooms.help.tables import HelpRequest
from chat_app.core.support.alerts import OF_A_TARGET
from chat_app.core.support.commands import ask_for_help, withdraw_help
from chat_app.core.support.ports import Alert, AlertRefused, AlertUnavailable
from chat_app.core.support.targets import (
    NO_RECEIVERS,
    forget_alert_attempts,
    note_attempt,
    send_test_alert,
    view_alerts,
)
from chat_app.worker.alerts import AlertSender
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do

HOST = "https://hooks.example.org:8443"
ONLY = JobAttempt(1, last=True)
FIRST, SECOND = JobAttempt(1, last=False), JobAttempt(2, last=False)


@dataclass
class Channel:
    """Keeps sent alerts, or fails."""

    error: Exception | None = None
    sent: list[tuple[Alert, str]] = field(default_factory=list)

    async def send(self, alert: Alert, to: str) -> None:
        if self.error:
            raise self.error
        self.sent.append((alert, to))


async def newest(do: Do) -> str:
    async with do.work.begin() as ctx:
        found = await ctx.db.scalars(select(HelpRequest).order_by(col(HelpRequest.id).desc()))
        return str(found.first().id)  # type: ignore[union-attr]


@pytest.fixture
def targets(work: UnitOfWork) -> UnitOfWork:
    alerts = (("mail", "staff"), ("sms", "+81"), ("webhook", "https://hooks.example.org"))
    work.policy = replace(work.policy, support_alerts=alerts)
    return work


async def test_each_target_gets_one_alert_in_ten_minutes(do: Do, make: Factory, targets: UnitOfWork):
    aiko = await make.actor(username="aiko")
    room = await make.room({Role.MASTER: aiko})
    await do(aiko, ask_for_help, room.id, "The sums")
    async with do.work.begin() as ctx:
        jobs = await ctx.db.scalars(text("SELECT args FROM procrastinate_jobs WHERE task_name LIKE '%send_alert%'"))
        assert len(list(jobs)) == 3
    sms = Channel()
    sender = AlertSender(targets, {"sms": sms}, "https://chat.example.org")
    first = await newest(do)
    await sender.send(FIRST, request=first, target="1")
    await do(aiko, withdraw_help, room.id)
    await do(aiko, ask_for_help, room.id, "Again")
    await sender.send(FIRST, request=await newest(do), target="1")
    assert [(alert.person, alert.reason, alert.session, to) for alert, to in sms.sent] == [
        ("Aiko (@aiko)", "The sums", str(room.id), "+81")
    ]
    await sender.send(SECOND, request=await newest(do), target="1")  # a repetition is not counted
    assert len(sms.sent) == 2
    await sender.send(FIRST, request=first, target="1")  # withdrawn
    await sender.send(FIRST, request=first, target="9")
    assert len(sms.sent) == 2


async def test_a_target_gets_thirty_alerts_an_hour(do: Do, make: Factory, targets: UnitOfWork):
    aiko, sms = await make.actor(), Channel()
    room = await make.room({Role.MASTER: aiko})
    for _ in range(30):
        assert await targets.admits(OF_A_TARGET, "1")
    await do(aiko, ask_for_help, room.id)
    sender = AlertSender(targets, {"sms": sms, "webhook": sms}, "https://chat.example.org")
    await sender.send(FIRST, request=await newest(do), target="1")
    assert sms.sent == []
    await sender.send(FIRST, request=await newest(do), target="2")
    assert [to for _, to in sms.sent] == ["https://hooks.example.org"]


async def test_mail_without_receivers_says_so(do: Do, make: Factory, targets: UnitOfWork):
    admin = await make.actor(is_admin=True)  # whose address is not verified
    sender = AlertSender(targets, {}, "https://chat.example.org")
    await sender.test(ONLY, test="1", target="0", by=str(admin.user_id))
    [attempt] = (await do(admin, view_alerts))["attempts"]
    assert (attempt["target"], attempt["problem"]) == ("staff", NO_RECEIVERS)


async def test_failure_is_tried_again_and_refusal_is_not(do: Do, make: Factory, targets: UnitOfWork):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    await do(aiko, ask_for_help, room.id)
    hook = Channel(AlertUnavailable("away"))
    sender = AlertSender(targets, {"webhook": hook}, "https://chat.example.org")
    with pytest.raises(AlertUnavailable):
        await sender.send(FIRST, request=await newest(do), target="2")
    hook.error = AlertRefused("gone")
    await sender.send(SECOND, request=await newest(do), target="2")
    attempts = (await do(await make.actor(is_admin=True), view_alerts))["attempts"]
    assert sorted((each["attempt"], each["problem"]) for each in attempts) == [(1, "away"), (2, "gone")]


async def test_a_target_is_tested_by_its_own_way(do: Do, make: Factory, work: UnitOfWork):
    alerts = (("mail", "help@example.org"), ("sms", "+819012345678"), ("webhook", f"{HOST}/secret?key=secret"))
    work.policy = replace(work.policy, support_alerts=alerts)
    admin = await make.actor(name="Grace", username="grace", is_admin=True)
    sms, hook = Channel(), Channel(AlertUnavailable("away"))
    sender = AlertSender(work, {"sms": sms, "webhook": hook}, "https://chat.example.org")
    for place in range(3):
        await do(admin, send_test_alert, str(place))
    async with do.work.begin() as ctx:
        rows = await ctx.db.scalars(text("SELECT args FROM procrastinate_jobs WHERE task_name = 'test_alert'"))
        payloads = list(rows)
    for payload in payloads:
        await sender.test(ONLY, **payload)
    async with do.work.begin() as ctx:
        kinds = [(mail.kind, mail.address) for mail in await ctx.db.scalars(select(Mail))]
        log = await ctx.db.scalars(select(AuditEntry.details).where(col(AuditEntry.action) == Action.TEST_ALERT))
        assert {each["target"] for each in log} == {"mail: help@example.org", "sms: …5678", f"webhook: {HOST}/…"}
    assert kinds == [(MailKind.ALERT_TEST, "help@example.org")]
    [(alert, to)] = sms.sent
    assert (alert.test, to, alert.text(320)) == (True, "+819012345678", "Parley: Grace (@grace) tests the alerts")
    shown = await do(admin, view_alerts)
    assert sorted((each["way"], each["test"], each["problem"]) for each in shown["attempts"]) == [
        ("mail", True, ""),
        ("sms", True, ""),
        ("webhook", True, "away"),
    ]
    assert "secret" not in str(shown)
    assert "90123" not in str(shown)
    for target in ("3", "-1", "x", ""):
        with pytest.raises(NotFound):
            await do(admin, send_test_alert, target)


async def test_targets_that_are_not_set_are_named(do: Do, make: Factory, work: UnitOfWork):
    work.policy = replace(work.policy, support_alerts=(("mail", "staff"),))
    shown = await do(await make.actor(site_roles=["auditor"]), view_alerts)
    assert shown["targets"] == [{"id": "0", "way": "mail", "target": "staff"}]
    assert shown["unset"] == ["PARLEY_SUPPORT_SMS", "PARLEY_SUPPORT_WEBHOOK"]


async def test_attempts_of_long_ago_are_forgotten(do: Do, make: Factory, clock: Clock):
    for _ in range(2):
        await do(None, note, "sms")
        clock.advance(days=20)
    await do(None, forget_alert_attempts)
    assert len((await do(await make.actor(is_admin=True), view_alerts))["attempts"]) == 1


async def note(ctx: Context, way: str) -> None:
    note_attempt(ctx, (way, "+819012345678"), test=False, attempt=1)


async def test_mail_goes_to_supporters_in_their_language(do: Do, make: Factory, targets: UnitOfWork):
    aiko = await make.actor()
    grace = await make.actor(username="grace", site_roles=["supporter"], locale="ja")
    await make.actor(username="omar", site_roles=["supporter"])  # whose address is not verified
    async with do.work.begin() as ctx:
        (await ctx.db.get_one(User, grace.user_id)).email_verified_at = ctx.now
    room = await make.room({Role.MASTER: aiko})
    await do(aiko, ask_for_help, room.id)
    await AlertSender(targets, {}, "https://chat.example.org").send(FIRST, request=await newest(do), target="0")
    async with do.work.begin() as ctx:
        mails = [(mail.address, mail.locale, mail.details["room"]) for mail in await ctx.db.scalars(select(Mail))]
    assert mails == [("grace@example.com", "ja", str(room.id))]
