"""Regenerated answers."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest

from chat_app.core.ai.asking.commands import edit_question, post_message, regenerate_answer, start_chat, stop_answer
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.queries import history
from chat_app.core.rooms.tables import Room
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.core.ai.conftest import LONG, Ai, run_of
from tests.support.factory import Factory
from tests.support.refusal import refused

pytestmark = pytest.mark.slow


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


async def test_regenerating_a_running_answer_is_refused(ai: Ai, aiko: Actor, room: Room):
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


async def test_edited_question_leaves_its_answer_outdated_until_it_is_asked_again(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ended(await ai.ask(aiko, room, "[[say One]]"))
    other = await ai.ended(await ai.ask(aiko, room, "[[say Two]]"))
    question = (await ai.do(aiko, history, room.id)).messages[0]
    await ai.do(aiko, edit_question, question.id, question.text)
    assert not ai.told(answer).answer.outdated  # nothing has changed
    await ai.do(aiko, edit_question, question.id, "[[say Three]]")
    assert (ai.told(answer).answer.outdated, ai.told(answer).text) == (True, "One")
    found = await ai.do(aiko, search_messages, SearchFilter("One"))
    assert answer.id in {hit.message.id for hit in found.hits}  # it is still found by its words
    assert (await ai.stored(aiko, answer)).answer.outdated
    await ai.do(aiko, regenerate_answer, answer.id)
    assert (await ai.ended(answer)).text == "Three"
    assert not ai.told(answer).answer.outdated
    assert not (await ai.stored(aiko, other)).answer.outdated


async def test_question_that_is_edited_in_a_private_chat_is_answered_anew(ai: Ai, aiko: Actor):
    chat = await ai.do(aiko, start_chat, "[[hold 1]] [[say One]]", nonce=uuid4())
    question, answer = (await ai.do(aiko, history, chat.id)).messages
    await ai.grown(answer)
    await ai.do(aiko, edit_question, question.id, "[[say Two]]")  # while it is being written
    assert ai.told(answer).answer.outdated
    await ai.do(aiko, stop_answer, answer.id)
    await ai.ended(answer)
    await ai.do(aiko, edit_question, question.id, "[[say Three]]")
    assert ai.told(answer).answer.status == "queued"
    assert ((await ai.ended(answer)).text, ai.told(answer).answer.outdated) == ("Three", False)


async def test_message_that_called_for_no_answer_is_edited_alone(ai: Ai, aiko: Actor, room: Room, make: Factory):
    ben = await make.actor()
    await make.join(room, ben)
    mine = await ai.do(aiko, post_message, room.id, "Hello")
    answer = await ai.ended(await ai.ask(ben, room, "[[say One]]"))
    await ai.do(aiko, edit_question, mine.id, "Hello, all")
    assert not (await ai.stored(aiko, answer)).answer.outdated


async def test_answer_that_has_not_begun_fits_the_edited_question(new_ai: Callable[..., Ai], aiko: Actor, room: Room):
    ai = new_ai()  # which has not started
    answer = await ai.ask(aiko, room, "[[say One]]")
    question = (await ai.do(aiko, history, room.id)).messages[0]
    await ai.do(aiko, edit_question, question.id, "[[say Two]]")
    assert not (await ai.stored(aiko, answer)).answer.outdated


async def test_another_model_writes_it_where_one_may_choose(
    new_ai: Callable[..., Ai], make: Factory, aiko: Actor, room: Room, work: UnitOfWork
):
    ai, ben = new_ai(), await make.actor()
    await make.join(room, ben)
    mine, his = [await make.message(room, None, "Old", asked_by_id=each.user_id) for each in (aiko, ben)]
    queued = await ai.do(aiko, regenerate_answer, mine.id, model="vllm/another")
    assert (await run_of(work, queued)).model == "vllm/another"
    with refused("not_allowed"):
        await ai.do(ben, regenerate_answer, his.id, model="vllm/another")
    assert (await run_of(work, await ai.do(ben, regenerate_answer, his.id))).model is None
