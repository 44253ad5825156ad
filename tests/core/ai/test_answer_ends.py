"""The end of an answer, stored and published: cut, refused, regenerated; and what must not affect it."""

import json
from collections.abc import Callable, Iterator

import pytest

from chat_app.core.ai.asking.commands import post_message, start_chat
from chat_app.core.ai.runs import live_answer
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.events import MessageChanged
from chat_app.core.rooms.events import RoomChanged
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import Ai, gateway_to, run_of
from tests.support.waiting import until
from tests.vendor.script import Script
from tests.vendor.server import ScriptedVendor

HEAD = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"
DONE = b"data: [DONE]\n\n"


def said(text: str, finish: str | None = None, **more: object) -> bytes:
    choice = {"delta": {"content": text}, "finish_reason": finish}
    return b"data: " + json.dumps({"choices": [choice]} | more).encode() + b"\n\n"


@pytest.fixture
def raw(vendor: ScriptedVendor) -> Iterator[ScriptedVendor]:
    vendor.hold()
    yield vendor
    vendor.raw = ()
    vendor.release()


async def test_an_answer_cut_by_its_model_is_complete_with_a_note(
    ai: Ai, aiko: Actor, room: Room, raw: ScriptedVendor, work: UnitOfWork
):
    raw.raw = (HEAD + said("Hello", "length") + DONE,)
    answer = await ai.ended(await ai.ask(aiko, room, "Hello"))
    assert (answer.text, answer.answer.status, answer.answer.error) == ("Hello", "complete", "llm_length")
    assert await ai.stored(aiko, answer) == answer
    run = await run_of(work, answer)
    assert (run.status, run.error) == ("completed", "llm_length")
    raw.raw = ()
    await ai.ended(await ai.ask(aiko, room, "Go on [[tokens 1]]"))
    assert ("assistant", "Hello") in raw.requests[-1].turns


async def test_an_answer_that_grows_too_long_is_cut_and_its_vendor_left(
    ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live_answer, "ANSWER_MAX", 50)
    answer = await ai.ended(await ai.ask(aiko, room, "Hello [[tokens 100000]]"))
    assert (answer.answer.status, answer.answer.error) == ("complete", "llm_length")
    assert answer.text == "quiet rivers carry the morning light over small st"
    assert await until(lambda: vendor.requests[-1].outcome) == "left"


async def test_late_reasoning_is_replaced_in_stream(ai: Ai, aiko: Actor, room: Room, raw: ScriptedVendor):
    raw.raw = (HEAD + said("They greet me 👋."), "wait", said("\n</think>\n\n") + said("Hello") + said("!", "stop"))
    answer = await ai.ask(aiko, room, "Hello")
    await ai.grown(answer)
    raw.release()
    ended = await ai.ended(answer)
    assert (ended.text, ended.answer.status, ended.answer.error) == ("Hello!", "complete", None)
    first, *more = ai.pieces(answer)
    assert (first.text, first.anew) == ("They greet me 👋.", False)
    shown = [piece for piece in more if piece.seconds is None]
    assert [(piece.offset, piece.anew) for piece in shown[:1]] in ([], [(0, True)])
    assert "Hello!".startswith("".join(piece.text for piece in shown))
    assert ended.answer.reasoning.text == "They greet me 👋."


@pytest.mark.parametrize("count", ["1e999", "-1", "99999999999999", "NaN", '"x"', "[]"])
async def test_no_count_loses_an_answer(ai: Ai, aiko: Actor, room: Room, raw: ScriptedVendor, count: str):
    usage = f'data: {{"choices":[],"usage":{{"prompt_tokens":{count},"completion_tokens":{count}}}}}\n\n'
    raw.raw = (HEAD + said("Hello", "stop") + usage.encode() + DONE,)
    answer = await ai.ended(await ai.ask(aiko, room, "Hello"))
    assert (answer.text, answer.answer.status, answer.answer.tokens) == ("Hello", "complete", 2)


async def test_reasoning_is_in_no_answer_no_title_and_no_later_prompt(
    new_ai: Callable[..., Ai], aiko: Actor, events: list[object]
):
    with ScriptedVendor(default=Script(say="<think>a secret plan</think> Of rivers", rate=0)) as vendor:
        gateway = gateway_to(vendor)
        ai = new_ai(gateway)
        await ai.start()
        room = await ai.do(aiko, start_chat, "What do rivers carry?", nonce=new_id())
        [changed] = await until(lambda: [event for event in events if isinstance(event, RoomChanged)])
        assert changed.room.name == "Of rivers"
        await ai.do(aiko, post_message, room.id, "And then?")
        await until(lambda: len(vendor.requests) == 3)
        assert "Of rivers" in str(vendor.requests[-1].turns)
        assert "secret" not in str([request.turns for request in vendor.requests])
        answers = [event.message for event in events if isinstance(event, MessageChanged) and event.message.answer]
        assert all("secret" not in answer.text for answer in answers)
        assert any(answer.answer.reasoning for answer in answers)
        await ai.stop()
        await gateway.aclose()
