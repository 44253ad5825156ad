"""Messages that queue an answer, and the rows that are written together."""

import asyncio

import pytest
from sqlalchemy import func, select

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import ASKS, ask_in_room, post_message, regenerate_answer, start_chat, stop_answer
from chat_app.core.ai.events import RunQueued
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.ai.tables import AiRun
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.queries import history
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.queries import my_rooms
from chat_app.core.rooms.tables import Room
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


async def runs(work: UnitOfWork) -> int:
    async with work.begin() as ctx:
        return await ctx.db.scalar(select(func.count()).select_from(AiRun))


async def test_the_message_its_answer_and_the_run_are_written_together(
    do: Do, aiko: Actor, room: Room, events: list[object], work: UnitOfWork
):
    asked = await do(aiko, post_message, room.id, "Hello")
    [question, queued, answer] = events
    assert question == MessageChanged(asked)
    assert isinstance(queued, RunQueued)
    view = answer.message
    assert (view.seq, view.rev, view.text, view.author) == (2, 3, "", None)
    assert (view.answer.status, view.answer.asker, view.answer.run) == ("queued", aiko.person, queued.run_id)
    assert (await do(aiko, my_rooms))[0].member.last_read_seq == 2

    async def ask_and_fail(ctx: object) -> None:
        await post_message(ctx, room.id, "Again")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await do(aiko, ask_and_fail)
    assert (await runs(work), len(events)) == (1, 3)


@pytest.mark.parametrize(
    ("role", "rule", "text", "asked"),
    [
        (Role.MEMBER, "mentioned", "hello", 0),
        (Role.MEMBER, "mentioned", "hello @ai", 1),
        (Role.MEMBER, "always", "hello", 1),
        (Role.MEMBER, "never", "hello @ai", 0),
        (Role.GUEST, "always", "hello @ai", 0),
    ],
)
async def test_rule_and_role_decide_whether_a_message_asks(
    do: Do, make: Factory, work: UnitOfWork, role: Role, rule: str, text: str, asked: int
):
    ben = await make.actor()
    room = await make.room({role: ben}, ai_rule=rule)
    await do(ben, post_message, room.id, text)
    assert await runs(work) == asked


async def test_replying_to_an_answer_asks_on(do: Do, make: Factory, aiko: Actor, work: UnitOfWork):
    room = await make.room({Role.MASTER: aiko})
    answer = await make.message(room, None, "An answer")
    person = await make.message(room, aiko, "A person")
    await do(aiko, post_message, room.id, "And then?", reply_to=person.id)
    assert await runs(work) == 0
    await do(aiko, post_message, room.id, "And then?", reply_to=answer.id)
    assert await runs(work) == 1


async def test_a_resend_asks_once(do: Do, aiko: Actor, room: Room, work: UnitOfWork):
    nonce = new_id()
    await asyncio.gather(*(do(aiko, post_message, room.id, "Hello", nonce=nonce) for _ in range(5)))
    assert await runs(work) == 1


async def test_asking_without_a_message(do: Do, make: Factory, aiko: Actor):
    room = await make.room({Role.MASTER: aiko}, ai_rule="never", ai_model="vllm/scripted")
    answer = await do(aiko, ask_in_room, room.id)
    assert answer.answer.status == "queued"


async def test_a_person_asks_so_often_a_minute(do: Do, aiko: Actor, room: Room, work: UnitOfWork):
    for _ in range(ASKS.amount):
        await work.limiter.hit(ASKS, str(aiko.user_id))
    for use_case, *arguments in ((post_message, room.id, "Hello"), (ask_in_room, room.id)):
        with refused("rate_limited"):
            await do(aiko, use_case, *arguments)
    assert (await do(aiko, history, room.id)).messages == []


async def test_a_chat_begins_with_its_first_message(do: Do, aiko: Actor, work: UnitOfWork):
    room = await do(aiko, start_chat, "# Plans for *tea*\nin Kyoto", nonce=new_id(), model="vllm/scripted")
    assert (room.name, room.ai_rule, room.ai_model, room.auto_named) == (
        "Plans for tea in Kyoto",
        "always",
        "vllm/scripted",
        True,
    )
    question, answer = (await do(aiko, history, room.id)).messages
    assert (question.text, answer.answer.status) == ("# Plans for *tea*\nin Kyoto", "queued")
    assert await runs(work) == 1


async def test_a_chat_sent_twice_at_once_is_one_chat(do: Do, make: Factory, aiko: Actor, work: UnitOfWork):
    nonce = new_id()
    rooms = await asyncio.gather(*(do(aiko, start_chat, "Tea", nonce=nonce) for _ in range(5)))
    assert len({room.id for room in rooms}) == 1
    assert await runs(work) == 1
    ben = await make.actor()
    assert (await do(ben, start_chat, "Tea", nonce=nonce)).id != rooms[0].id


async def test_a_chat_of_nothing_is_no_room(do: Do, aiko: Actor):
    with refused("message_empty"):
        await do(aiko, start_chat, " ", nonce=new_id())
    assert await do(aiko, my_rooms) == []


async def test_only_offered_models_can_be_chosen(do: Do, aiko: Actor, room: Room):
    offered = [ModelInfo("a/b", "B", "A", 1000, 100)]
    with refused("model_not_offered"):
        await do(aiko, set_ai, offered, room.id, model="a/c")
    access = await do(aiko, set_ai, offered, room.id, model="a/b", rule="never")
    assert (access.room.ai_model, access.room.ai_rule) == ("a/b", "never")
    assert (await do(aiko, set_ai, offered, room.id, model="")).room.ai_model is None


async def test_a_persons_message_is_no_answer(do: Do, make: Factory, aiko: Actor, room: Room):
    message: Message = await make.message(room, aiko)
    for use_case in (stop_answer, regenerate_answer):
        with refused("not_an_answer"):
            await do(aiko, use_case, message.id)
