"""Titles, translations, summaries and decisions count among the answers of a limited connection."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message, start_chat
from chat_app.core.ai.events import PlaceFreed
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.ai.runs import places
from chat_app.core.ai.runs.changing import claim_runs
from chat_app.core.ai.runs.places import AnswerSlots, take_place
from chat_app.core.ai.tables import AiPlace
from chat_app.core.ai.translating import Translator
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.events import RoomChanged
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import MODEL, Ai, gateway_to
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.script import Script
from tests.vendor.server import ScriptedVendor

LIMIT = {"vllm": 1}


@pytest.fixture(autouse=True)
async def _free(work: UnitOfWork) -> AsyncIterator[None]:
    """Leave no place taken for other tests."""
    yield
    async with work.begin() as ctx:
        await ctx.db.execute(delete(AiPlace))


async def taken(work: UnitOfWork) -> int:
    async with work.begin() as ctx:
        return await ctx.db.scalar(select(func.count()).select_from(AiPlace)) or 0


async def test_answer_waits_for_a_place_and_what_is_none_for_an_answer(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, work: UnitOfWork, make: Factory
):
    ai, another = new_ai(), await make.room({Role.MASTER: aiko}, ai_rule="always")
    await ai.ask(aiko, room, "Hello")

    async def claim() -> int:
        async with work.begin() as ctx:
            return len(await claim_runs(ctx, 100, MODEL, LIMIT))

    async with AnswerSlots(work, lambda: LIMIT).taken(MODEL, MODEL):
        assert await claim() == 0
    assert any(isinstance(event, PlaceFreed) for event in ai.events)
    assert await claim() == 1
    async with work.begin() as ctx:
        assert await take_place(ctx, "vllm", 1, MODEL) is None
        assert await take_place(ctx, "other", 1, MODEL)
    await ai.ask(aiko, another, "Hello")
    assert await claim() == 0


async def test_place_of_a_process_that_has_ended_is_free_after_a_while(work: UnitOfWork):
    async with work.begin() as ctx:
        assert await take_place(ctx, "vllm", 1, MODEL)
    async with work.begin() as ctx:
        assert await take_place(ctx, "vllm", 1, MODEL) is None
        await ctx.db.execute(update(AiPlace).values(until=func.clock_timestamp() - timedelta(seconds=1)))
        assert await take_place(ctx, "vllm", 1, MODEL)


async def test_place_is_left_whatever_happens_and_no_place_is_taken_without_a_limit(work: UnitOfWork):
    limited = AnswerSlots(work, lambda: LIMIT)

    async def fail() -> None:
        async with limited.taken(MODEL, MODEL):
            assert await taken(work) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), limited.taken(MODEL, MODEL):
            await asyncio.Event().wait()
    async with AnswerSlots(work, dict).taken(MODEL, MODEL):
        assert await taken(work) == 0


async def test_translation_waits_for_the_answer_that_has_the_only_place(
    new_ai: Callable[..., Ai],
    do: Do,
    aiko: Actor,
    room: Room,
    make: Factory,
    work: UnitOfWork,
    gateway: LlmGateway,
    vendor: ScriptedVendor,
    monkeypatch: pytest.MonkeyPatch,
):
    looks: list[object] = []

    async def look(*args: Any) -> object:
        looks.append(await take_place(*args))
        return looks[-1]

    monkeypatch.setattr(places, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(places, "take_place", look)
    ai = new_ai(limits=LIMIT)
    await ai.start()
    answer = await ai.ask(aiko, room, "[[tokens 9 hold 3]]")
    await ai.grown(answer)
    quiet = await make.room({Role.MASTER: aiko})
    message = await do(aiko, post_message, quiet.id, "Good morning [[say おはよう]]")
    translator = Translator(work, gateway, limits=lambda: LIMIT)
    translation = asyncio.create_task(translator.translate(aiko, message.id, "ja"))
    await until(lambda: looks)
    assert looks[0] is None
    assert len(vendor.requests) == 1
    vendor.release()
    await ai.ended(answer)
    assert (await translation)["text"] == "おはよう"
    assert await taken(work) == 0
    await ai.stop()


async def test_room_is_named_after_the_answer_that_had_the_only_place(
    new_ai: Callable[..., Ai], do: Do, aiko: Actor, work: UnitOfWork, events: list[object]
):
    with ScriptedVendor(default=Script(tokens=3)) as vendor:
        gateway = gateway_to(vendor)
        ai = new_ai(gateway, limits=LIMIT)
        await ai.start()
        await do(aiko, start_chat, "What do rivers carry?", nonce=new_id())
        await until(lambda: any(isinstance(event, RoomChanged) for event in events))
        await until(lambda: any(isinstance(event, PlaceFreed) for event in events))
        await ai.stop()
        await gateway.aclose()
    assert await taken(work) == 0
