"""Continued answers: in the same message, joined where they were cut."""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import stop_answer
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.context.continuation import build_continuation
from chat_app.core.ai.context.prompt import estimate_tokens
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.core.ai.conftest import Ai, run_of, without_time
from tests.core.ai.test_answer_ends import DONE, HEAD, said
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow

CUT = HEAD + said("Quiet rivers carry the morning li", "length") + DONE


@pytest.fixture
async def cut(ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor) -> AsyncIterator[MessageView]:
    """An answer that was cut within a word by its length; the vendor then answers with ``vendor.raw``."""
    vendor.raw = (CUT,)
    answer = await ai.ended(await ai.ask(aiko, room, "Tell me of rivers"))
    yield answer
    vendor.raw = ()


@pytest.mark.parametrize(
    "reply",
    [["carry the mor", "ning light over", " stones."], ["ght over stones."], ["  the morning light over stones."]],
)
async def test_answer_goes_on_within_a_word_in_the_same_message(
    ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor, work: UnitOfWork, cut: MessageView, reply: list[str]
):
    vendor.raw = (HEAD + b"".join(map(said, reply)) + said("", "stop") + DONE,)
    queued = await ai.do(aiko, continue_answer, cut.id, offered=())
    assert (queued.id, queued.seq, queued.text) == (cut.id, cut.seq, cut.text)
    assert (queued.answer.status, queued.answer.error) == ("queued", None)
    whole = await ai.ended(cut)
    assert whole.text == "Quiet rivers carry the morning light over stones."
    assert (whole.answer.status, whole.answer.error, whole.id) == ("complete", None, cut.id)
    assert whole.answer.run != cut.answer.run
    pieces = [piece for piece in ai.pieces(whole) if piece.run_id == whole.answer.run]
    assert pieces[0].offset == len(cut.text)
    assert cut.text + "".join(piece.text for piece in pieces) == whole.text
    assert whole.answer.tokens > cut.answer.tokens
    assert await ai.stored(aiko, cut) == whole
    assert (await run_of(work, whole)).continues
    hits = (await ai.do(aiko, search_messages, SearchFilter("stones"))).hits
    assert [hit.message.id for hit in hits] == [cut.id]


async def test_model_gets_the_conversation_its_answer_and_the_request_to_go_on(
    ai: Ai, aiko: Actor, vendor: ScriptedVendor, cut: MessageView
):
    vendor.raw = (HEAD + said("light", "stop") + DONE,)
    await ai.do(aiko, continue_answer, cut.id, offered=())
    await ai.ended(cut)
    (_, _), (user, question), (assistant, so_far), (last, request) = vendor.requests[-1].turns
    assert (user, assistant, last) == ("user", "assistant", "user")
    assert (without_time(question), so_far) == ("Aiko: Tell me of rivers", cut.text)
    assert request.endswith("\n\nQuiet rivers carry the morning li")


async def test_stopped_answer_goes_on_and_can_be_stopped_again(ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor):
    answer = await ai.ask(aiko, room, "[[tokens 9 hold 3]]")
    await ai.grown(answer, "carry")
    await ai.do(aiko, stop_answer, answer.id)
    stopped = await ai.ended(answer)
    vendor.raw = (HEAD + said("quiet rivers carry the light"), "wait", said("!", "stop") + DONE)
    await ai.do(aiko, continue_answer, answer.id, offered=())
    try:
        await until(lambda: any(piece.run_id != stopped.answer.run for piece in ai.pieces(answer)))
        await ai.do(aiko, stop_answer, answer.id)
        again = await ai.ended(answer)
    finally:
        vendor.raw = ()
    assert stopped.text.strip() == "quiet rivers carry"
    assert (again.text.strip(), again.answer.status) == ("quiet rivers carry the light", "stopped")


async def test_text_stays_and_is_found_if_its_continuation_fails_or_never_begins(
    new_ai: Callable[..., Ai], ai: Ai, aiko: Actor, vendor: ScriptedVendor, cut: MessageView
):
    vendor.raw = (b"HTTP/1.1 401 No\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",)
    await ai.do(aiko, continue_answer, cut.id, offered=())
    failed = await ai.ended(cut)
    assert (failed.text, failed.answer.status, failed.answer.error) == (cut.text, "failed", "llm_authentication")
    await ai.stop()
    await ai.do(aiko, continue_answer, cut.id, offered=())
    stopped = await ai.do(aiko, stop_answer, cut.id)
    assert (stopped.text, stopped.answer.status) == (cut.text, "stopped")
    hits = (await ai.do(aiko, search_messages, SearchFilter("rivers carry"))).hits
    assert cut.id in [hit.message.id for hit in hits]


async def test_whole_empty_refused_live_and_deleted_answers_have_nothing_to_continue(
    ai: Ai, make: Factory, aiko: Actor, room: Room
):
    whole = await ai.ended(await ai.ask(aiko, room, "[[say One]]"))
    refused_by_model = await make.message(room, None, "No.", error="llm_refused", asked_by_id=aiko.user_id)
    filtered = await make.message(
        room, None, "Half", status="failed", error="llm_content_filtered", asked_by_id=aiko.user_id
    )
    empty = await make.message(room, None, "", status="stopped", asked_by_id=aiko.user_id)
    for answer in (whole, refused_by_model, filtered, empty):
        with refused("nothing_to_continue"):
            await ai.do(aiko, continue_answer, answer.id, offered=())
    live = await ai.ask(aiko, room, "[[tokens 9 hold 3]]")
    with refused("still_answering"):
        await ai.do(aiko, continue_answer, live.id, offered=())
    await ai.do(aiko, stop_answer, live.id)
    await ai.ended(live)
    await ai.do(aiko, delete_message, live.id)
    with refused("message_deleted"):
        await ai.do(aiko, continue_answer, live.id, offered=())


async def test_resends_and_two_at_once_make_one_run(ai: Ai, aiko: Actor, vendor: ScriptedVendor, cut: MessageView):
    vendor.raw = (HEAD + said("the morning light.", "stop") + DONE,)
    calls = (ai.do(aiko, continue_answer, cut.id, offered=(), run=str(cut.answer.run)) for _ in range(3))
    views = await asyncio.gather(*calls)
    assert len({view.answer.run for view in views} - {cut.answer.run}) == 1
    assert (await ai.ended(cut)).text == "Quiet rivers carry the morning light."
    late = await ai.do(aiko, continue_answer, cut.id, offered=(), run=str(uuid4()))
    assert late.answer.status == "complete"


async def test_only_its_asker_and_managers_continue_it(ai: Ai, make: Factory, room: Room, cut: MessageView):
    for role, code in ((Role.MEMBER, "not_allowed"), (Role.GUEST, "not_allowed"), (None, "message_not_found")):
        other = await make.actor()
        if role:
            await make.join(room, other, role)
        with refused(code):
            await ai.do(other, continue_answer, cut.id, offered=())


def test_long_answer_is_given_by_its_end_and_the_budget_holds():
    question = PromptMessage(uuid4(), "Aiko", is_ai=False, text="Tell me of rivers")
    so_far = " ".join(f"word{n}" for n in range(20_000))
    prompt = build_continuation([question], so_far, system="", budget_tokens=2_000, count=estimate_tokens)
    assert prompt.tokens <= 2_000
    assert prompt.kept == (question.id,)
    *_, said_so_far, request = prompt.messages
    assert so_far.endswith(said_so_far.content.removeprefix("[…]\n"))
    assert request.content.endswith("word19999")
