"""When the AI decides whether it joins in, and what it then does."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from chat_app.adapters.llm.demo.gateway import DemoGateway
from chat_app.adapters.llm.factory import LlmConfig, Provider, build_gateway
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import ask_in_room, post_message, regenerate_answer, stop_answer
from chat_app.core.ai.context.prompt import estimate_tokens
from chat_app.core.ai.decisions.decider import MESSAGES, TOKENS, Decider
from chat_app.core.ai.decisions.queries import count_decisions, list_decisions
from chat_app.core.ai.decisions.queue import QUIET, TYPING
from chat_app.core.ai.events import RunEnded, RunQueued
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.ai.texts import UNASKED
from chat_app.core.connections.ports import ModelChoiceView
from chat_app.core.kernel.actor import Actor
from chat_app.core.live.commands import say_typing
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.marks.commands import exclude_from_ai
from chat_app.core.personal.queries import export_own_data
from chat_app.core.rooms.tables import Room
from chat_app.worker.decisions import DecisionWorker
from tests.core.ai.conftest import MODEL, Ai, gateway_to
from tests.core.ai.decisions.conftest import SPEAK, Silences, messages, runs
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor


async def test_ai_speaks_after_silence(do: Do, aiko: Actor, ben: Actor, room: Room, silences: Silences):
    await do(ben, post_message, room.id, "Hello")
    await do(aiko, post_message, room.id, SPEAK)
    assert await silences.pass_by(QUIET - timedelta(milliseconds=1)) == 0
    assert await silences.pass_by(timedelta(milliseconds=1)) == 1
    *_, asked, answer = await messages(do, aiko, room)
    assert answer.answer.status == "queued"
    assert (answer.answer.asker, answer.seq) == (None, asked.seq + 1)
    [run] = await runs(silences.work)
    assert (run.id, run.model, run.asked_by_id) == (answer.answer.run, MODEL, aiko.user_id)
    decision = await silences.only()
    assert (decision.status, decision.choice, decision.reason) == ("decided", "speak", "A question.")
    assert (decision.message_id, decision.model, decision.error) == (asked.id, MODEL, None)
    assert decision.prompt_tokens > 100
    assert decision.completion_tokens > 5
    assert await silences.pass_by(timedelta(hours=1)) == 0


async def test_the_answer_is_written_by_the_worker(
    do: Do, aiko: Actor, room: Room, silences: Silences, ai: Ai, vendor: ScriptedVendor
):
    await do(aiko, post_message, room.id, SPEAK)
    await silences.pass_by()
    _, answer = await messages(do, aiko, room)
    assert (await ai.ended(answer)).text == "The keyset one."
    assert UNASKED in vendor.requests[-1].turns[0][1]


async def test_everybody_stops_what_nobody_has_asked_for(
    do: Do, make: Factory, aiko: Actor, ben: Actor, room: Room, silences: Silences
):
    chloe = await make.actor()
    await make.join(room, chloe)
    await do(ben, post_message, room.id, SPEAK)
    await silences.pass_by()
    *_, answer = await messages(do, aiko, room)
    assert (await do(chloe, stop_answer, answer.id)).answer.status == "stopped"
    with refused("not_allowed"):
        await do(chloe, regenerate_answer, answer.id)
    assert (await do(aiko, regenerate_answer, answer.id)).answer.asker == aiko.person
    assert (await do(ben, export_own_data))["questions"] == []


async def test_each_message_begins_the_silence_anew(do: Do, aiko: Actor, ben: Actor, room: Room, silences: Silences):
    for text in ("One", "Two", "Three [[decide silent Small talk.]]"):
        await do(ben, post_message, room.id, text)
        assert await silences.pass_by(QUIET / 2) == 0
    assert await silences.pass_by(QUIET / 2) == 1
    decision = await silences.only()
    assert (decision.choice, decision.reason, len(await messages(do, aiko, room))) == ("silent", "Small talk.", 3)


async def test_decision_waits_while_a_person_types(do: Do, aiko: Actor, ben: Actor, room: Room, silences: Silences):
    await do(aiko, post_message, room.id, SPEAK)
    for _ in range(5):
        await do(ben, say_typing, room.id)
        assert await silences.pass_by(timedelta(seconds=3)) == 0
    assert await silences.pass_by(TYPING - timedelta(seconds=3)) == 1


async def test_reaction_is_that_of_the_model(do: Do, aiko: Actor, ben: Actor, room: Room, silences: Silences):
    await do(ben, post_message, room.id, "Thanks! [[decide react 🙌 Thanks.]]")
    await silences.pass_by()
    [said] = await messages(do, aiko, room)
    assert said.reactions == [{"emoji": "🙌", "by": [], "models": [MODEL]}]
    assert said.rev == 3
    assert (await silences.only()).emoji == "🙌"


async def test_a_mention_is_answered_at_once(do: Do, aiko: Actor, ben: Actor, room: Room, silences: Silences):
    await do(ben, post_message, room.id, SPEAK)
    await do(aiko, post_message, room.id, "@ai what do you say?")
    assert (len(await runs(silences.work)), await silences.rows()) == (1, [])
    await do(ben, post_message, room.id, "Fine.")
    await do(aiko, ask_in_room, room.id)
    assert (len(await runs(silences.work)), await silences.rows()) == (2, [])


async def test_decision_waits_for_an_answer_that_is_being_written(
    do: Do, aiko: Actor, room: Room, silences: Silences, new_ai: Callable[..., Ai]
):
    await do(aiko, post_message, room.id, "@ai [[say Yes]]")
    await do(aiko, post_message, room.id, "And now? [[decide silent]]")
    assert await silences.pass_by() == 0
    ai = new_ai()
    await ai.start()
    await until(lambda: any(isinstance(each, RunEnded) for each in ai.events))
    await ai.stop()
    assert await silences.pass_by(timedelta(0)) == 1


async def test_person_without_permission_causes_no_decision(
    do: Do, make: Factory, aiko: Actor, room: Room, silences: Silences
):
    guest = await make.actor()
    await make.join(room, guest, Role.GUEST)
    await do(aiko, post_message, room.id, "Hello")
    await do(guest, post_message, room.id, SPEAK)
    assert await silences.rows() == []


@pytest.mark.parametrize("rule", ["mentioned", "always", "never"])
async def test_rooms_with_other_rules_have_no_decisions(
    do: Do, make: Factory, aiko: Actor, silences: Silences, rule: str
):
    room = await make.room({Role.MASTER: aiko}, ai_rule=rule)
    await do(aiko, post_message, room.id, SPEAK)
    assert await silences.rows() == []


async def test_the_worker_decides_when_it_is_due(
    do: Do, aiko: Actor, room: Room, silences: Silences, events: list[object], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("chat_app.worker.decisions.POLL_SECONDS", 3600)
    monkeypatch.setattr("chat_app.core.ai.decisions.queue.QUIET", timedelta(seconds=0.2))
    worker = DecisionWorker(silences.decider)
    silences.work.listeners.append(worker.on_event)
    loop = asyncio.create_task(worker.take_due())
    await do(aiko, post_message, room.id, SPEAK)
    silences.clock.now += timedelta(seconds=0.2)  # which wakes nobody: it looks again when the decision is due
    await until(lambda: any(isinstance(each, RunQueued) for each in events))
    loop.cancel()
    await worker.stop()


async def test_two_processes_decide_once(
    do: Do, aiko: Actor, room: Room, silences: Silences, vendor: ScriptedVendor, clock: Clock
):
    await do(aiko, post_message, room.id, SPEAK)
    clock.now += QUIET
    other = Decider(silences.work, gateway_to(vendor))
    claims = await asyncio.gather(*(each.claim(10) for each in (silences.decider, other) * 4))
    assert sum(len(claimed) for claimed, _ in claims) == 1


async def test_the_model_that_decides_is_another_than_the_one_that_speaks(
    do: Do, aiko: Actor, room: Room, silences: Silences
):
    with ScriptedVendor(models=("scripted", "small")) as vendor:
        gateway = build_gateway(LlmConfig({"vllm": Provider(base_url=f"{vendor.url}/v1")}, local_ollama=None))
        choices = {"vllm/small": ModelChoiceView(decides=True, admins_only=True, price_in=100, price_out=400)}
        gateway.connect([], choices)
        silences.decider = Decider(silences.work, gateway)
        await do(aiko, post_message, room.id, SPEAK)
        await silences.pass_by()
        [request] = vendor.requests
        await gateway.aclose()
    assert request.body["model"] == "small"
    decision = await silences.only()
    assert decision.model == "vllm/small"
    assert decision.cost == (100 * decision.prompt_tokens + 400 * decision.completion_tokens) // 100
    assert [run.model for run in await runs(silences.work)] == [MODEL]


async def test_the_model_sees_a_bounded_beginning(
    do: Do, aiko: Actor, ben: Actor, room: Room, silences: Silences, vendor: ScriptedVendor
):
    await do(aiko, set_ai, [], room.id, instructions="Only speak of tea.")
    for number in range(MESSAGES + 5):
        await do(ben, post_message, room.id, f"Message {number} " + "long " * 200)
    secret = await do(ben, post_message, room.id, "The code is 4711")
    await do(ben, exclude_from_ai, secret.id)
    await do(aiko, post_message, room.id, SPEAK)
    await silences.pass_by()
    [request] = vendor.requests
    said = "\n".join(text for _, text in request.turns)
    assert "Only speak of tea." in said
    assert "4711" not in said
    assert sum(estimate_tokens(text) for _, text in request.turns) < TOKENS + 100
    assert "Message 0 " not in said


@pytest.mark.parametrize(
    ("text", "choice", "emoji"),
    [("Which one?", "speak", None), ("Thank you", "react", "😊"), ("We keep it.", "silent", None)],
)
async def test_the_demo_decides_too(
    do: Do, aiko: Actor, room: Room, silences: Silences, text: str, choice: str, emoji: str | None
):
    silences.decider = Decider(silences.work, DemoGateway(0))
    await do(aiko, post_message, room.id, text)
    await silences.pass_by()
    decision = await silences.only()
    assert (decision.choice, decision.emoji, decision.model) == (choice, emoji, "demo")
    assert len(await runs(silences.work)) == (choice == "speak")


async def test_managers_of_the_ai_see_reasons_of_decisions(
    do: Do, make: Factory, aiko: Actor, room: Room, silences: Silences
):
    for number in range(3):
        said = await do(aiko, post_message, room.id, f"Number {number} [[decide silent Reason {number}]]")
        await silences.pass_by()
    await do(aiko, delete_message, said.id)
    page = await do(aiko, list_decisions, room.id, limit=2)
    assert [(each.choice, each.reason) for each in page.items] == [("silent", ""), ("silent", "Reason 1")]
    rest = await do(aiko, list_decisions, room.id, after=page.next)
    assert ([each.reason for each in rest.items], rest.next) == (["Reason 0"], None)
    admin = await make.actor(is_admin=True)
    [counted] = await do(admin, count_decisions)
    assert (counted["model"], counted["decisions"], counted["spoken"], counted["cost"]) == (MODEL, 3, 0, None)
    silences.clock.now += timedelta(days=31)
    assert await do(admin, count_decisions) == []
