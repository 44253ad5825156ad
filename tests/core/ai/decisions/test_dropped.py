"""Decisions that fail or come too late: the AI stays silent."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.decisions.decider import DECISIONS
from chat_app.core.ai.decisions.queue import LEASE, QUIET, TYPING, claim_decisions, forget_decisions
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.kernel.actor import Actor
from chat_app.core.live.commands import say_typing
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.marks.commands import exclude_from_ai
from chat_app.core.rooms.commands import archive_room, delete_room
from chat_app.core.rooms.tables import Room
from tests.core.ai.decisions.conftest import SPEAK, Silences, messages, runs
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor


@pytest.mark.parametrize(
    ("staged", "error"),
    [
        ("raw Sure, I will speak!", "decision_unclear"),
        ('raw {"do": "shout"}', "decision_unclear"),
        ('raw {"do": "react", "emoji": "<b>", "reason": ""}', "decision_unclear"),
        ("as fail 500", "llm_unavailable"),
        ("as fail 401", "llm_authentication"),
        ("as tokens 5 cut 2", "llm_interrupted"),
    ],
)
async def test_failed_decision_is_silence(do: Do, aiko: Actor, room: Room, silences: Silences, staged: str, error: str):
    await do(aiko, post_message, room.id, f"Hm? [[decide {staged}]]")
    assert await silences.pass_by() == 1
    decision = await silences.only()
    assert (decision.status, decision.choice, decision.error) == ("decided", "silent", error)
    assert decision.prompt_tokens > 0
    assert len(await messages(do, aiko, room)) == 1


async def test_a_vendor_that_hangs_is_silence(
    do: Do, aiko: Actor, room: Room, silences: Silences, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("chat_app.core.ai.decisions.decider.DECIDE_SECONDS", 0.2)
    await do(aiko, post_message, room.id, "Hm? [[decide as hold 0]]")
    await silences.pass_by()
    assert (await silences.only()).error == "llm_timeout"


async def _write(do: Do, ben: Actor, aiko: Actor, room: Room, said: UUID) -> None:
    await do(ben, post_message, room.id, "Let me think.")


async def _change_rule(do: Do, ben: Actor, aiko: Actor, room: Room, said: UUID) -> None:
    await do(aiko, set_ai, [], room.id, rule="mentioned")


async def _archive(do: Do, ben: Actor, aiko: Actor, room: Room, said: UUID) -> None:
    await do(aiko, archive_room, room.id)


async def _delete_room(do: Do, ben: Actor, aiko: Actor, room: Room, said: UUID) -> None:
    await do(aiko, delete_room, room.id)


async def _delete(do: Do, ben: Actor, aiko: Actor, room: Room, said: UUID) -> None:
    await do(aiko, delete_message, said)


async def _hide(do: Do, ben: Actor, aiko: Actor, room: Room, said: UUID) -> None:
    await do(aiko, exclude_from_ai, said)


async def _cut_off(do: Do, ben: Actor, aiko: Actor, room: Room, said: UUID) -> None:
    async with do.work.begin() as ctx:
        cutoff = ctx.now + timedelta(hours=1)
    await do(aiko, set_ai, [], room.id, cutoff=(cutoff,))


CHANGES = [_write, _change_rule, _archive, _delete_room, _delete, _hide, _cut_off]


@pytest.mark.parametrize("change", CHANGES)
async def test_late_decision_is_dropped(
    do: Do,
    aiko: Actor,
    ben: Actor,
    room: Room,
    silences: Silences,
    vendor: ScriptedVendor,
    change: Callable[..., Awaitable[None]],
):
    said = await do(aiko, post_message, room.id, "Hm? [[decide late speak]]")
    deciding = asyncio.create_task(silences.pass_by())
    await until(lambda: vendor.requests)
    await change(do, ben, aiko, room, said.id)
    vendor.release()
    await deciding
    first, *_ = await silences.rows()
    assert (first.status, first.choice, first.error) == ("dropped", "speak", "decision_late")
    assert first.prompt_tokens > 0
    assert await runs(silences.work) == []


async def test_outdated_decision_is_not_requested(
    do: Do, aiko: Actor, room: Room, silences: Silences, vendor: ScriptedVendor
):
    await do(aiko, post_message, room.id, SPEAK)
    await do(aiko, set_ai, [], room.id, rule="never")
    assert await silences.pass_by() == 1
    assert (vendor.requests, await silences.rows()) == ([], [])


async def test_a_model_that_is_offered_no_more_does_not_speak(do: Do, make: Factory, aiko: Actor, silences: Silences):
    room = await make.room({Role.MASTER: aiko}, ai_rule="helpful", ai_model="gone/model")
    await do(aiko, post_message, room.id, SPEAK)
    await silences.pass_by()
    decision = await silences.only()
    assert (decision.choice, decision.error) == ("silent", "llm_model_not_found")


async def test_typing_postpones_the_decision(
    do: Do, aiko: Actor, ben: Actor, room: Room, silences: Silences, vendor: ScriptedVendor
):
    await do(aiko, post_message, room.id, "Hm? [[decide late speak]]")
    deciding = asyncio.create_task(silences.pass_by())
    await until(lambda: vendor.requests)
    await do(ben, say_typing, room.id)
    vendor.release()
    await deciding
    dropped, again = await silences.rows()
    assert (dropped.status, again.status, await runs(silences.work)) == ("dropped", "waiting", [])
    assert await silences.pass_by(TYPING) == 1
    assert len(await runs(silences.work)) == 1


async def test_decisions_of_a_room_are_limited(
    do: Do, aiko: Actor, room: Room, silences: Silences, vendor: ScriptedVendor
):
    for _ in range(DECISIONS.amount):
        await silences.work.limiter.hit(DECISIONS, str(room.id))
    await do(aiko, post_message, room.id, SPEAK)
    await silences.pass_by()
    decision = await silences.only()
    assert (decision.choice, decision.error, decision.prompt_tokens) == ("silent", "decision_budget", None)
    assert vendor.requests == []


async def test_decision_of_dead_process_is_silence(do: Do, aiko: Actor, room: Room, silences: Silences):
    await do(aiko, post_message, room.id, SPEAK)
    silences.clock.now += QUIET
    async with silences.work.begin() as ctx:
        assert len(await claim_decisions(ctx, 10)) == 1
    assert await silences.pass_by(LEASE) == 0
    assert (await silences.only()).status == "deciding"
    assert await silences.pass_by(timedelta(seconds=1)) == 0
    decision = await silences.only()
    assert (decision.choice, decision.error) == ("silent", "llm_interrupted")
    silences.clock.now += timedelta(days=91)
    await do(None, forget_decisions)
    assert await silences.rows() == []
