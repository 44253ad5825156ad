"""Mail on its whole way: written down, worded, handed over, tried again."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from chat_app.adapters.mail.kept_mailer import KeptMailer
from chat_app.adapters.mail.smtp_mailer import SmtpMailer
from chat_app.adapters.mail.wording import CatalogueWording
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.ports import Mailer
from chat_app.core.mail.tables import Mail, MailKind
from chat_app.worker.mails import MailWorker
from tests.support.clock import Clock
from tests.support.mail import MailServer
from tests.support.use_cases import Do
from tests.support.waiting import until

WORDS = {"inviter": "Aiko", "room": "Tea", "path": "/join/x"}


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    with MailServer() as server:
        yield server


def worker(work: UnitOfWork, mailer: Mailer) -> MailWorker:
    return MailWorker(work, mailer, CatalogueWording("https://chat.example.org"))


async def mails(ctx: Context) -> list[Mail]:
    return list(await ctx.db.scalars(select(Mail)))


async def test_mail_goes_out_at_once_in_its_receivers_language(do: Do, server: MailServer):
    mail = worker(do.work, SmtpMailer(f"smtp://127.0.0.1:{server.port}", "parley@example.org"))
    do.work.listeners.append(mail.on_event)
    sending = asyncio.create_task(mail.send_queued())
    for locale in ("en", "ja"):
        await do(None, queue_mail, f"{locale}@example.com", MailKind.INVITATION, locale=locale, **WORDS)
    await until(lambda: len(server.received) == 2)
    sending.cancel()
    subjects = {each["To"]: each["Subject"] for each in server.received}
    assert subjects == {"en@example.com": "Aiko invites you to Tea", "ja@example.com": "Aikoさんから「Tea」への招待"}
    assert all("https://chat.example.org/join/x" in each.get_content() for each in server.received)


async def test_what_cannot_be_sent_now_is_sent_later_and_the_rest_goes_on(do: Do, server: MailServer, clock: Clock):
    mail = worker(do.work, SmtpMailer(f"smtp://127.0.0.1:{server.port}", "parley@example.org"))
    for name in ("no", "later", "ben"):
        await do(None, queue_mail, f"{name}@example.com", MailKind.INVITATION, **WORDS)
    await mail.send_due()
    states = {each.address: (bool(each.sent_at), bool(each.given_up_at)) for each in await do(None, mails)}
    assert states == {
        "no@example.com": (False, True),
        "later@example.com": (False, False),
        "ben@example.com": (True, False),
    }
    clock.advance(minutes=1)
    await mail.send_due()
    assert [each.attempts for each in await do(None, mails) if each.address.startswith("later")] == [2]


async def test_without_a_server_mail_is_kept(do: Do):
    mail = worker(do.work, KeptMailer())
    await do(None, queue_mail, "ben@example.com", MailKind.INVITATION, **WORDS)
    await mail.send_due()
    [kept] = await do(None, mails)
    assert kept.sent_at
    assert "https://chat.example.org/join/x" in mail.word(kept).text
