"""Messages that name the models that answer them."""

from contextlib import nullcontext
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.asked import MODELS_MAX
from chat_app.core.ai.asking.commands import (
    ASKS,
    edit_question,
    post_message,
    regenerate_answer,
    start_chat,
    stop_answer,
)
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.errors import ModelNotOffered, TooManyFavorites
from chat_app.core.ai.events import FavoriteModelsChanged
from chat_app.core.ai.models.favorites import FAVORITES_MAX, favorite_model, favorite_models
from chat_app.core.ai.ports.gateway import LlmGateway, ModelInfo
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.queries import history
from chat_app.core.messages.tables import Message
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


def info(name: str, *, admins_only: bool = False) -> ModelInfo:
    return ModelInfo(f"home/{name}", name.title(), "Home", 1000, 100, admins_only=admins_only)


OFFERED = (info("default"), info("sonnet"), info("sol"), info("pro", admins_only=True))


async def asked(work: UnitOfWork, room: Room) -> list[tuple[str | None, bool]]:
    """Return the models of the room's answers, in their order."""
    runs = select(AiRun).join(Message, Message.id == AiRun.message_id).where(AiRun.room_id == room.id)
    async with work.begin() as ctx:
        return [(run.model, run.named) for run in await ctx.db.scalars(runs.order_by(Message.seq, AiRun.id))]


async def post(do: Do, actor: Actor, room: Room, text: str, **more: object) -> MessageView:
    return await do(actor, post_message, room.id, text, offered=OFFERED, **more)


SONNET, SOL, OWN = ("home/sonnet", True), ("home/sol", True), (None, False)


@pytest.mark.parametrize(
    ("rule", "text", "chosen", "expected"),
    [
        ("mentioned", "Hello", None, []),
        ("mentioned", "@sonnet hello", None, [SONNET]),
        ("mentioned", "@SOL and @sonnet", None, [SOL, SONNET]),
        ("mentioned", "@sol, @sol and @sonnet", None, [SOL, SONNET]),
        ("mentioned", "@sonnet and @ai", None, [SONNET, OWN]),
        ("mentioned", "`@sonnet`", None, []),
        ("mentioned", "Hello", "home/sol", [SOL]),
        ("mentioned", "Hello @ai", "home/sol", [SOL]),
        ("mentioned", "Hello @sonnet", "home/sol", [SONNET, SOL]),
        ("mentioned", "@ai and @default", None, [OWN]),
        ("always", "Hello", None, [OWN]),
        ("always", "@sonnet hello", None, [SONNET]),
        ("always", "Hello", "home/sol", [SOL]),
        ("never", "@sonnet and @ai", "home/sol", []),
    ],
)
async def test_mentioned_assistants_and_models_are_asked(
    do: Do, make: Factory, aiko: Actor, work: UnitOfWork, rule: str, text: str, chosen: str | None, expected: object
):
    room = await make.room({Role.MASTER: aiko}, ai_rule=rule)
    await post(do, aiko, room, text, model=chosen)
    assert await asked(work, room) == expected


async def test_answers_are_queued_in_order_under_their_models(do: Do, aiko: Actor, room: Room, events: list[object]):
    question = await post(do, aiko, room, "@sonnet @sol which?")
    views = [each.message for each in events if isinstance(each, MessageChanged)]
    assert [view.seq for view in views] == [question.seq, question.seq + 1, question.seq + 2]
    assert [view.answer and view.answer.model for view in views] == [None, "home/sonnet", "home/sol"]
    page = await do(aiko, history, room.id)
    assert [message.answer and message.answer.model for message in page.messages] == [None, "home/sonnet", "home/sol"]


async def test_person_wins_a_name_and_only_in_their_room(do: Do, make: Factory, aiko: Actor, work: UnitOfWork):
    sonnet = await make.actor(username="sonnet")
    with_her = await make.room({Role.MASTER: aiko, Role.MEMBER: sonnet})
    without = await make.room({Role.MASTER: aiko})
    said = [await post(do, aiko, room, "@sonnet hello") for room in (with_her, without)]
    assert [await asked(work, room) for room in (with_her, without)] == [[], [SONNET]]
    assert [view.mentions for view in said] == [(sonnet.person,), ()]


async def test_model_for_admins_is_not_asked_and_the_message_not_sent(
    do: Do, make: Factory, aiko: Actor, work: UnitOfWork
):
    room = await make.room({Role.MASTER: aiko})
    for how in ({"text": "@pro and @sonnet"}, {"text": "Hello", "model": "home/pro"}):
        with refused("model_for_admins"):
            await post(do, aiko, room, **how)
    with refused("model_not_offered"):
        await post(do, aiko, room, "Hello", model="home/gone")
    assert (await do(aiko, history, room.id)).messages == []
    await post(do, replace(aiko, site_roles=frozenset({"admin"})), room, "@pro")
    async with work.begin() as ctx:
        await ctx.db.execute(update(Room).where(Room.id == room.id).values(ai_model="home/pro"))
    await post(do, aiko, room, "@pro")
    assert await asked(work, room) == [("home/pro", True)] * 2


async def test_at_most_so_many_models_are_asked(do: Do, aiko: Actor, room: Room):
    many = [info(f"model{number}") for number in range(MODELS_MAX + 1)]
    text = " ".join(f"@model{number}" for number in range(len(many)))
    with refused("too_many_models"):
        await do(aiko, post_message, room.id, text, offered=many)
    await do(aiko, post_message, room.id, text.rsplit(" ", 1)[0], offered=many)


async def test_guests_mention_models_as_text_and_choose_none(do: Do, make: Factory, work: UnitOfWork):
    ben = await make.actor()
    room = await make.room({Role.GUEST: ben})
    await post(do, ben, room, "@sonnet hello")
    with refused("not_allowed"):
        await post(do, ben, room, "Hello", model="home/sonnet")
    assert await asked(work, room) == []


async def test_each_answer_counts_as_a_question(do: Do, aiko: Actor, room: Room):
    for _ in range(ASKS.amount // 2):
        await post(do, aiko, room, "@sonnet @sol")
    with refused("rate_limited"):
        await post(do, aiko, room, "Hello")


async def test_group_of_posts_names_models_too(
    make: Factory, aiko: Actor, work: UnitOfWork, gateway: LlmGateway, do: Do
):
    room, nonce = await make.room({Role.MASTER: aiko}), new_id()
    posting = Posting(work, gateway)
    for _ in range(2):
        await posting.post(aiko, room.id, "@scripted hello", nonce=nonce)
    await posting.post(aiko, room.id, "Hello", model="vllm/scripted")
    assert await asked(work, room) == [("vllm/scripted", True)] * 2
    assert len((await do(aiko, history, room.id)).messages) == 4


async def test_a_chat_begins_with_the_models_that_its_text_names(do: Do, aiko: Actor, work: UnitOfWork):
    room = await do(aiko, start_chat, "@sonnet @sol which?", nonce=new_id(), offered=OFFERED)
    assert await asked(work, room) == [SONNET, SOL]


async def test_answer_is_stopped_and_regenerated_by_itself(do: Do, aiko: Actor, room: Room, work: UnitOfWork):
    await post(do, aiko, room, "@sonnet @sol which?")
    _, first, second = (await do(aiko, history, room.id)).messages
    for each in (first, second):
        await do(aiko, stop_answer, each.id)
    again = await do(aiko, regenerate_answer, first.id, offered=OFFERED)
    assert again.answer.model == "home/sonnet"
    page = (await do(aiko, history, room.id)).messages
    assert [message.answer.status for message in page[1:]] == ["queued", "stopped"]
    await do(aiko, stop_answer, first.id)
    await do(aiko, regenerate_answer, first.id, offered=OFFERED[:1])
    assert await asked(work, room) == [SONNET, SONNET, OWN, SOL], "one that is offered no more is asked no more"


async def test_edited_question_marks_all_its_answers(do: Do, make: Factory, aiko: Actor):
    room = await make.room({Role.MASTER: aiko})
    question = await post(do, aiko, room, "@sonnet @sol which?")
    _, *answers = (await do(aiko, history, room.id)).messages
    for each in answers:
        await do(aiko, stop_answer, each.id)
    await do(aiko, edit_question, question.id, "@sonnet @sol what?")
    assert [each.answer.outdated for each in (await do(aiko, history, room.id)).messages[1:]] == [True, True]


async def test_edited_question_asks_no_model_that_its_author_may_not_choose_any_more(
    do: Do, make: Factory, aiko: Actor, work: UnitOfWork
):
    chat = await do(aiko, start_chat, "Hello", nonce=new_id())
    for_all = [replace(each, admins_only=False) for each in OFFERED]
    question = await do(aiko, post_message, chat.id, "@pro which?", offered=for_all)
    answer = (await do(aiko, history, chat.id)).messages[-1]
    await do(aiko, stop_answer, answer.id)
    await do(aiko, edit_question, question.id, "@pro what?", offered=for_all)
    await do(aiko, stop_answer, answer.id)
    await do(aiko, edit_question, question.id, "@pro who?", offered=OFFERED)
    assert (await asked(work, chat))[-3:] == [("home/pro", True), ("home/pro", True), OWN]


async def test_continued_answer_keeps_its_named_model(do: Do, make: Factory, aiko: Actor, work: UnitOfWork):
    room = await make.room({Role.MASTER: aiko})
    await post(do, aiko, room, "@sonnet which?")
    _, answer = (await do(aiko, history, room.id)).messages
    await do(aiko, stop_answer, answer.id)
    async with work.begin() as ctx:
        await ctx.db.execute(update(Message).where(Message.id == answer.id).values(text="Some"))
    await do(aiko, continue_answer, answer.id, offered=())
    assert await asked(work, room) == [SONNET, SONNET]


async def test_answer_of_a_model_that_one_may_not_ask_any_more_is_not_continued(
    do: Do, make: Factory, aiko: Actor, work: UnitOfWork
):
    room = await make.room({Role.MASTER: aiko})
    for_all = [replace(each, admins_only=False) for each in OFFERED]
    await do(aiko, post_message, room.id, "@pro which?", offered=for_all)
    answer = (await do(aiko, history, room.id)).messages[-1]
    for actor, offered, of_room, code in (
        (aiko, OFFERED, None, "model_for_admins"),
        (aiko, OFFERED, "home/pro", None),
        (aiko, for_all, None, None),
        (aiko, [replace(each, people=frozenset({aiko.user_id})) for each in OFFERED], None, None),
        (replace(aiko, site_roles=frozenset({"admin"})), OFFERED, None, None),
    ):
        await do(aiko, stop_answer, answer.id)
        async with work.begin() as ctx:
            await ctx.db.execute(update(Message).where(Message.id == answer.id).values(text="Some"))
            await ctx.db.execute(update(Room).where(Room.id == room.id).values(ai_model=of_room))
        with refused(code) if code else nullcontext():
            await do(actor, continue_answer, answer.id, offered=offered)
    assert await asked(work, room) == [("home/pro", True)] * 5


async def test_favorites_are_models_that_one_may_choose(do: Do, make: Factory, events: list[object]):
    aiko = await make.actor()
    for model, on in (("home/sol", True), ("home/default", True), ("home/sol", True), ("home/default", False)):
        await do(aiko, favorite_model, OFFERED, model, on=on)
    assert await do(aiko, favorite_models) == ["home/sol"]
    assert [each.models for each in events if isinstance(each, FavoriteModelsChanged)][1:3] == [
        ("home/sol", "home/default"),
        ("home/default", "home/sol"),
    ]
    for model in ("home/pro", "home/none"):
        with pytest.raises(ModelNotOffered):
            await do(aiko, favorite_model, OFFERED, model, on=True)
    await do(aiko, favorite_model, [], "home/sol", on=False)
    many = [info(f"m{n}") for n in range(FAVORITES_MAX + 1)]
    for each in many[:-1]:
        await do(aiko, favorite_model, many, each.id, on=True)
    with pytest.raises(TooManyFavorites):
        await do(aiko, favorite_model, many, many[-1].id, on=True)
