"""The context that a draft would have, before it is sent."""

from dataclasses import replace
from typing import Any

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.draft import Draft, foresee
from chat_app.core.ai.preview.means import may_afford, room_means
from chat_app.core.assistants.commands import create_assistant
from chat_app.core.billing.events import BalanceChanged
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.kernel.actor import Actor
from chat_app.core.live.addressing.rooms import ops_for
from chat_app.core.live.answers import forecast_op
from chat_app.core.live.ops.shared import user_channel
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.tables import AiRule, Room
from tests.core.ai.conftest import MODEL
from tests.support.factory import Factory
from tests.support.use_cases import Do


def model(name: str, **more: Any) -> ModelInfo:
    return ModelInfo(name, name.rpartition("/")[2], "Vendor", context_window=8_000, max_output=1_000, **more)


OFFERED = [model(MODEL, price_in=200), model("own/large", price_in=900), model("own/free")]


async def seen(do: Do, actor: Actor, room: Room, text: str, **more: Any) -> list[tuple[str, int, int | None]]:
    """Return who is asked by a draft, how many messages each would read, and at what price."""
    found = await do(actor, foresee, OFFERED, room.id, Draft(text, **more))
    return [(each["model"], each["messages"], each["cost"] and each["cost"] // each["tokens"]) for each in found]


@pytest.mark.parametrize(
    ("text", "more", "asked"),
    [
        ("Well?", {}, [(MODEL, 2, 2)]),
        ("@large Well?", {}, [("own/large", 2, 9)]),
        ("@large and @free", {}, [("own/large", 2, 9), ("own/free", 2, None)]),
        ("Well?", {"model": "own/large"}, [("own/large", 2, 9)]),
        ("", {}, []),
        ("x" * 40_000, {}, []),
        ("Well?", {"attachments": ["nothing"]}, []),
        ("Well?", {"model": "own/unknown"}, []),
        ("Well?", {"reply_to": "nothing"}, []),
        ("Well?", {"assistant": "nothing"}, []),
    ],
)
async def test_draft_is_foreseen_for_those_that_it_asks(
    do: Do, make: Factory, aiko: Actor, room: Room, text: str, more: dict[str, Any], asked: list[Any]
):
    for words in ("Once", "Twice"):
        await make.message(room, aiko, words)
    assert await seen(do, aiko, room, text, **more) == asked


async def test_draft_that_asks_nobody_is_not_foreseen(do: Do, make: Factory, aiko: Actor):
    guest = await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.GUEST: guest}, ai_rule=AiRule.MENTIONED)
    assert await seen(do, aiko, room, "Well?") == []
    assert len(await seen(do, aiko, room, "@ai Well?")) == 1
    assert await seen(do, guest, room, "@ai Well?") == []
    silent = await make.room({Role.MASTER: aiko}, ai_rule=AiRule.NEVER)
    assert await seen(do, aiko, silent, "@ai Well?") == []
    with pytest.raises(RoomNotFound):
        await seen(do, await make.actor(), room, "@ai Well?")


async def test_reply_to_an_answer_is_foreseen(do: Do, make: Factory, aiko: Actor):
    room = await make.room({Role.MASTER: aiko}, ai_rule=AiRule.MENTIONED)
    question = await do(aiko, post_message, room.id, "Well?")
    answer = await make.message(room, None, "Yes", asked_by_id=aiko.user_id)
    assert len(await seen(do, aiko, room, "Why?", reply_to=str(answer.id))) == 1
    assert await seen(do, aiko, room, "Why?", reply_to=str(question.id)) == []


async def test_assistant_is_foreseen_with_its_model_and_instructions(do: Do, aiko: Actor, room: Room):
    made = await do(aiko, create_assistant, "poet", "Poet", model="own/large", instructions="Rhyme. " * 100)
    [found] = await do(aiko, foresee, OFFERED, room.id, Draft("Well?", assistant=str(made.id)))
    assert (found["model"], found["assistant"]) == ("own/large", "Poet")
    [named] = await do(aiko, foresee, OFFERED, room.id, Draft("@poet Well?"))
    [plain] = await do(aiko, foresee, OFFERED, room.id, Draft("Well?"))
    assert named["tokens"] > plain["tokens"] + 100


@pytest.mark.parametrize(
    ("text", "blind"),
    [("Look", ""), ("@large Look", "large"), ("@large and @free", "large"), ("@scripted and @free", "free"), ("", "")],
)
async def test_first_model_that_cannot_see_is_named(do: Do, aiko: Actor, room: Room, text: str, blind: str):
    seeing = replace(OFFERED[0], abilities=("vision",))
    op = await do(aiko, forecast_op, [seeing, *OFFERED[1:]], room.id, Draft(text), 1)
    assert op["blind"] == blind


async def test_assistant_is_blind_as_its_model_is(do: Do, aiko: Actor, room: Room):
    made = await do(aiko, create_assistant, "poet", "Poet", model="own/large", instructions="Rhyme.")
    op = await do(aiko, forecast_op, OFFERED, room.id, Draft("Look", assistant=str(made.id)), 1)
    assert op["blind"] == "large"


async def test_forecast_shows_the_cost_but_not_the_owners_balance(
    do: Do, make: Factory, aiko: Actor, events: list[object]
):
    do.work.policy = replace(do.work.policy, billing="on")
    ben = await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben}, ai_rule=AiRule.ALWAYS)
    offered = [model("own/priced", price_in=200, price_out=900)]
    async with do.work.begin() as ctx:
        await credit(ctx, aiko.user_id, 987_654_321_012, "grant", "hidden")
    op = await do(ben, forecast_op, offered, room.id, Draft("Well?"), 1)
    assert (op["payer"], op["pays"], op["enough"], op["most"] > 0) == ("other", aiko.person.name, True, True)
    assert "987654" not in str(op)
    [changed] = [each for each in events if isinstance(each, BalanceChanged)]
    assert [channel for channel, _ in ops_for(changed)] == [user_channel(aiko.user_id)]


async def test_payer_lacks_only_what_the_next_answer_takes(do: Do, aiko: Actor, room: Room):
    do.work.policy = replace(do.work.policy, billing="on")
    free, priced = model("own/free"), model("own/priced", price_in=200, price_out=900)

    async def told() -> list[bool]:
        means = [(await do(aiko, room_means, [each], room.id))["enough"] for each in (free, priced)]
        return [*means, *[await do(aiko, may_afford, [each]) for each in (free, priced)]]

    assert await told() == [True, False, True, False], "what has no price costs nothing"
    for amount, enough in ((8_999_999, False), (1, True)):
        async with do.work.begin() as ctx:
            await credit(ctx, aiko.user_id, amount, "grant", str(amount))
        assert await told() == [True, enough, True, enough]


async def test_picture_is_foreseen_at_its_own_price(do: Do, make: Factory, aiko: Actor, room: Room):
    do.work.policy = replace(do.work.policy, billing="on")
    drawers = [model("own/painter", price_picture=40_000, abilities=("drawing",))]
    guest = await make.actor()
    silent = await make.room({Role.MASTER: aiko}, ai_rule=AiRule.NEVER)
    await make.join(room, guest, Role.GUEST)

    async def told(actor: Actor, where: Room, text: str) -> tuple[int, int, bool]:
        op = await do(actor, forecast_op, OFFERED, where.id, Draft(text), 1, drawers)
        return op["models"], op["most"], op["enough"]

    assert await told(aiko, room, "/image a fox") == (1, 40_000_000, False)
    async with do.work.begin() as ctx:
        await credit(ctx, aiko.user_id, 40_000_000, "grant", "picture")
    assert await told(aiko, room, "/image a fox") == (1, 40_000_000, True)
    assert [await told(*who, "/image a fox") for who in ((guest, room), (aiko, silent))] == [(0, 0, True)] * 2
    with pytest.raises(RoomNotFound):
        await told(await make.actor(), room, "/image a fox")
