"""A room's assistant answers, and a trial of one is a private chat."""

import asyncio

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers.beginning import begin_run
from chat_app.core.ai.asking.assistants import start_chat_with
from chat_app.core.ai.asking.commands import ask_in_room, post_message
from chat_app.core.ai.preview.context import preview_context
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.ai.runs.changing import claim_runs
from chat_app.core.assistants.commands import delete_assistant, update_assistant
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.rooms.access import lock_room
from chat_app.core.rooms.tables import Room
from tests.core.ai.assistants.asking import CRITIC, asked, make_one, post
from tests.core.ai.test_named_models import OFFERED
from tests.support.factory import Factory
from tests.support.locks import someone_waits
from tests.support.refusal import refused
from tests.support.use_cases import Do


async def test_rooms_assistant_answers_where_nobody_else_is_named(do: Do, aiko: Actor, room: Room, work: UnitOfWork):
    critic = await make_one(do, aiko, model="home/sol", shared=True)
    changed = await do(aiko, set_ai, OFFERED, room.id, assistant=str(critic.id))
    assert changed.as_json()["ai_assistant"] == {"id": str(critic.id), "name": "Critic"}
    await post(do, aiko, room, "Hello")
    await post(do, aiko, room, "@ai hello")
    await post(do, aiko, room, "@sonnet hello")
    await do(aiko, ask_in_room, room.id)
    assert await asked(work, room) == [CRITIC, CRITIC, ("home/sonnet", None), CRITIC]
    await do(aiko, delete_assistant, critic.id)
    await post(do, aiko, room, "Hello")
    assert (await asked(work, room))[-1] == (None, None)


async def test_only_a_shared_assistant_answers_in_a_room_of_several(
    do: Do, make: Factory, aiko: Actor, ben: Actor, work: UnitOfWork
):
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben}, ai_rule="always")
    critic = await make_one(do, aiko)
    with refused("assistant_not_shared"):
        await do(aiko, set_ai, OFFERED, room.id, assistant=str(critic.id))
    with refused("not_allowed"):
        await do(ben, set_ai, OFFERED, room.id, assistant=str(critic.id))
    await do(aiko, update_assistant, critic.id, shared=True)
    await do(aiko, set_ai, OFFERED, room.id, assistant=str(critic.id))
    await do(aiko, update_assistant, critic.id, shared=False)
    await post(do, ben, room, "Hello")
    await post(do, aiko, room, "Hello")
    assert await asked(work, room) == [(None, None), (None, "Critic")]


async def test_assistant_is_deleted_after_what_is_being_said_in_its_room(
    do: Do, aiko: Actor, room: Room, work: UnitOfWork
):
    critic = await make_one(do, aiko, shared=True)
    await do(aiko, set_ai, OFFERED, room.id, assistant=str(critic.id))
    async with work.begin(aiko) as ctx:
        await lock_room(ctx, room.id)
        ending = asyncio.create_task(do(aiko, delete_assistant, critic.id))
        await someone_waits(work)
        await post_message(ctx, room.id, "@critic hello", offered=OFFERED)
    await ending
    assert await asked(work, room) == [(None, "Critic")]


async def test_trial_is_a_private_chat_with_it(do: Do, aiko: Actor, ben: Actor, work: UnitOfWork):
    critic = await make_one(do, aiko)
    with refused("assistant_not_found"):
        await do(ben, start_chat_with, OFFERED, critic.id)
    room = await do(aiko, start_chat_with, OFFERED, critic.id)
    await post(do, aiko, room, "Hello")
    assert (room.kind, room.name, await asked(work, room)) == ("chat", "Critic", [(None, "Critic")])
    assert room.ai_tools == []
    await do(aiko, update_assistant, critic.id, tools=["test/a"])
    assert (await do(aiko, start_chat_with, OFFERED, critic.id)).ai_tools == ["test/a"]


@pytest.mark.parametrize(("own", "called"), [([], ["test/a", "test/b"]), (["test/b", "test/c"], ["test/b"])])
async def test_assistant_calls_those_of_the_rooms_tools_that_were_chosen_for_it(
    do: Do, make: Factory, aiko: Actor, own: list[str], called: list[str]
):
    room = await make.room({Role.MASTER: aiko}, ai_tools=["test/a", "test/b"])
    critic = await make_one(do, aiko)
    await do(aiko, update_assistant, critic.id, tools=own)
    await post(do, aiko, room, "@critic hello")
    [run_id] = await do(None, claim_runs, 1)
    claim = await do(None, begin_run, run_id, "home/default")
    assert claim.ai_tools == called


async def test_trial_lends_nobody_a_model_that_they_may_not_choose(do: Do, make: Factory, aiko: Actor):
    admin = await make.actor(is_admin=True)
    critic = await make_one(do, admin, model="home/pro", shared=True)
    with refused("model_not_offered"):
        await do(aiko, start_chat_with, OFFERED, critic.id)
    await do(admin, start_chat_with, OFFERED, critic.id)


async def test_preview_counts_the_rooms_assistant(do: Do, aiko: Actor, room: Room):
    before = await do(aiko, preview_context, OFFERED, room.id)
    critic = await make_one(do, aiko, model="home/sol", instructions="Be strict. " * 20, shared=True)
    await do(aiko, set_ai, OFFERED, room.id, assistant=str(critic.id))
    after = await do(aiko, preview_context, OFFERED, room.id)
    assert (after["model"], after["assistant"], before["assistant"]) == ("home/sol", "Critic", None)
    assert after["tokens"] > before["tokens"]
