"""Slow mode: the wait between two messages of a person."""

import asyncio

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.commands import edit_message
from chat_app.core.rooms.commands import update_room
from chat_app.core.rooms.rules import SLOW_SECONDS
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


async def test_the_second_message_waits(do: Do, make: Factory, clock: Clock):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben}, slow_seconds=30)
    first = await do(ben, post_message, room.id, "One")
    clock.advance(seconds=10)
    with refused("slow_mode") as refusal:
        await do(ben, post_message, room.id, "Two")
    assert refusal.details == {"retry_after": 20}
    await do(ben, edit_message, first.id, "Changed")
    clock.advance(seconds=20)
    assert (await do(ben, post_message, room.id, "Two")).seq == 2


async def test_each_waits_for_themselves_and_admins_never(do: Do, make: Factory):
    aiko, ben, chloe = [await make.actor() for _ in range(3)]
    room = await make.room({Role.MASTER: aiko, Role.ADMIN: chloe, Role.GUEST: ben}, slow_seconds=3600)
    for actor in (ben, aiko, aiko, chloe, chloe):
        await do(actor, post_message, room.id, "Hello")
    with refused("slow_mode"):
        await do(ben, post_message, room.id, "Again")


async def test_a_resend_is_no_second_message(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben}, slow_seconds=60)
    nonce = new_id()
    first = await do(ben, post_message, room.id, "One", nonce=nonce)
    assert await do(ben, post_message, room.id, "One", nonce=nonce) == first


async def test_asking_the_ai_in_a_message_is_one_message(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben}, slow_seconds=60, ai_rule="always")
    assert (await do(ben, post_message, room.id, "Hello?")).seq == 1


async def test_second_of_two_concurrent_messages_waits(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben}, slow_seconds=60)
    sends = (do(ben, post_message, room.id, "Hello", nonce=new_id()) for _ in range(4))
    results = await asyncio.gather(*sends, return_exceptions=True)
    assert [result.code for result in results if isinstance(result, DomainError)] == ["slow_mode"] * 3


async def test_slow_mode_is_set_and_ended(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    await do(ben, post_message, room.id, "One")
    assert (await do(aiko, update_room, room.id, slow_seconds=60)).view().slow_seconds == 60
    with refused("slow_mode"):
        await do(ben, post_message, room.id, "Two")
    await do(aiko, update_room, room.id, slow_seconds=0)
    await do(ben, post_message, room.id, "Two")


@pytest.mark.parametrize("seconds", [-1, 1, 7200, 10**30])
async def test_unlisted_interval_is_refused(do: Do, make: Factory, seconds: int):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    assert seconds not in SLOW_SECONDS
    with refused("choice_invalid") as refusal:
        await do(aiko, update_room, room.id, slow_seconds=seconds)
    assert refusal.details == {"field": "slow_seconds"}
