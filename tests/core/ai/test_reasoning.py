"""The reasoning before an answer: published, kept, and given to nobody but people."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select

from chat_app.core.ai.asking.commands import regenerate_answer, stop_answer
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.context.reading.history import newest_messages
from chat_app.core.ai.runs import growth
from chat_app.core.ai.runs.growth import Growth, Published, Thinking
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.work.written import Reasoning
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.core.ai.conftest import Ai, run_of
from tests.core.ai.test_answer_ends import DONE, HEAD, said
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

PROMPT = "Hello [[think They greet me 👋 warmly]] [[say Hello you]]"


def thought(ai: Ai, answer: MessageView) -> str:
    """Join the reasoning that was published, as a browser does."""
    shown = b""
    for piece in (each for each in ai.pieces(answer) if each.seconds is not None):
        assert piece.offset * 2 == len(shown)
        shown += piece.text.encode("utf-16-le")
    return shown.decode("utf-16-le")


async def test_reasoning_is_published_and_kept(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ended(await ai.ask(aiko, room, PROMPT))
    assert (answer.text, answer.answer.reasoning) == ("Hello you", Reasoning("They greet me 👋 warmly", 1))
    assert thought(ai, answer) == "They greet me 👋 warmly"
    assert await ai.stored(aiko, answer) == answer
    assert answer.as_json()["ai"]["reasoning"] == {"text": "They greet me 👋 warmly", "seconds": 1}


async def test_answer_without_reasoning_says_nothing_of_it(ai: Ai, aiko: Actor, room: Room):
    answer = await ai.ended(await ai.ask(aiko, room, "Hello [[say Hello you]]"))
    assert "reasoning" not in answer.as_json()["ai"]
    assert all(piece.seconds is None for piece in ai.pieces(answer))


async def test_late_viewer_sees_the_reasoning_so_far_and_a_stop_keeps_it(
    ai: Ai, aiko: Actor, room: Room, work: UnitOfWork
):
    answer = await ai.ask(aiko, room, "[[hold 2]] [[think They greet me]]")
    await until(lambda: thought(ai, answer) == "They greet")
    assert (await ai.stored(aiko, answer)).answer.reasoning.text == "They greet"

    async def saved() -> bool:  # for people who are served by another process
        async with work.begin() as ctx:
            return await ctx.db.scalar(select(Message.reasoning).where(Message.id == answer.id)) == "They greet"

    await until(saved)
    await ai.do(aiko, stop_answer, answer.id)
    stopped = await ai.ended(answer)
    assert (stopped.text, stopped.answer.status, stopped.answer.reasoning.text) == ("", "stopped", "They greet")
    assert await ai.stored(aiko, answer) == stopped


async def test_reasoning_without_an_answer_is_kept(ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor):
    answer = await ai.ended(await ai.ask(aiko, room, "[[think They greet me]] [[tokens 0]]"))
    assert (answer.answer.error, answer.answer.reasoning.text) == ("llm_only_reasoning", "They greet me")


async def test_no_model_and_no_search_is_given_reasoning(ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor):
    thinks = b'data: {"choices":[{"delta":{"reasoning_content":"Zanzibar"}}]}\n\n'
    vendor.raw = (HEAD + thinks + said("Hello you", "length") + DONE,)
    try:
        answer = await ai.ended(await ai.ask(aiko, room, "Hello"))
        await ai.do(aiko, continue_answer, answer.id, offered=())
        again = await ai.ended(answer)
        assert again.answer.reasoning.text == "Zanzibar\n\nZanzibar"
        await ai.ended(await ai.ask(aiko, room, "And now?"))
    finally:
        vendor.raw = ()
    given = [json.dumps(request.body) for request in vendor.requests]
    assert ["Hello you" in each for each in given] == [False, True, True]
    assert all("Zanzibar" not in each for each in given)
    assert not (await ai.do(aiko, search_messages, SearchFilter("Zanzibar"))).hits
    newest = await ai.do(aiko, newest_messages, room)
    assert "Hello you" in str(newest)
    assert "Zanzibar" not in str(newest)


async def test_deleted_answer_loses_its_reasoning_and_a_new_one_replaces_it(
    ai: Ai, aiko: Actor, room: Room, work: UnitOfWork
):
    answer = await ai.ended(await ai.ask(aiko, room, PROMPT))
    queued = await ai.do(aiko, regenerate_answer, answer.id)
    assert (queued.answer.reasoning, queued.text) == (None, "")
    again = await ai.ended(answer)
    assert again.answer.reasoning.text == "They greet me 👋 warmly"
    deleted = await ai.do(aiko, delete_message, answer.id)
    assert deleted.answer.reasoning is None
    async with work.begin() as ctx:
        assert (await ctx.db.get_one(Message, answer.id)).reasoning is None


async def test_reasoning_is_bounded(ai: Ai, aiko: Actor, room: Room, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(growth, "REASONING_MAX", 20)
    said = " ".join(f"word{n}" for n in range(50))
    answer = await ai.ended(await ai.ask(aiko, room, f"[[rate 0]] [[think {said}]] [[say Hello]]"))
    assert (answer.text, answer.answer.reasoning.text) == ("Hello", said[:19] + "…")


async def test_tokens_of_reasoning_and_of_the_cache_are_kept_on_the_run(
    ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor, work: UnitOfWork
):
    usage = {"prompt_tokens": 9, "completion_tokens": 8, "completion_tokens_details": {"reasoning_tokens": 6}}
    usage |= {"prompt_tokens_details": {"cached_tokens": 4}}
    body = json.dumps({"choices": [{"delta": {"content": "Hello"}, "finish_reason": "stop"}], "usage": usage})
    vendor.raw = (f"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\ndata: {body}\n\ndata: [DONE]\n\n".encode(),)
    try:
        run = await run_of(work, await ai.ended(await ai.ask(aiko, room, "Hello")))
    finally:
        vendor.raw = ()
    assert (run.prompt_tokens, run.completion_tokens, run.reasoning_tokens, run.cached_tokens) == (9, 8, 6, 4)


def test_growth_publishes_each_part_once():
    text = Growth(10)
    text.add("a👋")
    assert text.take() == Published(0, "a👋", False)
    assert text.take() is None
    text.add("b" * 20)
    assert text.take() == Published(3, "b" * 8, False)
    text.restart("x")
    assert text.take() == Published(0, "x", True)
    assert text.received() == "x"


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the seconds that have passed."""
    now = [0.0]
    monkeypatch.setattr(growth.time, "monotonic", lambda: now[0])
    return lambda seconds: now.__setitem__(0, seconds)


def test_only_the_time_of_thinking_counts(pass_time: Callable[[float], None]):
    thinking = Thinking(_since=0.0)
    pass_time(4.0)
    thinking.add(" \nHm")
    pass_time(7.6)
    thinking.add(", so")
    pass_time(20.0)
    thinking.pause()
    pass_time(22.0)
    thinking.add(" then")
    assert thinking.whole() == Reasoning("Hm, so then", 10)


def test_thinking_goes_on_after_what_was_thought_before(pass_time: Callable[[float], None]):
    thinking = Thinking(_since=0.0)
    thinking.begin_with(Reasoning("Hm", 5))
    assert thinking.growth.take() is None
    pass_time(3.0)
    thinking.add("So")
    assert thinking.whole() == Reasoning("Hm\n\nSo", 8)
    thinking.restart()
    assert thinking.growth.take() == Published(0, "Hm", True)
