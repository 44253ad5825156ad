"""Processes that share the answering, die, stop and restart."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers import taking
from chat_app.core.ai.answers.beginning import begin_run
from chat_app.core.ai.answers.writing.writer import LOOKS
from chat_app.core.ai.asking.commands import post_message, regenerate_answer
from chat_app.core.ai.runs.changing import claim_runs, finish_run, keep_alive
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import NotFound
from chat_app.core.kernel.work.written import Written
from chat_app.core.messages.tables import Status
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import LONG, MODEL, Ai
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor


@pytest.mark.slow
async def test_two_processes_write_each_answer_once(
    new_ai: Callable[..., Ai], other: Ai, aiko: Actor, make: Factory, vendor: ScriptedVendor
):
    ai = new_ai()
    rooms = [await make.room({Role.MASTER: aiko}, ai_rule="always") for _ in range(4)]
    answers = [await ai.ask(aiko, rooms[n % 4], f"[[say answer {n}]]") for n in range(20)]
    await asyncio.gather(ai.start(), other.start())
    for number, answer in enumerate(answers):
        assert (await ai.ended(answer)).text == f"answer {number}"
    await ai.stop()
    asked = sorted(request.turns[-1][1].rsplit("\n", 1)[-1] for request in vendor.requests)
    assert asked == sorted(f"Aiko: [[say answer {n}]]" for n in range(20))


async def test_the_runs_of_a_dead_process_fail_with_what_they_had(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, work: UnitOfWork
):
    ai = new_ai()
    answer = await ai.ask(aiko, room, "Hello")
    async with work.begin() as ctx:
        [run_id] = await claim_runs(ctx, 10)
    async with work.begin() as ctx:
        assert await begin_run(ctx, run_id, MODEL)
    async with work.begin() as ctx:
        assert (await keep_alive(ctx, {run_id: Written("half an ans")}))[run_id]
    for _ in range(LOOKS - 1):
        await ai.writer.give_up_abandoned()
    assert ai.told(answer).answer.status == "streaming"
    await ai.writer.give_up_abandoned()
    failed = ai.told(answer)
    assert (failed.answer.status, failed.answer.error, failed.text) == ("failed", "llm_interrupted", "half an ans")
    assert await ai.stored(aiko, answer) == failed


async def test_a_late_end_does_not_touch_the_next_run(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, work: UnitOfWork
):
    ai = new_ai()
    answer = await ai.ask(aiko, room, "Hello")
    async with work.begin() as ctx:
        [old] = await claim_runs(ctx, 10)
        await begin_run(ctx, old, MODEL)
    for _ in range(LOOKS):
        await ai.writer.give_up_abandoned()
    queued = await ai.do(aiko, regenerate_answer, answer.id)
    async with work.begin() as ctx:
        await finish_run(ctx, old, Status.COMPLETE, "late")
    assert await ai.stored(aiko, answer) == queued


@asynccontextmanager
async def at_work(ai: Ai) -> AsyncIterator[Ai]:
    await ai.start()
    yield ai
    await ai.stop()


async def test_going_down_ends_answers_with_what_they_have(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, make: Factory, vendor: ScriptedVendor
):
    async with at_work(new_ai()) as ai:
        streaming = await ai.ask(aiko, room, LONG)
        waiting = await ai.ask(aiko, await make.room({Role.MASTER: aiko}, ai_rule="always"), "[[slow 60]]")
        await ai.grown(streaming)
        await until(lambda: len(vendor.requests) == 2)
    for answer, text in ((streaming, "quiet"), (waiting, "")):
        failed = await ai.stored(aiko, answer)
        assert (failed.answer.status, failed.answer.error) == ("failed", "llm_interrupted")
        assert failed.text.startswith(text)


async def test_runs_queued_without_a_worker_are_claimed_later(new_ai: Callable[..., Ai], aiko: Actor, room: Room):
    ai = new_ai()
    answer = await ai.ask(aiko, room, "[[say at last]]")
    async with at_work(new_ai()):
        assert (await ai.ended(answer)).text == "at last"


async def test_a_worker_outlives_a_database_that_was_away(new_ai: Callable[..., Ai], aiko: Actor, room: Room, do: Do):
    ai = new_ai()
    answered = await ai.ask(aiko, room, "[[say still here]]")

    real, calls = ai.writer.take, []

    async def away_once(limit: int, write: Callable[[UUID], None]) -> bool:
        calls.append(limit)
        if len(calls) == 1:
            raise OSError("connection refused")
        return await real(limit, write)

    ai.writer.take = away_once
    async with at_work(ai):
        await until(lambda: calls)
        await do(aiko, post_message, room.id, "[[say second]]")
        assert (await ai.ended(answered)).text == "still here"


async def test_answers_that_cannot_begin_together_begin_alone(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, monkeypatch: pytest.MonkeyPatch
):
    async def fail(*_: object) -> None:
        raise NotFound()

    monkeypatch.setattr(taking, "begin_runs", fail)
    ai = new_ai()
    answered = await ai.ask(aiko, room, "[[say alone]]")
    async with at_work(ai):
        assert (await ai.ended(answered)).text == "alone"
