"""Messages ask assistants by their handles: which one answers, and by which model."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.assistants import change_assistant
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.assistants.commands import update_assistant
from chat_app.core.assistants.tables import Assistant
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.rooms.tables import Room
from tests.core.ai.assistants.asking import CRITIC, asked, make_one, post
from tests.core.ai.test_named_models import OFFERED
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


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


async def test_mention_of_a_forbidden_assistant_asks_nobody(
    do: Do, make: Factory, aiko: Actor, ben: Actor, work: UnitOfWork
):
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


async def test_own_assistant_takes_precedence_over_a_shared_one(
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


async def test_assistants_model_for_admins_is_refused_for_others(do: Do, make: Factory, aiko: Actor, room: Room):
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
