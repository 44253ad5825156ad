"""The models' view of a room, and the context of each answer."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message, regenerate_answer
from chat_app.core.ai.context.reading.given import context_messages, given_context
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.context import preview_context
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.marks.commands import exclude_from_ai
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import MODEL, Ai
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow

DEAR = ModelInfo(MODEL, "Dear", "Vendor", context_window=8_000, max_output=1_000, price_in=200)
SMALL = ModelInfo("small", "Small", "Vendor", context_window=300, max_output=100)


def said(vendor: ScriptedVendor) -> str:
    """Return all that the vendor was last told."""
    return "\n".join(text for _, text in vendor.requests[-1].turns)


async def test_a_hidden_message_is_seen_by_people_alone(
    ai: Ai, do: Do, aiko: Actor, room: Room, vendor: ScriptedVendor
):
    await do(aiko, set_ai, [], room.id, rule="never")
    secret = await do(aiko, post_message, room.id, "The password is tulip")
    await do(aiko, post_message, room.id, "The weather is fine")
    hidden = await do(aiko, exclude_from_ai, secret.id)
    assert hidden.as_json()["exclude_from_ai"] is True
    assert hidden.text == "The password is tulip"
    await do(aiko, set_ai, [], room.id, rule="always")
    answer = await ai.ended(await ai.ask(aiko, room, "What do you know? [[tokens 3]]"))
    assert "tulip" not in said(vendor)
    assert "weather" in said(vendor)
    given = await do(aiko, given_context, answer.id)
    assert given["left_out"] == [{"id": str(secret.id), "reason": "hidden"}]
    assert (given["messages"], given["model"]) == (2, MODEL)
    assert given["tokens"] is not None
    shown = await do(aiko, exclude_from_ai, secret.id, on=False)
    assert "exclude_from_ai" not in shown.as_json()
    await ai.ended(await do(aiko, regenerate_answer, answer.id))
    assert "tulip" in said(vendor)
    assert (await do(aiko, given_context, answer.id))["left_out"] == []


async def test_messages_before_the_cutoff_are_left_out(ai: Ai, do: Do, aiko: Actor, room: Room, vendor: ScriptedVendor):
    await do(aiko, set_ai, [], room.id, rule="never")
    await do(aiko, post_message, room.id, "An old story")
    first = await do(aiko, post_message, room.id, "A new one")
    await do(aiko, set_ai, [], room.id, rule="always", cutoff=(first.at,))
    await ai.ended(await ai.ask(aiko, room, "Go on [[tokens 3]]"))
    assert "old story" not in said(vendor)
    assert "A new one" in said(vendor)
    access = await do(aiko, set_ai, [], room.id, cutoff=(None,))
    assert access.view().as_json()["ai_context_cutoff_at"] is None
    await ai.ended(await ai.ask(aiko, room, "And now? [[tokens 3]]"))
    assert "old story" in said(vendor)


async def test_a_room_instructs_its_models(ai: Ai, do: Do, aiko: Actor, room: Room, vendor: ScriptedVendor):
    await do(aiko, set_ai, [], room.id, instructions="  Answer in rhymes.  ")
    await ai.ended(await ai.ask(aiko, room, "Hello [[tokens 3]]"))
    assert vendor.requests[-1].turns[0][1].endswith("\n\nAnswer in rhymes.")
    assert (await do(aiko, preview_context, [DEAR], room.id))["instructions"] == "Answer in rhymes."
    with refused("instructions_long"):
        await do(aiko, set_ai, [], room.id, instructions="x" * 4_001)


async def test_preview_equals_the_later_prompt(ai: Ai, do: Do, aiko: Actor, room: Room, make: Factory):
    ben = await make.actor(name="Ben")
    await make.join(room, ben)
    await do(aiko, set_ai, [], room.id, rule="never")
    posted = [await do(actor, post_message, room.id, f"Line {n}") for n, actor in enumerate((aiko, ben) * 3)]
    await do(aiko, exclude_from_ai, posted[1].id)
    await do(aiko, delete_message, posted[2].id)
    await do(aiko, set_ai, [], room.id, rule="always", cutoff=(posted[1].at,))
    asked = "What was said? [[tokens 3]]"
    before = await do(aiko, preview_context, [DEAR], room.id, text=asked)
    answer = await ai.ended(await ai.ask(aiko, room, asked))
    given = await do(aiko, given_context, answer.id)
    assert given["kept"][:-1] == before["kept"] == [str(each.id) for each in posted[3:]]
    by_id = {each["id"]: each["reason"] for each in before["left_out"]}
    assert by_id == {str(posted[n].id): reason for n, reason in enumerate(["before_cutoff", "hidden", "deleted"])}
    assert given["left_out"] == before["left_out"]
    views = await do(ben, context_messages, room.id, [posted[4].id, posted[3].id])
    assert [view.text for view in views] == ["Line 3", "Line 4"]


async def test_a_small_window_holds_the_newest_alone_and_the_price_is_told(do: Do, aiko: Actor, room: Room):
    await do(aiko, set_ai, [], room.id, rule="never")
    for n in range(9):
        await do(aiko, post_message, room.id, f"Line {n} " * 12)
    large = await do(aiko, preview_context, [DEAR, SMALL], room.id)
    small = await do(aiko, preview_context, [DEAR, SMALL], room.id, model="small")
    assert (large["messages"], large["model"], large["cost"]) == (9, MODEL, large["tokens"] * 2)
    assert large["estimated"]
    assert 0 < small["messages"] < 9
    assert small["kept"] == large["kept"][-small["messages"] :]
    assert {each["reason"] for each in small["left_out"]} == {"too_old_for_window"}
    assert small["cost"] is None
    with refused("model_not_offered"):
        await do(aiko, preview_context, [DEAR], room.id, model="small")
    await do(aiko, set_ai, [], room.id, instructions="x" * 4_000)
    nothing = await do(aiko, preview_context, [SMALL], room.id)
    assert (nothing["messages"], nothing["tokens"], len(nothing["left_out"])) == (0, 0, 9)


@pytest.mark.parametrize("role", [Role.GUEST, Role.ADMIN])
async def test_hiding_other_peoples_messages_needs_permission(
    do: Do, aiko: Actor, room: Room, make: Factory, role: Role
):
    ben = await make.actor(name="Ben")
    await make.join(room, ben, role)
    await do(aiko, set_ai, [], room.id, rule="never")
    hers, his = await do(aiko, post_message, room.id, "Hers"), await do(ben, post_message, room.id, "His")
    assert (await do(ben, exclude_from_ai, his.id)).exclude_from_ai
    if role is Role.ADMIN:
        assert (await do(ben, exclude_from_ai, hers.id)).exclude_from_ai
    else:
        with refused("not_allowed"):
            await do(ben, exclude_from_ai, hers.id)
    await do(aiko, delete_message, hers.id)
    with refused("message_deleted"):
        await do(aiko, exclude_from_ai, hers.id)


async def test_context_of_an_answer_is_available_after_its_end(
    ai: Ai, do: Do, aiko: Actor, room: Room, vendor: ScriptedVendor
):
    question = await do(aiko, post_message, room.id, "Hello [[hold 1]] [[tokens 3]]")
    with refused("not_an_answer"):
        await do(aiko, given_context, question.id)
    [answer] = await do(aiko, context_messages, room.id, [(await ai.ask(aiko, room, "[[hold 1]] [[tokens 2]]")).id])
    with refused("context_unknown"):
        await do(aiko, given_context, answer.id)
    vendor.release()
    await ai.ended(answer)
    assert (await do(aiko, given_context, answer.id))["messages"] > 0
