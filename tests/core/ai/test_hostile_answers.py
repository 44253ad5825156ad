"""Answers of models and vendors that send what no other would: each ends, is stored, and harms nothing after it."""

from collections.abc import AsyncIterator, Callable

import pytest

from chat_app.core.ai.asking.commands import start_chat
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.rules import ANSWER_MAX
from chat_app.core.connections.ports import ModelChoiceView
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.checks.numbers import NUMBER_MAX
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.events import MessageChanged
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import MODEL, Ai, gateway_to, run_of
from tests.core.ai.test_answer_ends import DONE, HEAD, said
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

MOST = {"prompt_tokens": NUMBER_MAX, "completion_tokens": NUMBER_MAX}
LINE = "a" * 100 + "\n"


@pytest.fixture
async def dear(new_ai: Callable[..., Ai], vendor: ScriptedVendor) -> AsyncIterator[Ai]:
    """An AI whose model has the highest prices."""
    gateway = gateway_to(vendor)
    gateway.connect([], {MODEL: ModelChoiceView(price_in=100_000, price_out=100_000)})
    ai = new_ai(gateway)
    await ai.start()
    yield ai
    await ai.stop()
    await gateway.aclose()
    vendor.raw = ()


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (("a\x00b", "\x1b[31m", "\x7f"), "ab[31m"),
        (("\ud800", "a\ud83d", "\ude00"), "a😀"),
        (("\u202eevil", "\u2066"), "\u202eevil\u2066"),
        (("x" * 2**20,), "x" * ANSWER_MAX),
        ((LINE * 20_000,), (LINE * 1_000)[:ANSWER_MAX]),
        (("e" + "\u0301" * 50_000,), "e" + "\u0301" * 50_000),
        (("<think>\x00never closed",), ""),
        (('<tool_call>{"name": "add"}</tool_call>',), '<tool_call>{"name": "add"}</tool_call>'),
    ],
)
@pytest.mark.slow
async def test_text_of_any_kind_is_stored_as_it_was_shown(
    ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor, pieces: tuple[str, ...], text: str
):
    vendor.raw = (HEAD + b"".join(map(said, pieces)) + said("", "stop") + DONE,)
    answer = await ai.ended(await ai.ask(aiko, room, "Hello"))
    vendor.raw = ()
    assert answer.text == text.rstrip()
    assert "".join(each.text for each in ai.pieces(answer) if each.seconds is None) == text
    assert await ai.stored(aiko, answer) == answer
    assert (await ai.ended(await ai.ask(aiko, room, "Go on [[say Fine]]"))).text == "Fine"


async def test_tokens_and_price_end_at_what_a_column_holds(
    dear: Ai, aiko: Actor, room: Room, work: UnitOfWork, vendor: ScriptedVendor
):
    vendor.raw = (HEAD + said("Quiet rivers carry the morning li", "length", usage=MOST) + DONE,)
    cut = await dear.ended(await dear.ask(aiko, room, "Hello"))
    assert (cut.answer.status, cut.answer.cost, cut.answer.tokens) == ("complete", NUMBER_MAX, NUMBER_MAX)
    await dear.do(aiko, continue_answer, cut.id, offered=())
    whole = await dear.ended(cut)
    assert (whole.answer.cost, whole.answer.tokens) == (NUMBER_MAX, NUMBER_MAX)
    run = await run_of(work, whole)
    assert (run.prompt_tokens, run.completion_tokens, run.cost) == (NUMBER_MAX,) * 3


def test_rounds_of_an_answer_together_count_no_more_than_a_column_holds():
    most = Usage(NUMBER_MAX, NUMBER_MAX, NUMBER_MAX, NUMBER_MAX)
    assert most + most == most


@pytest.mark.parametrize("title", ["\u202ea\x00b\ud800", "\x00", "x" * 2**20, "\u2028", "\n" * 2**20 + "a"])
@pytest.mark.slow
async def test_title_of_any_kind_leaves_the_chat_with_a_name(
    ai: Ai, aiko: Actor, vendor: ScriptedVendor, work: UnitOfWork, title: str
):
    vendor.raw = (HEAD + said(title, "stop") + DONE,)
    room = await ai.do(aiko, start_chat, "What do rivers carry?", nonce=new_id())
    answers = await until(lambda: [e.message for e in ai.events if isinstance(e, MessageChanged) and e.message.answer])
    await ai.ended(answers[0])
    await ai.stop()
    vendor.raw = ()
    async with work.begin() as ctx:
        name = (await ctx.db.get_one(Room, room.id)).name
    assert name in ("ab", "a", "What do rivers carry?")
