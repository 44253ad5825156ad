"""Rooms named by the model."""

from collections.abc import AsyncIterator, Callable

import pytest
from structlog.testing import capture_logs

from chat_app.adapters.llm.factory import LlmConfig, build_gateway
from chat_app.core.ai.asking.commands import start_chat
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.connections.ports import Endpoint, ModelChoiceView
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.commands import update_room
from chat_app.core.rooms.events import RoomChanged
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import Ai, gateway_to
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.script import Script
from tests.vendor.server import ScriptedVendor


@pytest.fixture
async def brief() -> AsyncIterator[tuple[ScriptedVendor, LlmGateway]]:
    """Script a vendor whose every answer is three words, as for a title."""
    with ScriptedVendor(default=Script(tokens=3)) as vendor:
        gateway = gateway_to(vendor)
        yield vendor, gateway
        await gateway.aclose()


async def test_the_model_names_the_room_after_its_first_answer(
    new_ai: Callable[..., Ai], do: Do, aiko: Actor, brief: tuple[ScriptedVendor, LlmGateway], events: list[object]
):
    vendor, gateway = brief
    ai = new_ai(gateway)
    await ai.start()
    room = await do(aiko, start_chat, "What do rivers carry?", nonce=new_id())
    assert room.name == "What do rivers carry?"
    [changed] = await until(lambda: [event for event in events if isinstance(event, RoomChanged)])
    assert changed.room.name == "quiet rivers carry"
    assert changed.room.rev == events[-2].message.rev + 1
    assert vendor.requests[-1].turns[-1][1] == "What do rivers carry?\n\n---\n\nquiet rivers carry "
    await do(aiko, ai_asks_again, room)
    await until(lambda: len(vendor.requests) == 3)
    await ai.stop()
    assert len(vendor.requests) == 3, "only the first answer names the room"


async def ai_asks_again(ctx: object, room: Room) -> None:
    from chat_app.core.ai.asking.commands import post_message

    await post_message(ctx, room.id, "And what else?")


async def test_a_person_names_it_first(
    new_ai: Callable[..., Ai], do: Do, aiko: Actor, brief: tuple[ScriptedVendor, LlmGateway], work: UnitOfWork
):
    vendor, gateway = brief
    ai = new_ai(gateway)
    room = await do(aiko, start_chat, "What do rivers carry?", nonce=new_id())
    await do(aiko, update_room, room.id, name="Rivers")
    [run_id] = await ai.writer.claim(10)
    await ai.writer.write(run_id)
    assert len(vendor.requests) == 1
    async with work.begin() as ctx:
        assert (await ctx.db.get_one(Room, room.id)).name == "Rivers"


@pytest.mark.parametrize("prompt", ["[[tokens 12]]", "[[fail 500]]", "[[cut 2]]"])
async def test_without_a_good_title_the_name_stays(ai: Ai, do: Do, aiko: Actor, work: UnitOfWork, prompt: str):
    """Twelve words are too long for a title, and a failed answer requests none."""
    room = await do(aiko, start_chat, prompt, nonce=new_id())
    answer = next(e.message for e in ai.events if getattr(e, "message", None) and e.message.answer)
    await ai.ended(answer)
    await ai.stop()
    async with work.begin() as ctx:
        assert (await ctx.db.get_one(Room, room.id)).name == prompt


async def test_model_that_is_offered_no_more_when_its_answer_ends_leaves_the_name(
    new_ai: Callable[..., Ai], do: Do, aiko: Actor, vendor: ScriptedVendor, work: UnitOfWork
):
    gateway = build_gateway(LlmConfig(local_ollama=None, retry_seconds=0))
    there = Endpoint("mine", "compatible", "Mine", f"{vendor.url}/v1")
    gateway.connect([there], {})
    ai = new_ai(gateway)
    await ai.start()
    with capture_logs() as logs:
        room = await do(aiko, start_chat, "[[tokens 2 hold]] rivers", nonce=new_id())
        await until(lambda: vendor.requests)
        gateway.connect([there], {"mine/scripted": ModelChoiceView(offered=False)})
        vendor.release()
        await until(lambda: any(log["event"] in ("room_not_named", "answer_crashed") for log in logs))
    assert "answer_crashed" not in {log["event"] for log in logs}
    await ai.stop()
    async with work.begin() as ctx:
        assert (await ctx.db.get_one(Room, room.id)).auto_named
    await gateway.aclose()
