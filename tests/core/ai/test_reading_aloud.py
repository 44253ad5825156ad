"""Answers are read aloud to who may ask the AI about them; nothing that people write is sent for that."""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.ai.errors import HiddenFromAi, NotAnAnswer, SpeechOff, SpeechTooLong
from chat_app.core.ai.ports.gateway import LlmError
from chat_app.core.ai.preview.context import start_context_at
from chat_app.core.ai.speech import reading_aloud
from chat_app.core.ai.speech.parts import parts_of
from chat_app.core.ai.speech.queries import count_speech
from chat_app.core.ai.speech.reading_aloud import AT_ONCE, READINGS, SPOKEN_MAX, ReadingAloud
from chat_app.core.ai.tables import AiSpeechCost
from chat_app.core.billing.budgets.commands import BudgetWish, set_my_budget
from chat_app.core.billing.errors import BudgetExceeded, InsufficientBalance
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.tables import TokenUsage
from chat_app.core.connections.ports import ModelChoiceView
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import NotAllowed, RateLimited
from chat_app.core.kernel.persistence import persist
from chat_app.core.messages.errors import MessageNotFound
from chat_app.core.messages.marks.commands import exclude_from_ai
from chat_app.core.rooms.commands import set_room_ai
from chat_app.core.rooms.errors import AiIsOff
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import gateway_to
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor

SOUND = b"ID3 and so on"


@pytest.fixture(autouse=True)
def _speech(vendor: ScriptedVendor) -> Iterator[None]:
    vendor.forget()
    vendor.speech = SOUND
    yield
    vendor.speech = b"ID3"


@pytest.fixture
async def reading(work: UnitOfWork, vendor: ScriptedVendor) -> AsyncIterator[ReadingAloud]:
    gateway = gateway_to(vendor)
    await gateway.warm_up()  # takes seconds, which do not count
    gateway.connect([], {"vllm/tts-1": ModelChoiceView(speaks=True, voice="coral")})
    yield ReadingAloud(work, gateway)
    await gateway.aclose()


@pytest.fixture
async def room(make: Factory, aiko: Actor) -> Room:
    return await make.room({Role.MASTER: aiko})


async def heard(reading: ReadingAloud, actor: Actor | None, message_id: object) -> bytes:
    async with aclosing(reading.read_aloud(actor, str(message_id))) as pieces:
        return b"".join([piece async for piece in pieces])


async def costs(work: UnitOfWork) -> list[AiSpeechCost]:
    async with work.begin() as ctx:
        return list(await ctx.db.scalars(select(AiSpeechCost)))


async def test_an_answer_is_read_as_plain_text_and_its_cost_is_noted(
    reading: ReadingAloud, make: Factory, room: Room, aiko: Actor, vendor: ScriptedVendor, work: UnitOfWork
):
    answer = await make.message(room, None, "**Tea** is [ready](https://tea.test).")
    assert await heard(reading, aiko, answer.id) == SOUND
    [request] = vendor.requests
    assert (request.body["input"], request.body["voice"]) == ("Tea is ready.", "coral")
    [noted] = await costs(work)
    assert (noted.room_id, noted.model, noted.characters, noted.cost) == (
        room.id,
        "vllm/tts-1",
        13,
        195,
    )  # 15 dollars a million


async def test_cost_noted_twice_after_a_lost_commit_counts_once(
    reading: ReadingAloud,
    make: Factory,
    room: Room,
    aiko: Actor,
    work: UnitOfWork,
    monkeypatch: pytest.MonkeyPatch,
):
    async def twice(*args: Any) -> None:
        for _ in range(2):
            await persist(*args)

    monkeypatch.setattr(reading_aloud, "persist", twice)
    answer = await make.message(room, None, "Tea is ready.")
    await heard(reading, aiko, answer.id)
    assert len(await costs(work)) == 1


async def test_reading_aloud_is_charged_and_refused_where_nothing_is_left(
    reading: ReadingAloud, make: Factory, room: Room, aiko: Actor, work: UnitOfWork
):
    work.policy = replace(work.policy, billing="on")
    answer = await make.message(room, None, "Tea is ready.")
    with pytest.raises(InsufficientBalance):
        await heard(reading, aiko, answer.id)
    async with work.begin() as ctx:
        await credit(ctx, aiko.user_id, 10**6, "grant", str(aiko.user_id))
    await heard(reading, aiko, answer.id)
    async with work.begin() as ctx:
        used = (await ctx.db.scalars(select(TokenUsage).where(TokenUsage.room_id == room.id))).one()
    assert (used.work, used.asker_id, used.cost, used.charged) == ("speech", aiko.user_id, 195, 195_000)
    async with work.begin(aiko) as ctx:
        await set_my_budget(ctx, BudgetWish(195_000, hard=True))
    with pytest.raises(BudgetExceeded):
        await heard(reading, aiko, answer.id)


async def test_a_long_answer_is_read_no_further_than_a_hard_budget_allows(
    reading: ReadingAloud, make: Factory, room: Room, aiko: Actor, work: UnitOfWork, vendor: ScriptedVendor
):
    work.policy = replace(work.policy, billing="count")
    answer = await make.message(room, None, "A short sentence. " * 400)
    async with work.begin(aiko) as ctx:
        await set_my_budget(ctx, BudgetWish(100_000_000, hard=True))  # of 4,000 letters, not of 7,200
    with pytest.raises(BudgetExceeded):
        await heard(reading, aiko, answer.id)
    assert len(vendor.requests) == 1


async def test_a_long_answer_is_asked_for_in_parts(
    reading: ReadingAloud, make: Factory, room: Room, aiko: Actor, vendor: ScriptedVendor
):
    answer = await make.message(room, None, "A short sentence. " * 400)
    assert await heard(reading, aiko, answer.id) == SOUND * 2
    assert all(request.body["input"].endswith("sentence.") for request in vendor.requests)


async def test_only_answers_that_one_sees_and_models_may_see(
    reading: ReadingAloud, do: Do, make: Factory, room: Room, aiko: Actor, vendor: ScriptedVendor
):
    guest, stranger = await make.actor(), await make.actor()
    await make.join(room, guest, Role.GUEST)
    mine = await make.message(room, aiko, "What I have written")
    answer, long, hidden = [await make.message(room, None, text) for text in ("Tea", "x" * (SPOKEN_MAX + 1), "Secret")]
    await do(aiko, exclude_from_ai, hidden.id)
    for actor, message, error in (
        (guest, answer, NotAllowed),
        (stranger, answer, MessageNotFound),
        (aiko, mine, NotAnAnswer),
        (aiko, long, SpeechTooLong),
        (aiko, hidden, HiddenFromAi),
    ):
        with pytest.raises(error):
            await heard(reading, actor, message.id)
    before = await make.message(room, None, "Old tea", created_at=long.created_at - timedelta(hours=1))
    await do(aiko, start_context_at, long.id)
    with pytest.raises(HiddenFromAi):
        await heard(reading, aiko, before.id)
    await do(aiko, set_room_ai, room.id, rule="never")
    with pytest.raises(AiIsOff):
        await heard(reading, aiko, answer.id)
    assert vendor.requests == []


async def test_without_a_model_or_with_one_that_refuses_it_is_an_error(
    reading: ReadingAloud, work: UnitOfWork, make: Factory, room: Room, aiko: Actor, vendor: ScriptedVendor
):
    answer = await make.message(room, None, "Tea")
    vendor.speech = 500
    with pytest.raises(LlmError):
        await heard(reading, aiko, answer.id)
    assert await costs(work) == []
    gateway = gateway_to(vendor)
    with pytest.raises(SpeechOff):
        await heard(ReadingAloud(work, gateway), aiko, answer.id)
    await gateway.aclose()


async def test_reading_aloud_is_limited_per_person(
    reading: ReadingAloud, make: Factory, room: Room, aiko: Actor, vendor: ScriptedVendor
):
    answer = await make.message(room, None, "hold")
    vendor.hold()
    begun = [reading.read_aloud(aiko, answer.id) for _ in range(AT_ONCE)]
    for each in begun:
        assert await anext(each)
    with pytest.raises(RateLimited):
        await heard(reading, aiko, answer.id)
    for each in begun:
        await each.aclose()
    vendor.release()
    for _ in range(READINGS.amount - AT_ONCE - 1):
        await heard(reading, aiko, answer.id)
    with pytest.raises(RateLimited):
        await heard(reading, aiko, answer.id)


async def test_admins_see_how_much_was_read(
    reading: ReadingAloud, do: Do, make: Factory, room: Room, aiko: Actor, work: UnitOfWork
):
    admin = await make.actor(is_admin=True)
    assert await do(admin, count_speech) == (0, 0)
    answer = await make.message(room, None, "Tea")
    await heard(reading, aiko, answer.id)
    async with work.begin() as ctx:
        (await ctx.db.scalars(select(AiSpeechCost))).one().cost = 45
    assert await do(admin, count_speech) == (1, 45)


@given(st.text(alphabet="ab .。\n", max_size=400), st.integers(1, 50))
def test_parts_are_short_and_lose_no_letter(text: str, longest: int):
    parts = list(parts_of(text, longest))
    assert all(0 < len(part) <= longest for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
