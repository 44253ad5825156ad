"""Calls of all kinds at once, which one person pays: none takes what another has, and none takes more than is there."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.costs.holding import CANNOT_PAY
from chat_app.core.ai.decisions.decider import Decider
from chat_app.core.ai.decisions.queue import QUIET
from chat_app.core.ai.speech.reading_aloud import ReadingAloud
from chat_app.core.ai.transcription.dictating import Dictation
from chat_app.core.ai.translating import Translator
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.reserving.reservations import ReservationRequest, RunUsage, reserve, settle
from chat_app.core.billing.tables import TokenReservation, TokenUsage
from chat_app.core.connections.ports import ModelChoiceView
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.ports import Examined
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import Busy
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.persistence import persist
from tests.core.ai.conftest import gateway_to
from tests.core.ai.test_charging import Priced
from tests.core.billing.ledger import balance
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor

EACH = 13
HERE = 350_000_000
"""Less than what all cost in the end, some 570 million: however they come, some are refused."""


class Recorder:
    """Finds that whatever was sent is a recording of ten minutes."""

    async def examine(self, *_: Any, **__: Any) -> Examined:
        return Examined("audio/mp4", FileKind.AUDIO, seconds=600.0)


@pytest.fixture
async def priced(vendor: ScriptedVendor) -> AsyncIterator[Any]:
    gateway = gateway_to(vendor)
    gateway.connect(
        [],
        {
            "vllm/tts-1": ModelChoiceView(speaks=True, voice="coral"),
            "vllm/whisper-1": ModelChoiceView(transcribes=True),
        },
    )
    yield Priced(gateway)
    await gateway.aclose()


@pytest.mark.slow
async def test_sixty_four_calls_of_all_kinds_at_once_never_overspend(
    do: Do, make: Factory, work: UnitOfWork, clock: Clock, priced: Any
) -> None:
    work.policy = replace(work.policy, billing="on", limited=False)
    owner, members = await make.actor(), [await make.actor() for _ in range(EACH)]
    rooms = [await make.room({Role.MASTER: owner, Role.MEMBER: each}, ai_rule="helpful") for each in members]
    answers = [await make.message(room, None, "A short sentence. " * 60) for room in rooms]
    said = [await do(who, post_message, room.id, "Hi") for who, room in zip(members, rooms, strict=True)]
    clock.now += QUIET
    decider, translator = Decider(work, priced), Translator(work, priced)
    reading, dictation = ReadingAloud(work, priced), Dictation(work, priced, Recorder())  # type: ignore[arg-type]
    due, _ = await decider.claim(EACH)
    async with work.begin() as ctx:
        await credit(ctx, owner.user_id, HERE, "grant", "crowd")

    async def read(number: int) -> None:
        async with aclosing(reading.read_aloud(members[number], answers[number].id)) as sounds:
            assert [sound async for sound in sounds]

    async def recording() -> bytes:
        return b"words"

    async def answer(number: int) -> None:
        subject, place = new_id(), (rooms[number].id, members[number].user_id)
        async with work.begin() as ctx:
            if not (await reserve(ctx, [ReservationRequest(subject, *place, 20_000_000, 15_000_000)])).amounts:
                raise CANNOT_PAY[0]()
        used = RunUsage(subject, *place, model="m", cost=15_000, charge=15_000_000)
        await persist(work, settle, [used])  # as answers do, also where the balance is busy

    crowd = [decider.decide(each) for each in due]
    for number in range(EACH):
        crowd += [
            translator.translate(members[number], said[number].id, "ja"),
            read(number),
            dictation.dictate(members[number], rooms[number].id, recording, "audio/mp4"),
            answer(number),
        ]
    assert len(crowd) >= 64
    done = await asyncio.gather(*crowd, return_exceptions=True)
    wrong = [each for each in done if isinstance(each, BaseException) and not isinstance(each, (*CANNOT_PAY, Busy))]
    assert not wrong
    assert any(isinstance(each, CANNOT_PAY) for each in done), "there is not enough for all"
    await _adds_up(work, owner.user_id)


async def _adds_up(work: UnitOfWork, payer: UUID) -> None:
    async with work.begin() as ctx:
        used = (await ctx.db.scalars(select(TokenUsage))).all()
        assert (await ctx.db.scalars(select(TokenReservation))).all() == []
    assert len(Counter(each.work for each in used)) >= 2, "of several kinds"
    assert [each.missing for each in used if each.missing] == []
    assert await balance(work, payer) == (HERE - sum(each.charged for each in used), 0)
