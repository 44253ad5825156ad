"""Answers of assistants: their instructions, other texts of them, and continuations."""

from collections.abc import Callable

from chat_app.core.ai.asking.assistants import make_assistant
from chat_app.core.ai.asking.branches import choose_branch, list_branches
from chat_app.core.ai.asking.commands import post_message, regenerate_answer
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.context.reading.given import given_context
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.assistants.commands import delete_assistant
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.queries import history
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import MODEL, Ai
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor


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
