"""Mail on its whole way: written down, worded, handed over, tried again."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from chat_app.adapters.hub.memory_hub import MemoryHub
from chat_app.adapters.jobs.runner import JobRunner
from chat_app.adapters.llm.demo.gateway import DemoGateway
from chat_app.adapters.mail.kept_mailer import KeptMailer
from chat_app.adapters.mail.smtp_mailer import SmtpMailer
from chat_app.adapters.mail.wording import CatalogueWording
from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.administration.jobs import list_failed_jobs
from chat_app.core.ai.transcription.transcribing import Transcriber
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.policy import Policy
from chat_app.core.mail.commands import SEND_MAIL, queue_mail
from chat_app.core.mail.ports import Mailer
from chat_app.core.mail.tables import Mail, MailKind
from chat_app.worker.jobs import handlers
from chat_app.worker.mails import MailSender
from chat_app.worker.watching.site import SiteWatch
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.jobs import run_due, running
from tests.support.mail import MailServer
from tests.support.use_cases import Do
from tests.support.waiting import until

pytestmark = pytest.mark.slow

WORDS = {"inviter": "Aiko", "room": "Tea", "path": "/join/x"}
POLICY = Policy()
WORDING = CatalogueWording("https://chat.example.org", lambda: POLICY)


@pytest.fixture(autouse=True)
def _keys(do: Do) -> None:
    do.work.policy = POLICY


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def through(do: Do, worker_database: str, clock: Clock, tmp_path: Path) -> Callable[[Mailer], JobRunner]:
    """Makes the runner of a process whose mail leaves in this way."""
    storage = DiskStorage(tmp_path, bytes(32), None)
    transcriber = Transcriber(do.work, DemoGateway(0), storage)
    site = SiteWatch(do.work, MemoryHub())
    return lambda mailer: JobRunner(
        worker_database, handlers(do.work, MailSender(do.work, mailer, WORDING), storage, transcriber, site), clock
    )


def smtp(server: MailServer) -> SmtpMailer:
    return SmtpMailer(f"smtp://127.0.0.1:{server.port}", "parley@example.org")


async def mails(ctx: Context) -> list[Mail]:
    return list(await ctx.db.scalars(select(Mail)))


async def test_mail_goes_out_at_once_in_its_receivers_language(
    do: Do, server: MailServer, through: Callable[[Mailer], JobRunner]
):
    async with running(through(smtp(server))):
        for locale in ("en", "ja"):
            await do(None, queue_mail, f"{locale}@example.com", MailKind.INVITATION, locale=locale, **WORDS)
        await until(lambda: len(server.received) == 2)
    subjects = {each["To"]: each["Subject"] for each in server.received}
    assert subjects == {"en@example.com": "Aiko invited you to Tea", "ja@example.com": "Aikoさんから「Tea」への招待"}
    assert all("https://chat.example.org/join/x" in each.get_content() for each in server.received)


async def test_mail_that_has_waited_since_before_links_were_sealed_has_its_link(
    do: Do, server: MailServer, through: Callable[[Mailer], JobRunner]
):
    async def write(ctx: Context) -> None:
        await queue_mail(ctx, "a@example.com", MailKind.RESET_PASSWORD, name="Aiko", path="/reset-password?token=x")
        [mail] = await mails(ctx)
        mail.sealed_path, mail.details = None, {**mail.details, "path": "/reset-password?token=x"}

    await do(None, write)
    async with running(through(smtp(server))):
        await until(lambda: len(server.received) == 1)
    assert "https://chat.example.org/reset-password?token=x" in server.received[0].get_content()
    [mail] = await do(None, mails)
    assert mail.details == {}


async def test_unsendable_mail_is_retried_then_given_up_and_other_mail_is_sent(
    do: Do, make: Factory, server: MailServer, through: Callable[[Mailer], JobRunner]
):
    for name in ("no", "later", "ben"):
        await do(None, queue_mail, f"{name}@example.com", MailKind.INVITATION, **WORDS)
    with capture_logs():  # to render each failure for a terminal takes seconds
        await run_due(through(smtp(server)))
    states = {
        each.address: (bool(each.sent_at), bool(each.given_up_at), each.attempts) for each in await do(None, mails)
    }
    assert states == {
        "no@example.com": (False, True, 1),
        "later@example.com": (False, True, SEND_MAIL.retry.attempts),
        "ben@example.com": (True, False, 1),
    }
    [failed] = await do(await make.actor(is_admin=True), list_failed_jobs)
    assert failed.kind == "send_mail"


async def test_mail_is_kept_in_the_outbox_without_a_server(do: Do, through: Callable[[Mailer], JobRunner]):
    await do(None, queue_mail, "ben@example.com", MailKind.INVITATION, **WORDS)
    await run_due(through(KeptMailer()))
    [kept] = await do(None, mails)
    assert kept.sent_at
    assert "https://chat.example.org/join/x" in WORDING(kept).text
    assert "/join/x" not in f"{kept.details} {kept.sealed_path}"  # whoever reads the database alone comes in by no link
