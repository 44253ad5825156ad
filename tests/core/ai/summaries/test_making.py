"""Summaries: made when the window is full, extended, and given with pinned messages."""

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.ai.context.reading.given import given_context
from chat_app.core.ai.context.reading.history import CONTEXT_MESSAGES
from chat_app.core.ai.events import WindowOverflowed
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.context import preview_context, start_context_at
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.ai.summaries import summariser as summarising
from chat_app.core.ai.summaries.summariser import Summariser
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.marks.commands import exclude_from_ai, pin_for_ai
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.asides import open_aside
from chat_app.core.rooms.events import RoomChanged
from chat_app.core.rooms.tables import Room
from chat_app.worker.summaries import SummaryWorker
from tests.core.ai.conftest import MODEL, Ai
from tests.core.ai.summaries.conftest import costs_of, summary_of
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow

SMALL = ModelInfo(MODEL, "Small", "Vendor", context_window=1_200, max_output=300)


async def test_a_summary_stands_for_what_does_not_fit(
    do: Do, aiko: Actor, room: Room, talk: list[Message], summariser: Summariser, events: list[object]
):
    before = await do(aiko, preview_context, [SMALL], room.id)
    assert before["summary"] is None
    assert {each["reason"] for each in before["left_out"]} == {"too_old_for_window"}
    await summariser.summarise(room.id, talk[29].id)
    row = await summary_of(do, room)
    assert row is not None
    assert (row.from_seq, row.until_seq, row.messages, row.text) == (talk[0].seq, talk[29].seq, 30, "They talked.")
    [cost] = await costs_of(do, room)
    assert (row.model, cost.model, cost.prompt_tokens > 500, cost.completion_tokens > 0) == (MODEL, MODEL, True, True)
    told = [each.room for each in events if isinstance(each, RoomChanged)][-1]
    assert (told.ai_summary_seq, told.rev) == (row.until_seq, row.room_rev)
    seen = await do(aiko, preview_context, [SMALL], room.id)
    assert seen["summary"] == {
        **{"id": str(row.id), "text": "They talked.", "messages": 30, "tokens": 3},
        "until": talk[29].created_at.isoformat(timespec="milliseconds"),
    }
    assert {each["id"]: each["reason"] for each in seen["left_out"]} == {str(m.id): "summarised" for m in talk[:30]}
    assert seen["kept"] == [str(m.id) for m in talk[30:]]
    large = ModelInfo(MODEL, "Large", "Vendor", context_window=100_000, max_output=300)
    whole = await do(aiko, preview_context, [large], room.id)
    assert (whole["summary"], whole["left_out"]) == (None, [])


async def test_an_answer_tells_what_is_to_be_summarised_and_is_given_it_the_next_time(
    ai: Ai, do: Do, aiko: Actor, room: Room, make: Factory, summariser: Summariser, vendor: ScriptedVendor
):
    await make.messages(room, aiko, [f"Fact {n}" for n in range(CONTEXT_MESSAGES + 20)])
    first = await ai.ended(await ai.ask(aiko, room, "Well? [[say Yes.]]"))
    [need] = [each for each in ai.events if isinstance(each, WindowOverflowed)]
    assert need.room_id == room.id
    assert (await do(aiko, given_context, first.id))["summary"] is None
    worker = SummaryWorker(summariser)
    await worker.on_event(need)
    await worker.on_event(need)
    row = await until(lambda: summary_of(do, room))
    await worker.stop()
    asked = [each for each in vendor.requests if "You keep the record" in each.turns[0][1]]
    assert len(asked) == 1
    answer = await ai.ended(await ai.ask(aiko, room, "And now? [[say Hm.]]"))
    said = vendor.requests[-1].turns[1][1]
    assert f"Summary of {row.messages} earlier messages, until " in said
    assert "\n> They talked.\n\n[Parley: end of what is from earlier" in said
    assert vendor.requests[-1].turns[0][0] == "system"
    assert "They talked" not in vendor.requests[-1].turns[0][1]
    given = await do(aiko, given_context, answer.id)
    assert (given["summary"]["id"], given["summary"]["text"]) == (str(row.id), "They talked.")
    assert [each for each in ai.events if isinstance(each, WindowOverflowed)] == [need], "half of them are still free"
    async with do.work.begin() as ctx:
        covered = await ctx.db.scalar(select(Message).where(Message.seq == row.until_seq, Message.room_id == room.id))
    await do(aiko, delete_message, covered.id)
    assert "text" not in (await do(aiko, given_context, answer.id))["summary"]


async def test_summary_is_extended_and_not_rewritten(
    do: Do, aiko: Actor, room: Room, talk: list[Message], summariser: Summariser, vendor: ScriptedVendor, make: Factory
):
    await summariser.summarise(room.id, talk[9].id)
    first = await summary_of(do, room)
    await summariser.summarise(room.id, talk[9].id)
    assert (await summary_of(do, room)).id == first.id
    await summariser.summarise(room.id, talk[19].id)
    row = await summary_of(do, room)
    assert (row.from_seq, row.until_seq, row.messages) == (talk[0].seq, talk[19].seq, 20)
    asked = vendor.requests[-1].turns[1][1]
    assert "> They talked." in asked
    assert "Fact 9:" not in asked
    assert "Fact 10:" in asked
    assert len(vendor.requests) == 2


async def test_cost_of_summary_stays_counted(
    do: Do, aiko: Actor, room: Room, talk: list[Message], summariser: Summariser
):
    await summariser.summarise(room.id, talk[9].id)
    await summariser.summarise(room.id, talk[19].id)
    await do(aiko, delete_message, talk[5].id)
    assert await summary_of(do, room) is None
    await summariser.summarise(room.id, talk[19].id)
    costs = await costs_of(do, room)
    assert [each.model for each in costs] == [MODEL] * 3
    assert all(each.prompt_tokens > 100 and each.completion_tokens > 0 for each in costs)


async def test_hidden_messages_are_in_no_summary(
    do: Do, aiko: Actor, room: Room, talk: list[Message], summariser: Summariser, vendor: ScriptedVendor, make: Factory
):
    await do(aiko, delete_message, talk[3].id)
    await do(aiko, exclude_from_ai, talk[4].id)
    await do(aiko, start_context_at, talk[2].id)
    await summariser.summarise(room.id, talk[9].id)
    row = await summary_of(do, room)
    assert (row.from_seq, row.until_seq, row.messages) == (talk[2].seq, talk[9].seq, 6)
    said = vendor.requests[-1].turns[1][1]
    assert [n for n in range(12) if f"Fact {n}:" in said] == [2, 5, 6, 7, 8, 9]


@pytest.mark.parametrize("failure", ["as fail 401", "as toolong", "as tokens 0"])
async def test_a_failure_is_silence_until_the_next_need(
    failure: str, do: Do, aiko: Actor, room: Room, summariser: Summariser, vendor: ScriptedVendor, make: Factory
):
    said = await make.message(room, aiko, f"[[summary {failure}]]")
    await summariser.summarise(room.id, said.id)
    assert await summary_of(do, room) is None
    assert len(vendor.requests) == 1
    better = await make.message(room, aiko, "[[summary Better now.]]")
    await summariser.summarise(room.id, better.id)
    assert (await summary_of(do, room)).text == "Better now."


async def test_a_room_has_a_budget(
    do: Do,
    room: Room,
    talk: list[Message],
    summariser: Summariser,
    vendor: ScriptedVendor,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(summarising, "SUMMARIES", summarising.RateLimitItemPerHour(2, namespace="few summaries"))
    for place in (3, 6, 9, 12):
        await summariser.summarise(room.id, talk[place].id)
    assert (await summary_of(do, room)).until_seq == talk[6].seq
    assert len(vendor.requests) == 2


async def test_room_with_ai_off_is_not_summarised(
    do: Do, aiko: Actor, room: Room, talk: list[Message], summariser: Summariser, vendor: ScriptedVendor
):
    await do(aiko, set_ai, [], room.id, rule="never")
    await summariser.summarise(room.id, talk[9].id)
    assert not vendor.requests


async def test_long_summary_is_cut(
    do: Do, aiko: Actor, room: Room, summariser: Summariser, make: Factory, vendor: ScriptedVendor
):
    said = await make.message(room, aiko, "[[summary as tokens 4000 rate 0]]")
    await summariser.summarise(room.id, said.id)
    row = await summary_of(do, room)
    assert row.tokens <= 1_500
    assert len(row.text) <= 6_000


async def test_pinned_messages_are_given_though_they_are_old(
    do: Do, aiko: Actor, room: Room, talk: list[Message], make: Factory
):
    pinned = await do(aiko, pin_for_ai, talk[0].id)
    assert pinned.as_json()["pinned_for_ai"] is True
    await do(aiko, pin_for_ai, talk[1].id)
    await do(aiko, pin_for_ai, talk[2].id)
    await do(aiko, exclude_from_ai, talk[1].id)
    seen = await do(aiko, preview_context, [SMALL], room.id)
    assert seen["kept"][:2] == [str(talk[0].id), str(talk[2].id)]
    assert str(talk[1].id) not in seen["kept"]
    await do(aiko, start_context_at, talk[2].id)
    seen = await do(aiko, preview_context, [SMALL], room.id)
    assert seen["kept"][0] == str(talk[2].id), "nothing from before the cutoff is seen, pinned or not"
    await do(aiko, pin_for_ai, talk[2].id, on=False)
    assert str(talk[2].id) not in (await do(aiko, preview_context, [SMALL], room.id))["kept"]
    assert (await do(aiko, delete_message, talk[0].id)).pinned_for_ai is False


async def test_pinned_messages_are_given_from_before_all_that_is_read(
    ai: Ai, do: Do, aiko: Actor, room: Room, make: Factory, vendor: ScriptedVendor
):
    first = await make.message(room, aiko, "The key is under the mat.")
    await do(aiko, pin_for_ai, first.id)
    await make.messages(room, aiko, [f"Fact {n}" for n in range(CONTEXT_MESSAGES + 5)])
    assert str(first.id) in (await do(aiko, preview_context, [SMALL], room.id))["kept"]
    answer = await ai.ended(await ai.ask(aiko, room, "Well? [[say Yes.]]"))
    assert "under the mat" in vendor.requests[-1].turns[1][1]
    assert (await do(aiko, given_context, answer.id))["kept"].count(str(first.id)) == 1


async def test_a_room_has_so_many_pins_and_those_who_manage_its_ai_set_them(
    do: Do, aiko: Actor, room: Room, talk: list[Message], make: Factory
):
    ben = await make.actor()
    await make.join(room, ben, Role.MEMBER)
    with refused("not_allowed"):
        await do(ben, pin_for_ai, talk[0].id)
    for each in talk[:20]:
        await do(aiko, pin_for_ai, each.id)
    with refused("ai_pins_full"):
        await do(aiko, pin_for_ai, talk[20].id)
    await do(aiko, pin_for_ai, talk[19].id)
    await do(aiko, delete_message, talk[0].id)
    await do(aiko, pin_for_ai, talk[20].id)


async def test_a_parents_summary_stands_in_an_aside_which_has_its_own(
    ai: Ai, do: Do, aiko: Actor, room: Room, make: Factory, summariser: Summariser, vendor: ScriptedVendor
):
    await make.messages(room, aiko, [f"Fact {n}" for n in range(CONTEXT_MESSAGES + 20)])
    async with do.work.begin() as ctx:
        last = await ctx.db.scalar(select(Message).where(Message.room_id == room.id, Message.seq == 30))
    await summariser.summarise(room.id, last.id)
    aside = (await do(aiko, open_aside, room.id)).room
    answer = await ai.ended(await ai.ask(aiko, aside, "In private? [[say Yes.]]"))
    assert "Summary of 30 earlier messages" in vendor.requests[-1].turns[1][1]
    assert (await do(aiko, given_context, answer.id))["summary"]["messages"] == 30
    assert not [each for each in ai.events if isinstance(each, WindowOverflowed)], "a private question asks for none"
    await summariser.summarise(aside.id, answer.id)
    assert "Fact" not in vendor.requests[-1].turns[1][1]
    assert (await summary_of(do, aside)).messages == 2
