"""Features that are switched off are refused at their use cases, and limits hold."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from chat_app.core.access.features import Feature
from chat_app.core.access.permissions import Permission, Role
from chat_app.core.ai.asking.commands import post_message, regenerate_answer, stop_answer
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.tables import AiRun, RunStatus
from chat_app.core.ai.translating import read_translatable
from chat_app.core.assistants.commands import create_assistant
from chat_app.core.auth.tokens.api_tokens import make_api_token, revoke_api_token
from chat_app.core.auth.tokens.jwt import recognise_bearer
from chat_app.core.direct.commands import start_direct_chat, start_group_chat
from chat_app.core.files.commands import announce_file
from chat_app.core.files.voice import Voice
from chat_app.core.invitations.links import create_invite_link, join_by_link, preview_link
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.commands import create_room
from chat_app.core.rooms.tables import Room, RoomKind
from tests.support.factory import PASSWORD, Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do

Act = Callable[[Do, Actor, Room], Awaitable[Any]]

ACTS: list[tuple[Feature, Act]] = [
    (Feature.ROOMS, lambda do, me, _: do(me, create_room, name="Tea")),
    (Feature.INVITE_LINKS, lambda do, me, room: do(me, create_invite_link, room.id)),
    (Feature.DIRECT, lambda do, me, _: do(me, start_direct_chat, "ben")),
    (Feature.DIRECT, lambda do, me, _: do(me, start_group_chat, ["ben"])),
    (Feature.AI, lambda do, me, room: do(me, access_room, room.id, Permission.ASK_AI)),
    (Feature.VOICE, lambda do, me, room: do(me, announce_file, room.id, **FILE, voice=Voice(3, (1, 2)))),
    (Feature.UPLOADS, lambda do, me, room: do(me, announce_file, room.id, **FILE)),
    (Feature.ASSISTANTS, lambda do, me, _: do(me, create_assistant, "helper", "Helper", model="demo")),
    (Feature.API_TOKENS, lambda do, me, _: do(me, make_api_token, name="Mine", scopes=["read"], password=PASSWORD)),
]
FILE: dict[str, Any] = {"name": "a.txt", "mime_type": "text/plain", "size": 3}


def policy(make: Factory, **rules: object) -> None:
    make.work.policy = replace(make.work.policy, **rules)


@pytest.mark.parametrize(("feature", "act"), ACTS, ids=lambda value: value if isinstance(value, str) else "")
async def test_feature_that_is_off_is_refused_and_one_that_is_on_is_not(
    do: Do, make: Factory, feature: Feature, act: Act
):
    me, _ = await make.actor(), await make.actor(username="ben")
    room = await make.room({Role.MASTER: me})
    policy(make, off=frozenset({feature.value}))
    assert await code_of(act(do, me, room)) == f"feature_off_{feature.value}"
    policy(make, off=frozenset(set(Feature) - {feature}))
    assert await code_of(act(do, me, room)) is None


async def test_admins_create_rooms_where_others_may_not(do: Do, make: Factory):
    policy(make, off=frozenset({Feature.ROOMS}))
    assert await do(await make.actor(is_admin=True), create_room, name="Tea")
    assert await do(await make.actor(), create_room, name="Mine", kind=RoomKind.CHAT)


async def test_links_made_before_no_longer_work(do: Do, make: Factory):
    me, other = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: me})
    link = await do(me, create_invite_link, room.id)
    policy(make, off=frozenset({Feature.INVITE_LINKS}))
    assert await code_of(do(other, preview_link, link.token)) == "feature_off_invite_links"
    assert await code_of(do(other, join_by_link, link.token)) == "feature_off_invite_links"


async def test_nothing_is_sent_in_direct_chats_that_are_off(do: Do, make: Factory, posting: Posting):
    me, _ = await make.actor(), await make.actor(username="ben")
    chat = (await do(me, start_direct_chat, "ben")).room
    said = await make.message(chat, me, "Hello")
    policy(make, off=frozenset({Feature.DIRECT}))
    assert await code_of(posting.post(me, chat.id, "Hello")) == "feature_off_direct"
    assert await code_of(do(me, edit_message, said.id, "Something new")) == "feature_off_direct"
    assert await code_of(do(me, announce_file, chat.id, **FILE)) == "feature_off_direct"
    assert await code_of(do(me, delete_message, said.id)) is None


async def test_group_chats_go_on_where_nobody_may_start_one(do: Do, make: Factory, posting: Posting):
    me, _, _ = await make.actor(), await make.actor(username="ben"), await make.actor(username="chloe")
    chat = (await do(me, start_group_chat, ["ben", "chloe"])).room
    policy(make, off=frozenset({Feature.DIRECT}))
    assert await code_of(posting.post(me, chat.id, "Hello")) is None
    assert await code_of(do(me, start_group_chat, ["ben", "chloe"])) == "feature_off_direct"


async def test_tokens_do_not_work_while_they_are_off(do: Do, make: Factory):
    me = await make.actor()
    token, secret = await do(me, make_api_token, name="Mine", scopes=["read"], password=PASSWORD)
    policy(make, off=frozenset({Feature.API_TOKENS}))
    assert await code_of(do(None, recognise_bearer, secret)) == "feature_off_api_tokens"
    assert await do(None, recognise_bearer, f"{secret}x") is None
    policy(make, off=frozenset())
    assert (await do(None, recognise_bearer, secret)).scopes == {"read"}
    policy(make, off=frozenset({Feature.API_TOKENS}))
    await do(me, revoke_api_token, token.id)
    assert await do(None, recognise_bearer, secret) is None


async def test_an_answer_that_is_being_written_can_be_stopped_where_ai_is_off(do: Do, make: Factory):
    me = await make.actor()
    room = await make.room({Role.MASTER: me}, ai_rule="always")
    await do(me, post_message, room.id, "Hello?")
    async with make.work.begin() as ctx:
        [run] = await ctx.db.scalars(select(AiRun))
        run.status = RunStatus.RUNNING
    policy(make, off=frozenset({Feature.AI}))
    assert await code_of(do(me, regenerate_answer, run.message_id)) == "feature_off_ai"
    await do(me, stop_answer, run.message_id)
    async with make.work.begin() as ctx:
        assert (await ctx.db.get_one(AiRun, run.id)).stop_requested


async def test_a_message_is_sent_without_an_answer_where_ai_is_off(do: Do, make: Factory, posting: Posting):
    me = await make.actor()
    room = await make.room({Role.MASTER: me}, ai_rule="always")
    policy(make, off=frozenset({Feature.AI}))
    said = await posting.post(me, room.id, "Hello @ai")
    assert await code_of(posting.post(me, room.id, "Hello", model="demo")) == "feature_off_ai"
    assert await code_of(do(me, read_translatable, said.id)) == "feature_off_ai"
    async with make.work.begin() as ctx:
        assert (await ctx.db.get_one(Room, room.id)).last_seq == said.seq


async def test_a_room_has_no_more_members_than_allowed(do: Do, make: Factory):
    me, one, two = [await make.actor() for _ in range(3)]
    room = await make.room({Role.MASTER: me})
    link = await do(me, create_invite_link, room.id)
    policy(make, members_max=2)
    await do(one, join_by_link, link.token)
    assert await code_of(do(two, join_by_link, link.token)) == "room_full"
    assert await code_of(do(one, join_by_link, link.token)) is None  # who is in already


async def test_messages_of_a_minute_are_counted(make: Factory, posting: Posting):
    me = await make.actor()
    room = await make.room({Role.MASTER: me})
    policy(make, messages_per_minute=2)
    for text in ("One", "Two"):
        await posting.post(me, room.id, text)
    assert await code_of(posting.post(me, room.id, "Three")) == "rate_limited"
