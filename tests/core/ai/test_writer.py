"""Writing answers: the real gateway, a vendor that does what the prompt says."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.ai.commands import post_message, regenerate_answer, stop_answer
from chat_app.core.ai.runs import begin_run, claim_runs, finish_run, keep_alive
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.tables import Status
from chat_app.core.messages.views import MessageView
from chat_app.core.rooms.commands import delete_room
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import MODEL, Ai, gateway_to
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.script import Script
from tests.vendor.server import ScriptedVendor

LONG = "[[tokens 5000 rate 200]]"


async def run_of(work: UnitOfWork, answer: MessageView) -> AiRun:
    async with work.begin() as ctx:
        return await ctx.db.scalar(
            select(AiRun).where(AiRun.message_id == answer.id).order_by(AiRun.id.desc()).limit(1)
        )


async def test_an_answer_from_question_to_end(
    ai: Ai, aiko: Actor, room: Room, work: UnitOfWork, vendor: ScriptedVendor
):
    queued = await ai.ask(aiko, room, "Hello [[tokens 30 rate 300]]")
    answer = await ai.ended(queued)
    assert (answer.id, answer.seq) == (queued.id, queued.seq)
    assert (answer.answer.status, answer.answer.error) == ("complete", None)
    assert (answer.answer.model, answer.answer.asker, answer.answer.tokens) == (MODEL, aiko.person, 30)
    assert answer.text.startswith("quiet rivers carry")
    assert await ai.stored(aiko, answer) == answer
    run = await run_of(work, answer)
    assert (run.status, run.model, run.completion_tokens) == ("completed", MODEL, 30)
    [request] = vendor.requests
    assert request.turns[-1] == ("user", "Aiko: Hello [[tokens 30 rate 300]]")


async def test_pieces_fit_together_as_a_browser_counts(ai: Ai, aiko: Actor, room: Room):
    said = "静かな 👩‍👩‍👧 rivers 😀 carry\n𝒎orning 光 " * 8
    answer = await ai.ended(await ai.ask(aiko, room, f"[[rate 200]] [[say {said}]]"))
    shown = b""
    for piece in ai.pieces(answer):
        assert piece.run_id == answer.answer.run
        assert piece.offset * 2 == len(shown)
        shown += piece.text.encode("utf-16-le")
    assert len(ai.pieces(answer)) > 3
    assert answer.text == said.rstrip()
    assert answer.text.startswith(shown.decode("utf-16-le"))


async def test_who_comes_midway_sees_what_the_room_sees(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ask(aiko, room, LONG)
    await until(lambda: len(ai.pieces(answer)) >= 3)
    seen = await ai.stored(aiko, answer)
    assert seen.answer.status == "streaming"
    assert seen.text == "".join(piece.text for piece in ai.pieces(answer))
    await ai.do(aiko, stop_answer, answer.id)
    await ai.ended(answer)


async def test_a_quote_names_the_model_once_the_answer_is_whole(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ask(aiko, room, LONG)
    await ai.grown(answer)
    reply = await ai.do(aiko, post_message, room.id, "Go on", reply_to=answer.id)
    assert (reply.reply.is_ai, reply.reply.model) == (True, None)
    await ai.do(aiko, stop_answer, answer.id)
    await until(lambda: ai.told(reply).reply.model == MODEL)


async def test_stopping_in_the_queue(new_ai: Callable[..., Ai], aiko: Actor, room: Room, vendor: ScriptedVendor):
    ai = new_ai()
    answer = await ai.ask(aiko, room, LONG)
    stopped = await ai.do(aiko, stop_answer, answer.id)
    assert (stopped.answer.status, stopped.text) == ("stopped", "")
    assert ai.told(answer) == stopped
    assert await ai.writer.claim(10) == []
    assert vendor.requests == []


async def test_stopping_between_queue_and_model(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, vendor: ScriptedVendor
):
    ai = new_ai()
    answer = await ai.ask(aiko, room, LONG)
    [run_id] = await ai.writer.claim(10)
    await ai.do(aiko, stop_answer, answer.id)
    await ai.writer.write(run_id)
    assert ai.told(answer).answer.status == "stopped"
    assert vendor.requests == []


async def test_stopping_before_the_first_word(ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor):
    answer = await ai.ask(aiko, room, "[[slow 60]]")
    await until(lambda: vendor.requests)
    await ai.do(aiko, stop_answer, answer.id)
    stopped = await ai.ended(answer)
    assert (stopped.answer.status, stopped.text) == ("stopped", "")


async def test_stopping_midway_keeps_what_is_written(ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor):
    answer = await ai.ask(aiko, room, LONG)
    await ai.grown(answer)
    await ai.do(aiko, stop_answer, answer.id)
    stopped = await ai.ended(answer)
    assert stopped.answer.status == "stopped"
    assert stopped.text.startswith("quiet")
    assert await ai.stored(aiko, answer) == stopped
    await until(lambda: vendor.requests[0].outcome == "left")
    again = await ai.do(aiko, stop_answer, answer.id)
    assert again == stopped


async def test_stopping_from_another_process(ai: Ai, aiko: Actor, room: Room, other: Ai):
    answer = await ai.ask(aiko, room, LONG)
    await ai.grown(answer)
    await other.do(aiko, stop_answer, answer.id)
    assert (await ai.ended(answer)).answer.status == "stopped"


@pytest.mark.parametrize(
    ("directive", "code", "text"),
    [
        ("[[fail 401]]", "llm_authentication", ""),
        ("[[fail 429]]", "llm_rate_limited", ""),
        ("[[fail 500]]", "llm_unavailable", ""),
        ("[[toolong]]", "llm_context_too_long", ""),
        ("[[cut 3]]", "llm_interrupted", "quiet rivers carry"),
        ("[[error 2]]", "llm_interrupted", "quiet rivers"),
        ("[[end 3]]", "llm_interrupted", "quiet rivers carry"),
        ("[[tokens 0]]", "llm_empty", ""),
        ("[[say  ]]", "llm_empty", ""),
    ],
)
async def test_a_failure_is_an_answer_that_failed(
    ai: Ai, aiko: Actor, room: Room, directive: str, code: str, text: str
):
    answer = await ai.ended(await ai.ask(aiko, room, f"Hello {directive}"))
    assert (answer.answer.status, answer.answer.error, answer.text) == ("failed", code, text)
    assert await ai.stored(aiko, answer) == answer


async def test_a_model_that_is_gone(ai: Ai, make: Factory, aiko: Actor):
    room = await make.room({Role.MASTER: aiko}, ai_rule="always", ai_model="vllm/retired")
    answer = await ai.ended(await ai.ask(aiko, room, "Hello"))
    assert (answer.answer.status, answer.answer.error) == ("failed", "llm_model_not_found")


async def test_writing_anew_happens_in_the_same_place(ai: Ai, aiko: Actor, room: Room, work: UnitOfWork):
    failed = await ai.ended(await ai.ask(aiko, room, "[[cut 3 once]]"))
    await ai.do(aiko, post_message, room.id, "[[tokens 2]]")
    queued = await ai.do(aiko, regenerate_answer, failed.id)
    assert (queued.id, queued.seq, queued.text, queued.answer.status) == (failed.id, failed.seq, "", "queued")
    assert (queued.answer.error, queued.answer.model, queued.answer.tokens) == (None, None, None)
    assert queued.rev > failed.rev
    answer = await ai.ended(failed)
    assert (answer.id, answer.seq, answer.answer.status) == (failed.id, failed.seq, "complete")
    assert answer.text.startswith("quiet rivers carry the morning")
    assert answer.answer.run != failed.answer.run
    assert ai.pieces(answer)[-1].run_id == answer.answer.run


async def test_one_answer_at_a_time_in_one_place(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ask(aiko, room, LONG)
    with refused("still_answering"):
        await ai.do(aiko, regenerate_answer, answer.id)
    await ai.do(aiko, stop_answer, answer.id)
    await ai.ended(answer)
    await ai.do(aiko, delete_message, answer.id)
    with refused("message_deleted"):
        await ai.do(aiko, regenerate_answer, answer.id)


async def test_a_resend_neither_writes_anew_twice_nor_stops_what_is_new(ai: Ai, aiko: Actor, room: Room):
    first = await ai.ended(await ai.ask(aiko, room, "[[tokens 2]]"))
    again = await ai.do(aiko, regenerate_answer, first.id, run=str(first.answer.run))
    resent = await ai.do(aiko, regenerate_answer, first.id, run=str(first.answer.run))
    assert resent.answer.run == again.answer.run != first.answer.run
    await ai.do(aiko, stop_answer, first.id, run=str(first.answer.run))
    answer = await ai.ended(first)
    assert (answer.answer.run, answer.answer.status) == (again.answer.run, "complete")
    late = await ai.do(aiko, regenerate_answer, first.id, run=str(first.answer.run))
    assert (late.answer.run, late.answer.status) == (again.answer.run, "complete")


async def test_regenerating_twice_at_once_is_one_run(new_ai: Callable[..., Ai], make: Factory, aiko: Actor, room: Room):
    ai = new_ai()
    answer = await make.message(room, None, "Old", asked_by_id=aiko.user_id)
    results = await asyncio.gather(
        *(ai.do(aiko, regenerate_answer, answer.id) for _ in range(5)), return_exceptions=True
    )
    assert sorted(getattr(result, "code", "queued") for result in results) == ["queued"] + ["still_answering"] * 4
    assert len(await ai.writer.claim(10)) == 1


async def test_what_a_model_says_is_made_storable(new_ai: Callable[..., Ai], aiko: Actor, room: Room):
    with ScriptedVendor(default=Script(say="nul \x00 bell \x07 end")) as vendor:
        gateway = gateway_to(vendor)
        ai = new_ai(gateway)
        await ai.worker.start()
        answer = await ai.ended(await ai.ask(aiko, room, "Hello"))
        assert (answer.answer.status, answer.text) == ("complete", "nul  bell  end")
        await ai.worker.stop()
        await gateway.aclose()


async def test_many_answers_at_once(ai: Ai, make: Factory, aiko: Actor):
    rooms = [await make.room({Role.MASTER: aiko}, ai_rule="always") for _ in range(12)]
    prompts = (ai.do(aiko, post_message, room.id, f"[[say in {room.id}]]") for room in rooms)
    await asyncio.gather(*prompts)
    answers = {e.message.id: e.message for e in ai.events if isinstance(e, MessageChanged) and e.message.answer}
    assert len(answers) == 12
    for answer in answers.values():
        assert (await ai.ended(answer)).text == f"in {answer.room_id}"


@pytest.fixture
async def other(work: UnitOfWork, new_ai: Callable[..., Ai]) -> AsyncIterator[Ai]:
    """The AI of another process on the same database: it hears nothing of what is told in the first."""
    ai = new_ai(work=UnitOfWork(work.sessions, work.policy, work.limiter, work.listeners[:1], work.clock))
    yield ai
    await ai.worker.stop()


async def test_two_processes_write_each_answer_once(
    new_ai: Callable[..., Ai], other: Ai, aiko: Actor, make: Factory, vendor: ScriptedVendor
):
    ai = new_ai()
    rooms = [await make.room({Role.MASTER: aiko}, ai_rule="always") for _ in range(4)]
    answers = [await ai.ask(aiko, rooms[n % 4], f"[[say answer {n}]]") for n in range(20)]
    await asyncio.gather(ai.worker.start(), other.worker.start())
    for number, answer in enumerate(answers):
        assert (await ai.ended(answer)).text == f"answer {number}"
    await ai.worker.stop()
    asked = sorted(request.turns[-1][1].rsplit("\n\n", 1)[-1] for request in vendor.requests)
    assert asked == sorted(f"Aiko: [[say answer {n}]]" for n in range(20))


async def test_the_runs_of_a_dead_process_fail_with_what_they_had(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, clock: Clock, work: UnitOfWork
):
    ai = new_ai()
    answer = await ai.ask(aiko, room, "Hello")
    async with work.begin() as ctx:
        [run_id] = await claim_runs(ctx, 10)
    async with work.begin() as ctx:
        assert await begin_run(ctx, run_id, MODEL)
    async with work.begin() as ctx:
        assert await keep_alive(ctx, run_id, "half an ans")
    clock.advance(seconds=9)
    await ai.writer.give_up_abandoned()
    assert ai.told(answer).answer.status == "streaming"
    clock.advance(seconds=2)
    await ai.writer.give_up_abandoned()
    failed = ai.told(answer)
    assert (failed.answer.status, failed.answer.error, failed.text) == ("failed", "llm_interrupted", "half an ans")

    async with work.begin() as ctx:
        assert not await keep_alive(ctx, run_id, "half an answer, late")
    async with work.begin() as ctx:
        await finish_run(ctx, run_id, Status.COMPLETE, "late")
    assert await ai.stored(aiko, answer) == failed


async def test_a_late_end_does_not_touch_the_next_run(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, clock: Clock, work: UnitOfWork
):
    ai = new_ai()
    answer = await ai.ask(aiko, room, "Hello")
    [old] = await ai.writer.claim(10)
    clock.advance(seconds=11)
    await ai.writer.give_up_abandoned()
    queued = await ai.do(aiko, regenerate_answer, answer.id)
    async with work.begin() as ctx:
        await finish_run(ctx, old, Status.COMPLETE, "late")
    assert await ai.stored(aiko, answer) == queued


@pytest.mark.parametrize("what", ["message", "room"])
async def test_what_is_deleted_is_written_no_further(
    ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor, work: UnitOfWork, what: str
):
    answer = await ai.ask(aiko, room, LONG)
    await ai.grown(answer)
    await (ai.do(aiko, delete_message, answer.id) if what == "message" else ai.do(aiko, delete_room, room.id))
    await until(lambda: vendor.requests[0].outcome == "left")
    run = await until(lambda: finished(work, answer))
    assert run.status == "stopped"
    if what == "message":
        assert (await ai.stored(aiko, answer)).text == ""


async def finished(work: UnitOfWork, answer: MessageView) -> AiRun | None:
    run = await run_of(work, answer)
    return run if run.finished_at else None


@pytest.mark.parametrize("what", ["message", "room"])
async def test_what_is_deleted_in_the_queue_is_never_asked(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, vendor: ScriptedVendor, work: UnitOfWork, what: str
):
    ai = new_ai()
    answer = await ai.ask(aiko, room, LONG)
    await (ai.do(aiko, delete_message, answer.id) if what == "message" else ai.do(aiko, delete_room, room.id))
    [run_id] = await ai.writer.claim(10)
    await ai.writer.write(run_id)
    assert vendor.requests == []
    assert (await run_of(work, answer)).status == "stopped"


@asynccontextmanager
async def at_work(ai: Ai) -> AsyncIterator[Ai]:
    await ai.worker.start()
    yield ai
    await ai.worker.stop()


async def test_going_down_ends_answers_with_what_they_have(
    new_ai: Callable[..., Ai], aiko: Actor, room: Room, vendor: ScriptedVendor
):
    async with at_work(new_ai()) as ai:
        streaming = await ai.ask(aiko, room, LONG)
        waiting = await ai.ask(aiko, room, "[[slow 60]]")
        await ai.grown(streaming)
        await until(lambda: len(vendor.requests) == 2)
    for answer, text in ((streaming, "quiet"), (waiting, "")):
        failed = await ai.stored(aiko, answer)
        assert (failed.answer.status, failed.answer.error) == ("failed", "llm_interrupted")
        assert failed.text.startswith(text)


async def test_what_was_queued_while_nobody_worked_is_taken_up(new_ai: Callable[..., Ai], aiko: Actor, room: Room):
    ai = new_ai()
    answer = await ai.ask(aiko, room, "[[say at last]]")
    async with at_work(new_ai()):
        assert (await ai.ended(answer)).text == "at last"


async def test_a_worker_outlives_a_database_that_was_away(new_ai: Callable[..., Ai], aiko: Actor, room: Room, do: Do):
    ai = new_ai()
    answered = await ai.ask(aiko, room, "[[say still here]]")

    real, calls = ai.writer.claim, []

    async def away_once(limit: int) -> list:
        calls.append(limit)
        if len(calls) == 1:
            raise OSError("connection refused")
        return await real(limit)

    ai.writer.claim = away_once
    async with at_work(ai):
        await until(lambda: calls)
        await do(aiko, post_message, room.id, "[[say second]]")
        assert (await ai.ended(answered)).text == "still here"
