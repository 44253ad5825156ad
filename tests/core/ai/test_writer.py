"""Writing answers: the real gateway, with a vendor that follows the prompt."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.ai.asking.commands import post_message, stop_answer
from chat_app.core.ai.queries import live_answers
from chat_app.core.ai.runs import live_answer
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.marks.commands import pin_message, star_message
from chat_app.core.messages.queries import (
    changes_since,
    history,
    history_after,
    history_around,
    pinned_messages,
    starred_messages,
)
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import LONG, MODEL, Ai, gateway_to, run_of, without_time
from tests.support.factory import Factory
from tests.support.waiting import until
from tests.vendor.script import Script
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow


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
    role, said = request.turns[-1]
    assert (role, without_time(said)) == ("user", "Aiko: Hello [[tokens 30 rate 300]]")


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


def shown(ai: Ai, answer: MessageView) -> str:
    return "".join(piece.text for piece in ai.pieces(answer))


async def _live_in_room(ctx: Context, answer: MessageView) -> list[MessageView]:
    return await live_answers(ctx, await access_room(ctx, answer.room_id, Permission.VIEW))


@pytest.mark.parametrize(
    "read",
    [
        lambda ctx, answer: history(ctx, answer.room_id),
        lambda ctx, answer: history_after(ctx, answer.room_id, 0),
        lambda ctx, answer: history_around(ctx, answer.room_id, answer.id),
        lambda ctx, answer: changes_since(ctx, answer.room_id, 0),
        lambda ctx, answer: pinned_messages(ctx, answer.room_id),
        lambda ctx, answer: starred_messages(ctx),
        _live_in_room,
    ],
    ids=["newest", "after", "around", "changes", "pins", "stars", "live answers"],
)
async def test_every_query_has_published_text_of_live_answer(
    ai: Ai, aiko: Actor, room: Room, read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    for name in ("SAVE_SECONDS", "FIRST_SAVE_SECONDS"):
        monkeypatch.setattr(live_answer, name, 60)  # so that what is stored has nothing of it
    answer = await ai.ask(aiko, room, LONG)
    await ai.do(aiko, pin_message, answer.id)
    await ai.do(aiko, star_message, answer.id)
    await until(lambda: len(ai.pieces(answer)) >= 3)
    told = shown(ai, answer)
    found = await ai.do(aiko, read, answer)
    views = getattr(found, "messages", found[0] if isinstance(found, tuple) else found)
    [seen] = [view for view in (getattr(each, "message", each) for each in views) if view.id == answer.id]
    assert seen.text.startswith(told)
    await ai.do(aiko, stop_answer, answer.id)
    await ai.ended(answer)


async def test_late_viewer_sees_same_text_as_room(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ask(aiko, room, LONG)
    await until(lambda: len(ai.pieces(answer)) >= 3)
    told = shown(ai, answer)
    seen = await ai.stored(aiko, answer)
    assert seen.answer.status == "streaming"
    assert seen.text.startswith(told)
    assert shown(ai, answer).startswith(seen.text)
    await ai.do(aiko, stop_answer, answer.id)
    await ai.ended(answer)


async def test_a_quote_names_the_model_once_the_answer_is_whole(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ask(aiko, room, LONG)
    await ai.grown(answer)
    reply = await ai.do(aiko, post_message, room.id, "Go on", reply_to=answer.id)
    assert (reply.reply.is_ai, reply.reply.model) == (True, None)
    await ai.do(aiko, stop_answer, answer.id)
    await until(lambda: ai.told(reply).reply.model == MODEL)


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
    assert (answer.answer.status, answer.answer.error, answer.text.rstrip()) == ("failed", code, text)
    assert await ai.stored(aiko, answer) == answer


async def test_removed_model_fails_answer(ai: Ai, make: Factory, aiko: Actor):
    room = await make.room({Role.MASTER: aiko}, ai_rule="always", ai_model="vllm/retired")
    answer = await ai.ended(await ai.ask(aiko, room, "Hello"))
    assert (answer.answer.status, answer.answer.error) == ("failed", "llm_model_not_found")


async def test_unstorable_text_of_a_model_is_cleaned(new_ai: Callable[..., Ai], aiko: Actor, room: Room):
    with ScriptedVendor(default=Script(say="nul \x00 bell \x07 end")) as vendor:
        gateway = gateway_to(vendor)
        ai = new_ai(gateway)
        await ai.start()
        answer = await ai.ended(await ai.ask(aiko, room, "Hello"))
        assert (answer.answer.status, answer.text) == ("complete", "nul  bell  end")
        await ai.stop()
        await gateway.aclose()


async def test_many_answers_are_written_at_once(ai: Ai, make: Factory, aiko: Actor):
    rooms = [await make.room({Role.MASTER: aiko}, ai_rule="always") for _ in range(12)]
    prompts = (ai.do(aiko, post_message, room.id, f"[[say in {room.id}]]") for room in rooms)
    await asyncio.gather(*prompts)
    answers = {e.message.id: e.message for e in ai.events if isinstance(e, MessageChanged) and e.message.answer}
    assert len(answers) == 12
    for answer in answers.values():
        assert (await ai.ended(answer)).text == f"in {answer.room_id}"


async def test_first_words_are_saved_at_once(
    ai: Ai, aiko: Actor, room: Room, work: UnitOfWork, vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live_answer, "SAVE_SECONDS", 60)
    vendor.hold()
    answer = await ai.ask(aiko, room, "[[tokens 9 hold 3]]")

    async def saved() -> bool:
        async with work.begin() as ctx:
            text = await ctx.db.scalar(select(Message.text).where(Message.id == answer.id))
        return str(text).strip() == "quiet rivers carry"

    await until(saved)
    vendor.release()
    await ai.ended(answer)
