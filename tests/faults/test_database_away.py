"""PostgreSQL killed, restarted, frozen and cut off, at every step of a message, an answer and a mail."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
import structlog
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import async_sessionmaker

from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.adapters.mail.wording import CatalogueWording
from chat_app.adapters.postgres import DatabaseClock, open_engine
from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers.writing.writer import LOOKS, AnswerWriter
from chat_app.core.ai.asking.commands import post_message, stop_answer
from chat_app.core.ai.decisions import queue
from chat_app.core.ai.decisions.decider import Decider
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
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
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.commands import leave_room
from chat_app.core.rooms.tables import Room
from chat_app.worker import answers
from chat_app.worker.answers import AnswerWorker
from chat_app.worker.decisions import DecisionWorker
from chat_app.worker.mails import MailSender
from tests.core.ai.conftest import Ai, gateway_to
from tests.support.factory import Factory
from tests.support.gate import Gate
from tests.support.postgres import Postgres, notice_soon
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

HELD = "[[tokens 30 rate 2000 hold 20]]"
WHOLE = 30


@pytest.fixture(scope="module")
def vendor() -> Iterator[ScriptedVendor]:
    with ScriptedVendor() as vendor:
        yield vendor


@pytest.fixture(scope="module")
async def gateway(vendor: ScriptedVendor) -> AsyncIterator[LlmGateway]:
    gateway = gateway_to(vendor)
    await gateway.warm_up()
    yield gateway
    await gateway.aclose()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch, vendor: ScriptedVendor) -> None:
    """Shorten the waits of production; the model waits where the test says so."""
    vendor.hold()
    monkeypatch.setattr(answers, "STOP_SECONDS", 0.2)
    monkeypatch.setattr(answers, "POLL_SECONDS", 0.2)


@dataclass
class Process:
    """The parts of one process of the site."""

    work: UnitOfWork
    events: list[object]
    do: Do
    writer: AnswerWriter
    ai: Ai

    async def stored(self, message: MessageView) -> Message:
        """The message as the database has it."""
        async with self.work.begin() as ctx:
            return await ctx.db.get_one(Message, message.id)


@pytest.fixture
async def start(gateway: LlmGateway) -> AsyncIterator[Callable[[str], Process]]:
    """Makes a process on a database."""
    engines, started = [], []

    def start(url: str) -> Process:
        clock, events = DatabaseClock(), []
        engines.append(engine := open_engine(url, clock))

        async def keep(event: object) -> None:
            events.append(event)

        limiter, sessions = MovingWindowRateLimiter(MemoryStorage()), async_sessionmaker(engine, expire_on_commit=False)
        work = UnitOfWork(sessions, Policy(limited=False), limiter, [keep], clock, jobs=ProcrastinateQueue())
        writer = AnswerWriter(work, gateway)
        worker = AnswerWorker(writer)
        work.listeners += [writer.on_event, worker.on_event]
        started.append(ai := Ai(Do(work), writer, worker, events))
        return Process(work, events, Do(work), writer, ai)

    yield start
    for ai in started:
        await ai.stop()
    for engine in engines:
        await engine.dispose()


@pytest.fixture
async def here(server: Postgres, gate: Gate, start: Callable[[str], Process]) -> Process:
    """The process that is tried; only its own way to the database leads through the gate."""
    return start(server.url.replace(f":{server.port}/", f":{gate.port}/"))


@pytest.fixture
async def there(server: Postgres, start: Callable[[str], Process]) -> Process:
    """Another process of the site."""
    return start(server.url)


@pytest.fixture
async def aiko(there: Process) -> Actor:
    return await Factory(there.work).actor(username="aiko")


@pytest.fixture
async def room(there: Process, aiko: Actor) -> Room:
    return await Factory(there.work).room({Role.MASTER: aiko}, ai_rule="always")


@dataclass
class Fault:
    """A way in which the database is away."""

    begin: Callable[[], None]
    end: Callable[[], None]


@pytest.fixture(params=["killed", "frozen", "cut off"])
def fault(
    request: pytest.FixtureRequest, server: Postgres, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Fault]:
    with monkeypatch.context() as patch:

        def thaw() -> None:
            patch.undo()
            server.start()

        ways = {
            "killed": Fault(server.kill, server.start),
            "frozen": Fault(server.freeze, thaw),
            "cut off": Fault(gate.cut, gate.mend),
        }
        if request.param == "frozen":
            notice_soon(patch)
        yield ways[request.param]
        ways[request.param].end()


async def held(here: Process, answer: MessageView) -> None:
    """Wait until the model has paused in the middle of the answer."""
    await until(lambda: len("".join(piece.text for piece in here.ai.pieces(answer)).split()) >= 20)


async def refused(what: str) -> None:
    """Wait until a process has logged that this could not be done."""
    with structlog.testing.capture_logs() as lines:
        await until(lambda: any(line.get("what", line["event"]) == what for line in lines), 20)


async def test_an_answers_end_is_written_when_the_database_is_back(
    here: Process, aiko: Actor, room: Room, fault: Fault, vendor: ScriptedVendor
):
    await here.ai.start()
    answer = await here.ai.ask(aiko, room, HELD)
    await held(here, answer)
    fault.begin()
    vendor.release()
    await refused("finish_run")
    fault.end()
    ended = await here.ai.ended(answer)
    assert (ended.answer.status, len(ended.text.split())) == ("complete", WHOLE)
    stored = await here.stored(answer)
    assert (stored.status, stored.text) == ("complete", ended.text)


async def test_a_claimed_question_is_answered_when_the_database_is_back(
    here: Process, aiko: Actor, room: Room, fault: Fault
):
    answer = await here.ai.ask(aiko, room, "[[say at last]]")
    [run] = await here.writer.claim(10)
    fault.begin()
    writing = asyncio.create_task(here.writer.write(run))
    await refused("begin_run")
    fault.end()
    await writing
    assert here.ai.told(answer).text == "at last"


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


async def test_disconnected_process_can_still_write_the_end_of_its_answer(
    here: Process, there: Process, aiko: Actor, room: Room, gate: Gate, vendor: ScriptedVendor
):
    await here.ai.start()
    answer = await here.ai.ask(aiko, room, HELD)
    await held(here, answer)
    gate.cut()
    await look(there)
    assert (await there.stored(answer)).error == "llm_interrupted"
    vendor.release()
    await refused("finish_run")
    gate.mend()
    assert (await here.ai.ended(answer)).answer.status == "complete"
    assert len((await there.stored(answer)).text.split()) == WHOLE


async def test_a_given_up_answer_goes_on_when_its_writer_is_back(
    here: Process, there: Process, aiko: Actor, room: Room, gate: Gate, vendor: ScriptedVendor
):
    await here.ai.start()
    answer = await here.ai.ask(aiko, room, HELD)
    await held(here, answer)
    gate.cut()
    await look(there)
    gate.mend()
    await until(lambda: there_is(there, answer, "streaming"))
    vendor.release()
    assert (await here.ai.ended(answer)).answer.status == "complete"


async def there_is(process: Process, answer: MessageView, status: str) -> bool:
    return (await process.stored(answer)).status == status


async def look(process: Process, times: int = LOOKS) -> None:
    """Let a process poll so often for runs of stopped processes."""
    for _ in range(times):
        await process.writer.give_up_abandoned()


async def test_after_the_database_was_away_for_all_nobody_is_given_up_at_once(
    here: Process, there: Process, aiko: Actor, room: Room, server: Postgres
):
    answer = await here.ai.ask(aiko, room, "Hello")
    [run] = await here.writer.claim(10)
    await look(there, LOOKS - 1)
    server.kill()
    with pytest.raises(Unavailable):
        await look(there)
    server.start()
    await look(there, LOOKS - 1)
    assert (await there.do(None, running)) == [run]
    await look(there, 1)
    assert (await there.do(None, running)) == []
    assert await there.writer.claim(10) == [run], "what was never begun is queued again"
    await asyncio.gather(there.writer.write(run), here.writer.write(run))
    begun = [each for each in here.events + there.events if getattr(each, "message", answer).id == answer.id]
    statuses = [each.message.answer.status for each in begun if hasattr(each, "message")]
    assert statuses.count("complete") == 1


async def running(ctx: Context) -> list[UUID]:
    return list(await ctx.db.scalars(text("SELECT id FROM ai_runs WHERE status = 'running'")))


async def test_what_was_asked_for_meanwhile_is_done_after_the_return(
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
