"""People and a decider, whose decisions a scripted vendor makes."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.ai.decisions.decider import Decider
from chat_app.core.ai.decisions.queue import QUIET
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.ai.tables import AiDecision, AiRun
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.queries import history
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor

SPEAK = "Which index? [[decide speak A question.]] [[say The keyset one.]]"


@dataclass
class Silences:
    """The decider of one process, with helpers for tests."""

    work: UnitOfWork
    decider: Decider
    clock: Clock

    async def pass_by(self, after: timedelta = QUIET) -> int:
        """Let time pass, and decide due decisions; returns their number."""
        self.clock.now += after
        claimed, _ = await self.decider.claim(10)
        await asyncio.gather(*map(self.decider.decide, claimed))
        return len(claimed)

    async def rows(self) -> list[AiDecision]:
        """Return all decisions, the oldest first."""
        async with self.work.begin() as ctx:
            return list(await ctx.db.scalars(select(AiDecision).order_by(AiDecision.id)))

    async def only(self) -> AiDecision:
        [row] = await self.rows()
        return row


@pytest.fixture
def silences(work: UnitOfWork, gateway: LlmGateway, clock: Clock, vendor: ScriptedVendor) -> Silences:
    return Silences(work, Decider(work, gateway), clock)


@pytest.fixture
async def ben(make: Factory) -> Actor:
    return await make.actor(username="ben")


@pytest.fixture
async def room(make: Factory, aiko: Actor, ben: Actor) -> Room:
    """Aiko's room with Ben, where the AI joins in when it can help."""
    return await make.room({Role.MASTER: aiko, Role.MEMBER: ben}, ai_rule="helpful")


async def messages(do: Do, actor: Actor, room: Room) -> list[MessageView]:
    return list((await do(actor, history, room.id)).messages)


async def runs(work: UnitOfWork) -> list[AiRun]:
    async with work.begin() as ctx:
        return list(await ctx.db.scalars(select(AiRun)))
