"""Mail is stored with its cause, claimed by one attempt at a time, and deleted later."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import select, text

from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import Busy, NotFound
from chat_app.core.mail.commands import claim_mail, forget_mails, note_failed, note_sent, path_of, queue_mail
from chat_app.core.mail.queries import outbox
from chat_app.core.mail.tables import Mail, MailKind
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def mails(ctx: Context) -> list[Mail]:
    return list(await ctx.db.scalars(select(Mail)))


async def jobs(ctx: Context) -> list[object]:
    return list(await ctx.db.scalars(text("SELECT args FROM procrastinate_jobs WHERE task_name = 'send_mail'")))


async def write(do: Do, address: str = "a@example.com") -> UUID:
    await do(None, queue_mail, address, MailKind.INVITATION, locale="ja", path="/join/x")
    return (await do(None, mails))[-1].id


async def test_a_mail_is_enqueued_with_what_calls_for_it(do: Do, work: UnitOfWork):
    async def write_in_vain(ctx: Context) -> None:
        await queue_mail(ctx, "a@example.com", MailKind.INVITATION)
        raise NotFound()

    with pytest.raises(NotFound):
        await do(None, write_in_vain)
    assert await do(None, mails) == await do(None, jobs) == []
    mail_id = await write(do)
    [mail] = await do(None, mails)
    assert (mail.address, mail.kind, mail.locale, mail.details) == ("a@example.com", "invitation", "ja", {})
    assert path_of(mail, work.policy.keys) == "/join/x"
    assert await do(None, jobs) == [{"mail": str(mail_id)}]


async def test_concurrent_attempts_claim_a_mail_once(do: Do):
    mail_id = await write(do)
    taken = await asyncio.gather(*(do(None, claim_mail, mail_id) for _ in range(4)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in taken) == ["Busy"] * 3 + ["Mail"]


async def test_mail_of_dead_sender_is_claimed_again(do: Do, clock: Clock):
    mail_id = await write(do)
    await do(None, claim_mail, mail_id)
    clock.advance(minutes=1)
    with pytest.raises(Busy):
        await do(None, claim_mail, mail_id)
    clock.advance(minutes=2)
    assert (await do(None, claim_mail, mail_id)).attempts == 2


async def test_a_mail_that_is_given_up_can_be_taken_once_more(do: Do):
    mail_id = await write(do)
    await do(None, claim_mail, mail_id)
    await do(None, note_failed, mail_id, refused=False, last=True)
    [mail] = await do(None, mails)
    assert mail.given_up_at
    assert mail.sealed_path
    assert (await do(None, claim_mail, mail_id)).given_up_at is None


async def test_refused_mail_loses_its_secrets(do: Do):
    mail_id = await write(do)
    await do(None, note_failed, mail_id, refused=True, last=False)
    [mail] = await do(None, mails)
    assert mail.given_up_at
    assert (mail.details, mail.sealed_path) == ({}, None)


@pytest.mark.parametrize("keep", [False, True])
async def test_sent_mail_loses_its_secrets_and_is_deleted_later(do: Do, clock: Clock, keep: bool):
    mail_id = await write(do)
    await do(None, note_sent, mail_id, keep=keep)
    [mail] = await do(None, mails)
    assert bool(mail.sealed_path) == keep
    assert await do(None, claim_mail, mail_id) is None
    clock.advance(days=6)
    await do(None, forget_mails)
    assert len(await do(None, mails)) == 1
    clock.advance(days=2)
    await do(None, forget_mails)
    assert await do(None, mails) == []
    assert await do(None, claim_mail, mail_id) is None


async def test_only_the_admin_reads_the_outbox(do: Do, make: Factory):
    await write(do)
    assert len(await do(await make.actor(is_admin=True), outbox)) == 1
    with pytest.raises(NotFound):
        await do(await make.actor(), outbox)


async def test_a_mail_that_nobody_will_send_any_more_is_deleted(do: Do, clock: Clock):
    """Its job has ended without a record, for example by the death of every process that tried."""
    mail_id = await write(do)
    await do(None, claim_mail, mail_id)
    clock.advance(days=29)
    await do(None, forget_mails)
    assert await do(None, mails)
    clock.advance(days=2)
    await do(None, forget_mails)
    assert await do(None, mails) == []
