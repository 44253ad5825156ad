"""An AI at work: the real gateway at a scripted vendor, a writer and a worker."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import select

from chat_app.adapters.llm.factory import LlmConfig, Provider, build_gateway
from chat_app.bootstrap.work.supervisor import Supervisor
from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers.writing.writer import AnswerWriter
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.events import AnswerGrew
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.queries import history
from chat_app.core.messages.tables import LIVE
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import AiRule, Room
from chat_app.worker.answers import AnswerWorker
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

MODEL = "vllm/scripted"
LONG = "[[tokens 5000 rate 200]]"


@pytest.fixture(scope="session")
def vendor_server() -> Iterator[ScriptedVendor]:
    with ScriptedVendor() as server:
        yield server


@pytest.fixture
def vendor(vendor_server: ScriptedVendor) -> ScriptedVendor:
    """The vendor; it follows the commands in the prompt, and remembers this test's requests."""
    vendor_server.requests.clear()
    vendor_server.hold()
    return vendor_server


def gateway_to(vendor: ScriptedVendor) -> LlmGateway:
    providers = {"vllm": Provider(base_url=f"{vendor.url}/v1")}
    return build_gateway(LlmConfig(providers, local_ollama=None, retry_seconds=0, failures_to_pause=1_000))


@pytest.fixture(scope="session")
async def gateway(vendor_server: ScriptedVendor) -> AsyncIterator[LlmGateway]:
    gateway = gateway_to(vendor_server)
    await gateway.warm_up()
    yield gateway
    await gateway.aclose()


@dataclass
class Ai:
    """The AI of one process, with helpers for tests."""

    do: Do
    writer: AnswerWriter
    worker: AnswerWorker
    events: list[object]
    stops: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Begin to take answers, as the process does."""
        supervisor = Supervisor()
        supervisor.add("answers", self.worker.take_queued)
        supervisor.add("abandoned-answers", self.worker.end_abandoned)
        self.stops.push_async_callback(self.worker.stop)
        supervisor.start(self.stops)

    async def stop(self) -> None:
        """Take no more, and end the present answers."""
        await self.stops.aclose()

    async def ask(self, actor: Actor, room: Room, prompt: str) -> MessageView:
        """Post a message that calls for an answer; returns the answer, queued."""
        before = len(self.events)
        question = await self.do(actor, post_message, room.id, prompt)
        told = [event.message for event in self.events[before:] if isinstance(event, MessageChanged)]
        return next(message for message in told if (message.room_id, message.seq) == (room.id, question.seq + 1))

    def told(self, answer: MessageView) -> MessageView:
        """Return the answer as it was last published to its room."""
        changes = (e.message for e in reversed(self.events) if isinstance(e, MessageChanged))
        return next(message for message in changes if message.id == answer.id)

    def pieces(self, answer: MessageView) -> list[AnswerGrew]:
        """Return the published pieces of the answer."""
        return [e for e in self.events if isinstance(e, AnswerGrew) and e.message_id == answer.id]

    async def grown(self, answer: MessageView, words: str = "") -> None:
        """Wait until a piece of the answer has been published, or these words of it."""
        await until(lambda: (all_of := self.pieces(answer)) and words in "".join(each.text for each in all_of))

    async def ended(self, answer: MessageView) -> MessageView:
        """Wait for the answer's end; returns it."""
        return await until(lambda: None if (last := self.told(answer)).answer.status in LIVE else last)

    async def stored(self, actor: Actor, answer: MessageView) -> MessageView:
        """Return the answer as a person who arrives now sees it."""
        page = await self.do(actor, history, answer.room_id)
        return next(message for message in page.messages if message.id == answer.id)


async def run_of(work: UnitOfWork, answer: MessageView) -> AiRun:
    """The newest run of an answer."""
    async with work.begin() as ctx:
        return await ctx.db.scalar(
            select(AiRun).where(AiRun.message_id == answer.id).order_by(AiRun.id.desc()).limit(1)
        )


@pytest.fixture
def new_ai(work: UnitOfWork, gateway: LlmGateway, events: list[object]) -> Callable[..., Ai]:
    """Makes the AI of one process, not yet started."""

    def new_ai(
        gateway: LlmGateway = gateway,
        work: UnitOfWork = work,
        limits: Mapping[str, int] = MappingProxyType({}),
        **tools: Any,
    ) -> Ai:
        writer = AnswerWriter(work, gateway, limits=lambda: limits, **tools)
        worker = AnswerWorker(writer)
        work.listeners += [writer.on_event, worker.on_event]
        return Ai(Do(work), writer, worker, events)

    return new_ai


@pytest.fixture
async def other(work: UnitOfWork, new_ai: Callable[..., Ai]) -> AsyncIterator[Ai]:
    """Return the AI of another process on the same database, which receives no events of the first."""
    ai = new_ai(
        work=UnitOfWork(work.sessions, work.policy, work.limiter, work.listeners[:1], work.clock, jobs=work.jobs)
    )
    yield ai
    await ai.stop()


@pytest.fixture
async def ai(new_ai: Callable[..., Ai], vendor: ScriptedVendor) -> AsyncIterator[Ai]:
    """The AI at work; its vendor holds what a prompt has it hold, whatever the test before has released."""
    ai = new_ai()
    await ai.start()
    yield ai
    await ai.stop()


@pytest.fixture
async def aiko(make: Factory) -> Actor:
    return await make.actor(username="aiko")


@pytest.fixture
async def room(make: Factory, aiko: Actor) -> Room:
    """Aiko's room, where the AI answers every message."""
    return await make.room({Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS)


def without_time(turn: str) -> str:
    """Return a model's input without the mark of its time, which every first message has."""
    mark, _, rest = turn.partition("]\n")
    assert mark.startswith("[Parley: ")
    assert mark.endswith(" UTC")
    return rest
