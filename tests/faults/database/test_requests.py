"""Requests, mail and shutdown with a PostgreSQL that is killed, restarted, frozen or cut off."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from chat_app.adapters.mail.wording import CatalogueWording
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message, stop_answer
from chat_app.core.ai.decisions import queue
from chat_app.core.ai.decisions.decider import Decider
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import Unavailable
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.policy import Policy
from chat_app.core.kernel.work import tasks
from chat_app.core.kernel.work.jobs import JobAttempt
from chat_app.core.mail.commands import queue_mail
from chat_app.core.mail.ports import Letter
from chat_app.core.mail.tables import Mail, MailKind
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.queries import history
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.commands import leave_room
from chat_app.core.rooms.tables import Room
from chat_app.worker.decisions import DecisionWorker
from chat_app.worker.mails import MailSender
from tests.faults.database.processes import HELD, Fault, Process, held, refused
from tests.support.factory import Factory
from tests.support.gate import Gate
from tests.support.postgres import Postgres
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor


async def test_a_message_that_was_not_acknowledged_comes_once_by_its_nonce(
    here: Process, there: Process, aiko: Actor, fault: Fault
):
    room = await Factory(there.work).room({Role.MASTER: aiko})
    acknowledged: list[UUID] = []
    unavailable: list[UUID] = []

    async def send(nonce: UUID) -> None:
        while nonce not in acknowledged:
            try:
                await here.do(aiko, post_message, room.id, str(nonce), nonce=nonce)
                acknowledged.append(nonce)
            except Unavailable:
                unavailable.append(nonce)
                await asyncio.sleep(0.05)

    async def sender() -> None:
        for _ in range(20):
            await send(new_id())

    senders = [asyncio.create_task(sender()) for _ in range(4)]
    await until(lambda: len(acknowledged) > 10)
    fault.begin()
    await until(lambda: unavailable)
    fault.end()
    await asyncio.wait_for(asyncio.gather(*senders), 30)
    async with there.work.begin() as ctx:
        said = select(Message).where(Message.room_id == room.id).order_by(Message.seq)
        messages = list(await ctx.db.scalars(said))
    assert len(acknowledged) == 80
    assert sorted(message.nonce for message in messages) == sorted(acknowledged)
    assert [m.created_at for m in messages] == sorted({m.created_at for m in messages})


async def test_the_first_requests_after_a_restart_succeed(there: Process, server: Postgres, aiko: Actor, room: Room):
    await asyncio.gather(*(there.do(aiko, history, room.id) for _ in range(8)))
    server.restart()
    for _ in range(3):
        await asyncio.gather(*(there.do(aiko, history, room.id) for _ in range(8)))


async def test_stop_delete_and_leave_during_an_outage_take_effect(
    here: Process, there: Process, aiko: Actor, gate: Gate, vendor: ScriptedVendor
):
    make = Factory(there.work)
    ben = await make.actor(username="ben")
    rooms = [await make.room({Role.MASTER: aiko, Role.ADMIN: ben}, ai_rule="always") for _ in range(3)]
    await here.ai.start()
    stopped, deleted, left = [await here.ai.ask(ben, room, HELD) for room in rooms]
    for answer in (stopped, deleted, left):
        await held(here, answer)
    gate.cut()
    await there.do(ben, stop_answer, stopped.id)
    await there.do(aiko, delete_message, deleted.id)
    await there.do(ben, leave_room, rooms[2].id)
    vendor.release()
    await refused("finish_run")
    gate.mend()
    for answer in (stopped, deleted, left):
        assert (await here.ai.ended(answer)).answer.status == "stopped"
    assert (await there.stored(deleted)).text == ""


async def test_a_process_goes_down_although_the_database_is_away(
    here: Process, aiko: Actor, room: Room, server: Postgres, vendor: ScriptedVendor
):
    await here.ai.start()
    answer = await here.ai.ask(aiko, room, HELD)
    await held(here, answer)
    server.kill()
    vendor.release()
    await asyncio.wait_for(here.ai.stop(), 10)
    server.start()
    assert (await here.stored(answer)).status == "streaming", "for another process to give up"


async def test_a_mail_whose_sending_could_not_be_noted_is_sent_once(here: Process, there: Process, server: Postgres):
    class Mailer:
        delivers = True

        def __init__(self) -> None:
            self.sent: list[Letter] = []

        async def send(self, letter: Letter) -> None:
            server.kill()
            self.sent.append(letter)

    sender = MailSender(here.work, mailer := Mailer(), CatalogueWording("https://chat.example.org", Policy))
    words = {"inviter": "Aiko", "room": "Tea", "path": "/join/x"}
    await here.do(None, queue_mail, "ben@example.com", MailKind.INVITATION, **words)
    async with here.work.begin() as ctx:
        [mail] = await ctx.db.scalars(select(Mail))
    sending = asyncio.create_task(sender.send(JobAttempt(1, last=False), mail=str(mail.id)))
    await refused("note_sent")
    server.start()
    await sending
    await sender.send(JobAttempt(2, last=False), mail=str(mail.id))  # by whoever took its job up meanwhile
    assert len(mailer.sent) == 1
    async with here.work.begin() as ctx:
        assert all(mail.sent_at for mail in await ctx.db.scalars(select(Mail)))


async def test_a_process_that_decides_can_be_stopped(
    here: Process,
    there: Process,
    aiko: Actor,
    fault: Fault,
    vendor: ScriptedVendor,
    gateway: LlmGateway,
    monkeypatch: pytest.MonkeyPatch,
):
    """Also while it cannot release what is reserved for that."""
    monkeypatch.setattr(tasks, "END_SECONDS", 0.2)
    here.work.policy = replace(here.work.policy, billing="on")
    monkeypatch.setattr(queue, "QUIET", timedelta(0))
    room = await Factory(there.work).room({Role.MASTER: aiko}, ai_rule="helpful")
    worker = DecisionWorker(Decider(here.work, gateway))
    vendor.forget()
    await here.do(aiko, post_message, room.id, "Which index? [[decide late speak A question.]]")
    taking = asyncio.create_task(worker.take_due())
    await until(lambda: vendor.requests)
    fault.begin()
    taking.cancel()
    await asyncio.wait_for(worker.stop(), 30)
