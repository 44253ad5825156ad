"""Processes of a site, and faults of their database."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from chat_app.core.ai.answers.writing.writer import AnswerWriter
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views.messages import MessageView
from tests.core.ai.conftest import Ai
from tests.support.use_cases import Do
from tests.support.waiting import until

HELD = "[[tokens 30 rate 2000 hold 20]]"


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


@dataclass
class Fault:
    """A way in which the database is away."""

    begin: Callable[[], None]
    end: Callable[[], None]


async def held(here: Process, answer: MessageView) -> None:
    """Wait until the model has paused in the middle of the answer."""
    await until(lambda: len("".join(piece.text for piece in here.ai.pieces(answer)).split()) >= 20)


async def refused(what: str) -> None:
    """Wait until a process has logged that this could not be done."""
    with structlog.testing.capture_logs() as lines:
        await until(lambda: any(line.get("what", line["event"]) == what for line in lines), 20)
