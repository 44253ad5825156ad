"""Presence: here, away or offline, and its audience."""

import asyncio

import pytest

from chat_app.core.accounts.tables import User
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.direct.blocking import block_person
from chat_app.core.direct.commands import start_direct_chat
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.live.arrival import all_rooms_ops
from chat_app.core.live.snapshots import presence_in_room_op
from chat_app.core.people.events import PresenceJson, PresencesChanged, PresenceView
from chat_app.core.people.presence import STALE, note_presence, presences, settle_presence, show_presence
from chat_app.core.rooms.membership.profiles import view_profile
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def told(do: Do, events: list[object]) -> list[PresenceView]:
    events.clear()
    await do(None, settle_presence)
    return [view for event in events if isinstance(event, PresencesChanged) for view in event.people]


async def states(do: Do, events: list[object]) -> list[str]:
    return [view.state for view in await told(do, events)]


async def test_presence_is_published_when_it_changes(do: Do, make: Factory, clock: Clock, events: list[object]):
    me = (await make.actor()).user_id
    await do(None, note_presence, {me: True})
    assert await states(do, events) == ["online"]
    assert await states(do, events) == []
    clock.advance(seconds=STALE.total_seconds() + 1)
    await do(None, note_presence, {me: False})
    assert await states(do, events) == ["away"]
    seen = clock()
    await do(None, note_presence, {me: True})
    assert await states(do, events) == ["online"]
    clock.advance(seconds=STALE.total_seconds() + 1)
    assert await told(do, events) == [PresenceView(me, "offline", seen)]


async def test_person_active_in_one_of_two_tabs_is_not_away(do: Do, make: Factory, events: list[object]):
    me = (await make.actor()).user_id
    await do(None, note_presence, {me: True})
    await do(None, note_presence, {me: False})
    assert await states(do, events) == ["online"]


async def test_processes_that_look_at_once_tell_it_once(do: Do, make: Factory, events: list[object]):
    people = {(await make.actor()).user_id: True for _ in range(5)}
    await asyncio.gather(*(do(None, note_presence, people) for _ in range(4)))
    await asyncio.gather(*(do(None, settle_presence) for _ in range(4)))
    views = [view for event in events if isinstance(event, PresencesChanged) for view in event.people]
    assert sorted(view.user_id for view in views) == sorted(people)


async def test_hiding_presence_takes_effect_at_once(do: Do, make: Factory, events: list[object]):
    me = await make.actor()
    await do(None, note_presence, {me.user_id: True})
    await do(me, show_presence, False)
    assert PresencesChanged((PresenceView(me.user_id, "", None),)) in events
    await do(None, note_presence, {me.user_id: True})
    assert await do(None, presences, [me.user_id]) == {}
    await do(me, show_presence, True)
    await do(None, note_presence, {me.user_id: True})
    assert await states(do, events) == ["online"]


async def test_presence_of_deleted_person_is_not_stored(do: Do, make: Factory, events: list[object]):
    me = await make.actor()
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, me.user_id)).deleted_at = ctx.now
    await do(None, note_presence, {me.user_id: True})
    assert await states(do, events) == []


@pytest.mark.slow
async def test_a_profile_shows_it_to_who_has_a_room_with_them_and_no_block(do: Do, make: Factory):
    me, other = await make.actor(), await make.actor()

    async def direct_presence(ctx: Context) -> list[PresenceJson]:
        return (await all_rooms_ops(ctx))[0]["people"]

    async def seen(by: Actor, of: Actor) -> str | None:
        presence = (await do(by, view_profile, of.person.username)).presence
        return presence and presence.state

    await do(None, note_presence, {me.user_id: True, other.user_id: True})
    await do(None, settle_presence)
    assert (await seen(me, other), await seen(other, me), await seen(me, me)) == (None, None, "online")
    chat = await do(me, start_direct_chat, other.person.username)
    assert (await seen(me, other), await seen(other, me)) == (None, None)
    assert (await do(me, presence_in_room_op, chat.room.id))["people"][0]["id"] == str(me.user_id)
    assert await do(me, direct_presence) == []
    await do(me, post_message, chat.room.id, "Hello")
    assert (await seen(me, other), await seen(other, me)) == ("online", "online")
    assert [each["id"] for each in await do(me, direct_presence)] == [str(other.user_id)]
    await do(me, block_person, other.person.username)
    assert (await seen(me, other), await seen(other, me)) == (None, None)
