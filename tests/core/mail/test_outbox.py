"""Mail is written down with what calls for it, taken once, tried again, and forgotten."""

import asyncio

import pytest
from sqlalchemy import select

from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotFound
from chat_app.core.mail.commands import ATTEMPTS_MAX, claim_mails, forget_mails, note_failed, note_sent, queue_mail
from chat_app.core.mail.events import MailQueued
from chat_app.core.mail.queries import outbox
from chat_app.core.mail.tables import Mail, MailKind
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def mails(ctx: Context) -> list[Mail]:
    return list(await ctx.db.scalars(select(Mail)))


async def write(do: Do, address: str = "a@example.com") -> None:
    await do(None, queue_mail, address, MailKind.INVITATION, locale="ja", path="/join/x")


async def test_a_mail_is_told_of_with_what_calls_for_it(do: Do, events: list[object]):
    async def write_in_vain(ctx: Context) -> None:
        await queue_mail(ctx, "a@example.com", MailKind.INVITATION)
        raise NotFound()

    with pytest.raises(NotFound):
        await do(None, write_in_vain)
    assert await do(None, mails) == []
    await write(do)
    [mail] = await do(None, mails)
    assert (mail.address, mail.kind, mail.locale, mail.details) == (
        "a@example.com",
        "invitation",
        "ja",
        {"path": "/join/x"},
    )
    assert events == [MailQueued()]


async def test_two_workers_never_take_the_same_mail(do: Do):
    for number in range(4):
        await write(do, f"{number}@example.com")
    async with do.work.begin() as one, do.work.begin() as other:
        taken = [*await claim_mails(one, 2), *await claim_mails(other, 9)]
    assert len({mail.id for mail in taken}) == 4
    assert await do(None, claim_mails, 9) == []


async def test_a_mail_whose_sender_died_is_taken_again(do: Do, clock: Clock):
    await write(do)
    [first] = await do(None, claim_mails, 9)
    clock.advance(minutes=3)
    [second] = await do(None, claim_mails, 9)
    assert (second.id, second.attempts) == (first.id, 2)


async def test_pauses_grow_until_it_is_given_up(do: Do, clock: Clock):
    await write(do)
    pauses = []
    while taken := await do(None, claim_mails, 9):
        await do(None, note_failed, taken[0].id, forever=False)
        [mail] = await do(None, mails)
        if not mail.given_up_at:
            pauses.append((mail.next_at - clock()).total_seconds() / 60)
            clock.now = mail.next_at
    assert pauses == [2**number for number in range(ATTEMPTS_MAX - 1)]
    assert mail.details == {}


async def test_what_is_refused_is_not_tried_again(do: Do, clock: Clock):
    await write(do)
    [mail] = await do(None, claim_mails, 9)
    await do(None, note_failed, mail.id, forever=True)
    clock.advance(days=1)
    assert await do(None, claim_mails, 9) == []


@pytest.mark.parametrize("keep", [False, True])
async def test_what_was_sent_loses_its_secrets_and_then_all(do: Do, clock: Clock, keep: bool):
    await write(do)
    [mail] = await do(None, claim_mails, 9)
    await do(None, note_sent, mail.id, keep=keep)
    [mail] = await do(None, mails)
    assert mail.details == ({"path": "/join/x"} if keep else {})
    clock.advance(days=6)
    await do(None, forget_mails)
    assert len(await do(None, mails)) == 1
    clock.advance(days=2)
    await do(None, forget_mails)
    assert await do(None, mails) == []


async def test_only_the_admin_reads_the_outbox(do: Do, make: Factory):
    await write(do)
    assert len(await do(await make.actor(is_admin=True), outbox)) == 1
    with pytest.raises(NotFound):
        await do(await make.actor(), outbox)


async def test_a_crowd_of_workers_sends_each_mail_once(do: Do):
    for number in range(20):
        await write(do, f"{number}@example.com")

    async def worker() -> list[Mail]:
        mine: list[Mail] = []
        while taken := await do(None, claim_mails, 3):
            mine += taken
        return mine

    sent = [mail.id for mine in await asyncio.gather(*(worker() for _ in range(4))) for mail in mine]
    assert len(sent) == len(set(sent)) == 20
