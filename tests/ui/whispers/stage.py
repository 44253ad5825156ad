"""A room with its AI at work, and everything that one of its members receives."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers.writing.writer import AnswerWriter
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.decisions.decider import Decider
from chat_app.core.ai.events import WindowOverflowed
from chat_app.core.ai.summaries.summariser import Summariser
from chat_app.core.ai.translating import Translator
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import new_id
from chat_app.core.live.ops.shared import user_channel
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.asides import open_aside
from chat_app.core.rooms.tables import Room
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.files import make_file
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.ui.conftest import Come, Ear, call
from tests.ui.whispers.echo import EchoGateway
from tests.ui.whispers.record import Record


@dataclass
class Stage:
    """Aiko's room with Ben, who hears, and Chloe. One of the others also asks in private."""

    parts: Runtime
    make: Factory
    clock: Clock
    gateway: EchoGateway
    writer: AnswerWriter
    decider: Decider
    summariser: Summariser
    room: Room
    people: list[Actor]
    secretive: Actor
    ears: list[Ear]
    tab: Ear
    """The tab of whoever asks in private."""
    messages: list[UUID] = field(default_factory=list)
    private: list[UUID] = field(default_factory=list)
    files: list[UUID] = field(default_factory=list)
    private_files: list[UUID] = field(default_factory=list)
    aside_id: UUID = field(default_factory=new_id)
    record: Record = field(default_factory=Record)
    overflows: list[WindowOverflowed] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    async def build(cls, parts: Runtime, come: Come, secretive: int) -> "Stage":
        """Make people and a room, and have everybody come in."""
        clock, make, gateway = Clock(), Factory(parts.work), EchoGateway()
        work, answering = parts.work, EchoGateway(writes_answers=True)
        work.clock = clock
        parts.gateway, parts.posting = gateway, Posting(work, gateway)  # type: ignore[assignment]
        parts.translator = Translator(work, gateway)
        writer = AnswerWriter(work, answering)
        people = [await make.actor(username=name) for name in ("aiko", "ben", "chloe")]
        room = await make.room({Role.MASTER: people[0], Role.MEMBER: people[1]}, ai_rule="mentioned")
        await make.join(room, people[2])
        tabs = [await come(who, where) for who, where in ((people[1], room), (people[1], None))]
        who = people[secretive]
        tab = await come(who, room)
        decider, summariser = Decider(work, gateway), Summariser(work, gateway)
        stage = cls(parts, make, clock, answering, writer, decider, summariser, room, people, who, tabs, tab)
        work.listeners += [writer.on_event, answering.on_event, stage.on_event]
        await stage.settle()
        return stage

    async def on_event(self, event: object) -> None:
        """Note that a window has become too small."""
        if isinstance(event, WindowOverflowed):
            self.overflows.append(event)

    async def do(self, actor: Actor, use_case: Any, *args: Any, **kw: Any) -> Any:
        """Call a use case."""
        return await Do(self.parts.work)(actor, use_case, *args, **kw)

    async def say(self, who: Actor, text: str, files: Sequence[UUID] = (), **more: Any) -> MessageView:
        """Send a message in the room."""
        said = await self.parts.posting.post(who, self.room.id, text, attachments=files, **more)
        self.messages.append(said.id)
        return said

    async def whisper(self, text: str, files: Sequence[UUID] = (), **more: Any) -> MessageView:
        """Send one in private."""
        post = self.parts.posting.post_privately
        said = await post(self.secretive, self.room.id, text, attachments=files, **more)
        self.private.append(said.id)
        return said

    async def aside(self) -> Room:
        """Open the aside."""
        room: Room = (await self.do(self.secretive, open_aside, self.room.id)).room
        self.aside_id = room.id
        return room

    async def file(self, room: Room, who: Actor, *words: str) -> UUID:
        """Make a file that was uploaded and is not sent yet."""
        return (await make_file(self.parts.work, room, who, f"{words[0]}.pdf", *words)).id

    async def tell(self, who: Ear, actor: Actor, room_id: UUID, handler: str, **payload: Any) -> None:
        """Send an event of a tab in a room."""
        await call(who.sid, actor, f"/r/{room_id}", handler, **payload)

    async def settle(self) -> None:
        """Wait until everything has come of what was done: answers, summaries, and what is said off the request."""
        claimed: list[UUID] | None = None
        while claimed != []:
            await until(lambda: len(self.tasks) == self.gateway.holding)
            claimed = await self.writer.claim(10)
            for run_id in claimed:
                task = asyncio.create_task(self.writer.write(run_id))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
        while self.overflows:
            event = self.overflows.pop(0)
            await self.summariser.summarise(event.room_id, event.message_id)
        await until(lambda: all(each._task is None or each._task.done() for each in self.parts.slow))
        for ear, told in zip(self.ears, [await self._told(ear) for ear in self.ears], strict=True):
            for op in told:
                self.record.add_op(f"tab {self.ears.index(ear)}:", op)

    async def _told(self, ear: Ear) -> list[Any]:
        """Return what a tab of Ben's has been sent, all that was published until now."""
        mark, told = {"t": "mark", "n": str(new_id())}, list[Any]()
        self.parts.hub.publish(user_channel(self.people[1].user_id), mark)

        async def all_there() -> bool:
            told.extend(await ear.heard())
            return mark in told

        await until(all_there)
        return [op for op in told if not (isinstance(op, dict) and op["t"] == "mark")]

    async def act(self, who: Actor, act: Any, what: int, word: str) -> None:
        """Do something, and wait for what comes of it; what is refused changes nothing."""
        with suppress(DomainError):
            await act(self, who, what, word)
        await self.settle()

    async def finish(self) -> None:
        """Let answers go on that are held, and end."""
        self.gateway.release()
        await until(lambda: not self.tasks)
        await self.settle()

    async def get(self, client: httpx.AsyncClient, request: str, path: str) -> None:
        """Record how a request of Ben's is answered."""
        self.record.add_answer(request, await client.get(path))
