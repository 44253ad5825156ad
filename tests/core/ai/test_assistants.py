"""Assistants that messages ask: which one answers, by which model, with which instructions."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers.beginning import begin_run
from chat_app.core.ai.asking.assistants import change_assistant, make_assistant, start_chat_with
from chat_app.core.ai.asking.branches import choose_branch, list_branches
from chat_app.core.ai.asking.commands import ask_in_room, post_message, regenerate_answer
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.context.reading.given import given_context
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.ai.preview.context import preview_context
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.ai.runs.changing import claim_runs
from chat_app.core.ai.tables import AiRun
from chat_app.core.assistants.commands import delete_assistant, update_assistant
from chat_app.core.assistants.tables import Assistant
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.queries import history
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.access import lock_room
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import MODEL, Ai
from tests.core.ai.test_named_models import OFFERED
from tests.support.factory import Factory
from tests.support.locks import someone_waits
from tests.support.refusal import refused
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor


async def asked(work: UnitOfWork, room: Room) -> list[tuple[str | None, str | None]]:
    """Return the models and the assistants that the room's answers ask, in their order."""
    runs = select(AiRun.model, Message.assistant_name).join(Message, Message.id == AiRun.message_id)
    async with work.begin() as ctx:
        found = await ctx.db.execute(runs.where(AiRun.room_id == room.id).order_by(Message.seq, AiRun.id))
        return [(model, name) for model, name in found]


async def post(do: Do, actor: Actor, room: Room, text: str, **more: object) -> MessageView:
    return await do(actor, post_message, room.id, text, offered=OFFERED, **more)


async def make_one(do: Do, actor: Actor, handle: str = "critic", **more: object) -> Assistant:
    return await do(actor, make_assistant, OFFERED, handle, more.pop("name", handle.title()), **more)


@pytest.fixture
async def ben(make: Factory) -> Actor:
    return await make.actor(username="ben")


CRITIC = ("home/sol", "Critic")


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        ("mentioned", "@critic hello", [CRITIC]),
        ("mentioned", "@PLAIN hello", [(None, "Plain")]),
        (
            "mentioned",
            "@plain, @critic, @critic and @sonnet",
            [(None, "Plain"), ("home/sol", "Critic"), ("home/sonnet", None)],
        ),
        ("mentioned", "@ai and @critic", [(None, None), CRITIC]),
        ("mentioned", "`@critic`", []),
        ("mentioned", "@nobody", []),
        ("always", "@critic hello", [CRITIC]),
        ("always", "hello", [(None, None)]),
        ("never", "@critic hello", []),
    ],
)
async def test_mentioned_assistants_and_models_are_asked(
    do: Do, make: Factory, aiko: Actor, work: UnitOfWork, rule: str, text: str, expected: object
):
    room = await make.room({Role.MASTER: aiko}, ai_rule=rule)
    await make_one(do, aiko, model="home/sol")
    await make_one(do, aiko, "plain")
    await post(do, aiko, room, text)
    assert await asked(work, room) == expected


async def test_whoever_may_not_ask_it_asks_nobody(do: Do, make: Factory, aiko: Actor, ben: Actor, work: UnitOfWork):
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    mine = await make_one(do, aiko)
    await post(do, ben, room, "@critic hello")
    assert await asked(work, room) == []
    with refused("assistant_not_found"):
        await post(do, ben, room, "Hello", assistant=mine.id)
    await do(aiko, update_assistant, mine.id, shared=True)
    await post(do, ben, room, "@critic hello")
    await post(do, ben, room, "Hello", assistant=mine.id)
    assert await asked(work, room) == [(None, "Critic")] * 2


async def test_ones_own_assistant_comes_before_a_shared_one(
    do: Do, make: Factory, aiko: Actor, ben: Actor, work: UnitOfWork
):
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    await make_one(do, aiko, name="Shared", shared=True)
    await make_one(do, ben, name="Own")
    await post(do, ben, room, "@critic hello")
    await post(do, aiko, room, "@critic hello")
    assert await asked(work, room) == [(None, "Own"), (None, "Shared")]


async def test_name_of_a_member_or_a_model_is_theirs(do: Do, make: Factory, aiko: Actor, ben: Actor, work: UnitOfWork):
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    async with work.begin() as ctx:  # made before the person and the model came
        for handle in ("ben", "sonnet"):
            ctx.db.add(
                Assistant(owner_id=aiko.user_id, handle=handle, name="X", created_at=ctx.now, updated_at=ctx.now)
            )
    question = await post(do, aiko, room, "@ben and @sonnet")
    assert [each.username for each in question.mentions] == ["ben"]
    assert await asked(work, room) == [("home/sonnet", None)]


async def test_at_most_four_are_asked_at_once(do: Do, make: Factory, aiko: Actor, room: Room):
    for n in range(4):
        await make_one(do, aiko, f"critic-{n}")
    with refused("too_many_models"):
        await post(do, aiko, room, "@critic-0 @critic-1 @critic-2 @critic-3 @sol")


async def test_its_model_is_as_much_for_admins_as_without_it(do: Do, make: Factory, aiko: Actor, room: Room):
    admin = await make.actor(is_admin=True)
    with refused("model_not_offered"):
        await make_one(do, aiko, model="home/pro")
    await make_one(do, admin, model="home/pro", shared=True)
    with refused("model_for_admins") as refusal:
        await post(do, aiko, room, "@critic hello")
    assert refusal.details == {"model": "Pro"}
    gone = await make_one(do, aiko, "gone", model="home/sol")
    without = [each for each in OFFERED if each.id != "home/sol"]
    with refused("assistant_without_model") as refusal:
        await do(aiko, post_message, room.id, "@gone hello", offered=without)
    assert refusal.details == {"model": "Gone"}
    await do(aiko, change_assistant, without, gone.id, model="home/sol", name="Still gone")


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


async def test_model_is_told_the_rooms_instructions_first_and_then_the_assistants(
    ai: Ai, do: Do, aiko: Actor, room: Room, vendor: ScriptedVendor, gateway: LlmGateway
):
    models = await gateway.models()
    await do(aiko, set_ai, models, room.id, instructions="Rules of the room")
    await ai.ended(await ai.ask(aiko, room, "[[say By the model]]"))
    critic = await do(aiko, make_assistant, models, "critic", "批評家", instructions="Be strict", model=MODEL)
    answer = await ask(ai, do, gateway, aiko, room, "@critic [[say Strictly]]")
    ended = await ai.ended(answer)
    named = {"id": str(critic.id), "name": "批評家", "picture": None}
    assert (ended.text, ended.answer.model, ended.as_json()["ai"]["assistant"]) == ("Strictly", MODEL, named)
    system, *turns = vendor.requests[-1].body["messages"]
    places = [system["content"].index(text) for text in ("Rules of the room", "批評家", "Be strict")]
    assert places == sorted(places)
    assert [turn["role"] for turn in turns] == ["user"]
    assert "scripted: By the model" in turns[0]["content"]
    given = await do(aiko, given_context, answer.id)
    assert (given["model"], given["assistant"]) == (MODEL, "批評家")
    await ai.ended(await ask(ai, do, gateway, aiko, room, "@scripted [[say Again]]"))
    turns = vendor.requests[-1].body["messages"][1:]
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
    assert "批評家: Strictly" in turns[-1]["content"]


async def ask(ai: Ai, do: Do, gateway: LlmGateway, actor: Actor, room: Room, text: str) -> MessageView:
    """Post a message that asks one assistant or model; returns the answer, queued."""
    question = await do(actor, post_message, room.id, text, offered=await gateway.models())
    page = await do(actor, history, room.id)
    return next(each for each in page.messages if each.seq == question.seq + 1)


async def test_same_assistant_regenerates_and_continues_its_answer(
    ai: Ai, do: Do, aiko: Actor, room: Room, gateway: LlmGateway, vendor: ScriptedVendor
):
    models = await gateway.models()
    critic = await do(aiko, make_assistant, models, "critic", "Critic", instructions="Be strict")
    answer = await ai.ended(await ask(ai, do, gateway, aiko, room, "@critic [[cut 3]] [[say One two three four]]"))
    assert answer.answer.error == "llm_interrupted"
    await do(aiko, continue_answer, answer.id, offered=())
    continued = await ai.ended(answer)
    assert continued.answer.assistant.name == "Critic"
    assert "Be strict" in vendor.requests[-1].body["messages"][0]["content"]
    await do(aiko, regenerate_answer, answer.id, offered=models)
    again = await ai.ended(answer)
    assert (again.answer.assistant.name, again.answer.branch) == ("Critic", 2)
    assert "Be strict" in vendor.requests[-1].body["messages"][0]["content"]
    await do(aiko, delete_assistant, critic.id)
    gone = await ai.stored(aiko, answer)
    assert gone.as_json()["ai"]["assistant"] == {"id": None, "name": "Critic", "picture": None}
    await do(aiko, regenerate_answer, answer.id, offered=models)
    last = await ai.ended(answer)
    assert (last.answer.assistant, last.answer.branch) == (None, 3)
    assert "Be strict" not in vendor.requests[-1].body["messages"][0]["content"]
    names = [each.assistant and each.assistant.name for each in await do(aiko, list_branches, answer.id)]
    assert names == ["Critic", "Critic", None]
    chosen = await do(aiko, choose_branch, answer.id, 1)
    assert chosen.answer.assistant.name == "Critic"


async def test_assistant_that_ends_before_its_answer_begins_leaves_it_to_the_model(
    do: Do, aiko: Actor, room: Room, gateway: LlmGateway, new_ai: Callable[..., Ai], vendor: ScriptedVendor
):
    ai = new_ai()
    critic = await do(aiko, make_assistant, await gateway.models(), "critic", "Critic", instructions="Be strict")
    answer = await ask(ai, do, gateway, aiko, room, "@critic [[say Hello]]")
    assert answer.answer.assistant.name == "Critic"
    await do(aiko, delete_assistant, critic.id)
    await ai.start()
    ended = await ai.ended(answer)
    await ai.stop()
    assert (ended.text, ended.answer.assistant) == ("Hello", None)
    assert "Be strict" not in vendor.requests[-1].body["messages"][0]["content"]


async def test_preview_counts_the_rooms_assistant(do: Do, aiko: Actor, room: Room):
    before = await do(aiko, preview_context, OFFERED, room.id)
    critic = await make_one(do, aiko, model="home/sol", instructions="Be strict. " * 20, shared=True)
    await do(aiko, set_ai, OFFERED, room.id, assistant=str(critic.id))
    after = await do(aiko, preview_context, OFFERED, room.id)
    assert (after["model"], after["assistant"], before["assistant"]) == ("home/sol", "Critic", None)
    assert after["tokens"] > before["tokens"]


async def test_posting_chooses_an_assistant_for_one_message(
    do: Do, aiko: Actor, room: Room, work: UnitOfWork, gateway: LlmGateway
):
    critic = await make_one(do, aiko)
    posting = Posting(work, gateway)
    await posting.post(aiko, room.id, "Hello", assistant=str(critic.id))
    await posting.post(aiko, room.id, "Hello @critic")
    await posting.post(aiko, room.id, "Hello")
    assert await asked(work, room) == [(None, "Critic"), (None, "Critic"), (None, None)]
    with refused("assistant_not_found"):
        await posting.post(aiko, room.id, "Hello", assistant="nonsense")
