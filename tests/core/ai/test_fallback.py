"""A room's fall-back model answers where its own model cannot."""

from collections.abc import AsyncIterator, Callable

import pytest

from chat_app.adapters.llm.factory import LlmConfig, Provider, build_gateway
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message, regenerate_answer
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.rooms.commands import set_ai_rights
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import MODEL, Ai, run_of
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor

DOWN = "down/absent"


@pytest.fixture
async def gateway(vendor: ScriptedVendor) -> AsyncIterator[LlmGateway]:
    """A gateway to the vendor, and to a server that is not there."""
    there, absent = (
        Provider(base_url=f"{vendor.url}/v1"),
        Provider(base_url="http://127.0.0.1:9/v1", models=("absent",)),
    )
    gateway = build_gateway(LlmConfig({"vllm": there, "down": absent}, local_ollama=None, retry_seconds=0))
    await gateway.warm_up()
    yield gateway
    await gateway.aclose()


@pytest.fixture
async def choose(do: Do, aiko: Actor, room: Room, gateway: LlmGateway) -> Callable[..., object]:
    async def choose(**change: object) -> object:
        return await do(aiko, set_ai, await gateway.models(), room.id, **change)

    return choose


async def test_fallback_answers_for_a_model_that_cannot_be_reached(
    ai: Ai, aiko: Actor, room: Room, choose: Callable[..., object], work: UnitOfWork, vendor: ScriptedVendor
):
    await choose(model=DOWN, fallback_model=MODEL)
    answer = await ai.ask(aiko, room, "[[hold 1]] [[say Hello there]]")
    await ai.grown(answer)
    live = ai.told(answer).answer
    assert (live.status, live.model, live.instead_of) == ("streaming", MODEL, DOWN)
    vendor.release()
    ended = await ai.ended(answer)
    assert (ended.text, ended.answer.model, ended.answer.instead_of) == ("Hello there", MODEL, DOWN)
    assert ended.as_json()["ai"]["instead_of"] == DOWN
    assert await ai.stored(aiko, answer) == ended
    run = await run_of(work, answer)
    assert (run.status, run.model, run.instead_of, run.instead_error) == ("completed", MODEL, DOWN, "llm_unavailable")


@pytest.mark.parametrize(
    ("how", "error"), [("[[fail 401]]", "llm_authentication"), ("[[fail 429]]", "llm_rate_limited")]
)
async def test_failure_of_both_models_has_the_error_of_the_fallback(
    ai: Ai, aiko: Actor, room: Room, choose: Callable[..., object], how: str, error: str
):
    await choose(model=MODEL, fallback_model=DOWN)
    ended = await ai.ended(await ai.ask(aiko, room, how))
    assert (ended.answer.status, ended.answer.error) == ("failed", "llm_unavailable")
    assert (ended.answer.model, ended.answer.instead_of) == (DOWN, MODEL)
    await choose(fallback_model="")
    ended = await ai.ended(await ai.ask(aiko, room, how))
    assert (ended.answer.error, ended.answer.model, ended.answer.instead_of) == (error, MODEL, None)


@pytest.mark.parametrize("how", ["[[cut 3]]", "[[filter]]", "[[toolong]]"])
async def test_fallback_is_not_asked_after_the_first_words_or_about_the_question_itself(
    ai: Ai, aiko: Actor, room: Room, choose: Callable[..., object], how: str
):
    await choose(model=MODEL, fallback_model=DOWN)
    ended = await ai.ended(await ai.ask(aiko, room, how))
    assert (ended.answer.model, ended.answer.instead_of) == (MODEL, None)


async def test_named_model_has_no_fallback(
    ai: Ai, aiko: Actor, room: Room, choose: Callable[..., object], gateway: LlmGateway
):
    await choose(fallback_model=MODEL)
    offered = await gateway.models()
    before = len(ai.events)
    await ai.do(aiko, post_message, room.id, "@absent hello", offered=offered)
    answer = next(e.message for e in ai.events[before:] if getattr(getattr(e, "message", None), "answer", None))
    ended = await ai.ended(answer)
    assert (ended.answer.error, ended.answer.model, ended.answer.instead_of) == ("llm_unavailable", DOWN, None)


async def test_regenerating_asks_the_own_model_again(
    ai: Ai, aiko: Actor, room: Room, choose: Callable[..., object], work: UnitOfWork
):
    await choose(model=DOWN, fallback_model=MODEL)
    answer = await ai.ended(await ai.ask(aiko, room, "[[say Hello]]"))
    await choose(model=MODEL)
    await ai.do(aiko, regenerate_answer, answer.id)
    again = await ai.ended(ai.told(answer))
    assert (again.answer.model, again.answer.instead_of, again.answer.branch) == (MODEL, None, 2)


async def test_continued_answer_says_still_who_could_not(
    ai: Ai, aiko: Actor, room: Room, choose: Callable[..., object]
):
    await choose(model=DOWN, fallback_model=MODEL)
    answer = await ai.ended(await ai.ask(aiko, room, "[[length]] [[say Hello there]]"))
    await ai.do(aiko, continue_answer, answer.id, offered=())
    ended = await ai.ended(ai.told(answer))
    assert (ended.answer.model, ended.answer.instead_of) == (MODEL, DOWN)


async def test_fallback_takes_the_right_to_choose_models_and_one_that_is_offered(
    do: Do, make: Factory, aiko: Actor, gateway: LlmGateway
):
    ben = await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    offered = await gateway.models()
    with refused("not_allowed"):
        await do(ben, set_ai, offered, room.id, fallback_model=MODEL)
    with refused("model_not_offered") as refusal:
        await do(aiko, set_ai, offered, room.id, fallback_model="down/other")
    assert refusal.details["field"] == "fallback_model"
    await do(aiko, set_ai_rights, room.id, {"choose_model": "member"})
    changed = await do(ben, set_ai, offered, room.id, fallback_model=MODEL)
    assert changed.room.ai_fallback_model == MODEL
