"""A message is translated for the person who asks, and only where models may see it."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from chat_app.adapters.llm.factory import LlmConfig, build_gateway
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import edit_question, post_message
from chat_app.core.ai.errors import DemoCannotTranslate, HiddenFromAi, LanguageUnknown, NothingToTranslate, TextChanges
from chat_app.core.ai.events import RunQueued
from chat_app.core.ai.ports.gateway import LlmError, LlmGateway
from chat_app.core.ai.preview.context import start_context_at
from chat_app.core.ai.translating import TRANSLATIONS, TRIES, Translator
from chat_app.core.billing.budgets.commands import BudgetWish, set_my_budget
from chat_app.core.billing.budgets.queries import my_budgets
from chat_app.core.billing.errors import BudgetExceeded
from chat_app.core.billing.tables import TokenReservation
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import NotAllowed, RateLimited
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.errors import MessageNotFound
from chat_app.core.messages.marks.commands import exclude_from_ai
from chat_app.core.rooms.commands import leave_room, set_room_ai
from chat_app.core.rooms.errors import AiIsOff
from chat_app.core.rooms.tables import Room
from tests.core.ai.test_charging import Priced
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow

HELLO = "Good morning [[say おはよう]]"


@pytest.fixture
def translator(work: UnitOfWork, gateway: LlmGateway) -> Translator:
    return Translator(work, gateway)


@pytest.fixture
async def ben(make: Factory, room: Room) -> Actor:
    ben = await make.actor()
    await make.join(room, ben)
    return ben


@pytest.fixture
async def room(make: Factory, aiko: Actor) -> Room:
    return await make.room({Role.MASTER: aiko})


async def test_text_is_translated_once_until_it_changes(
    do: Do, translator: Translator, room: Room, aiko: Actor, ben: Actor, vendor: ScriptedVendor, events: list[object]
):
    message = await do(aiko, post_message, room.id, HELLO)
    for person in (aiko, ben, ben):
        done = await translator.translate(person, message.id, "ja")
        assert (done["text"], done["language"]) == ("おはよう", "ja")
    [request] = vendor.requests
    assert "Japanese" in request.turns[0][1]
    assert request.turns[1] == ("user", HELLO)
    assert not any(isinstance(each, RunQueued) for each in events)
    await do(aiko, edit_question, message.id, "Good night [[say おやすみ]]")
    assert (await translator.translate(ben, message.id, "ja"))["text"] == "おやすみ"


async def test_many_translations_at_once_take_no_more_than_a_hard_budget_has(
    do: Do, gateway: LlmGateway, room: Room, aiko: Actor, work: UnitOfWork
):
    work.policy = replace(work.policy, billing="count")
    translator = Translator(work, Priced(gateway))
    messages = [await do(aiko, post_message, room.id, f"Text {n} [[tokens 500]]") for n in range(8)]
    amount = 80_000_000  # one takes some thousand tokens at most, at 50,000 each
    await do(aiko, set_my_budget, BudgetWish(amount, hard=True))
    done = await asyncio.gather(
        *(translator.translate(aiko, each.id, "ja") for each in messages), return_exceptions=True
    )
    assert all(isinstance(each, dict | BudgetExceeded) for each in done), done
    [budget] = await do(aiko, my_budgets)
    assert 0 < budget["spent"] <= amount
    assert budget["reserved"] == 0
    async with work.begin() as ctx:
        assert (await ctx.db.scalars(select(TokenReservation))).all() == []


async def test_translating_needs_permission_and_a_visible_message(
    do: Do, translator: Translator, room: Room, aiko: Actor, ben: Actor, make: Factory, vendor: ScriptedVendor
):
    message = await do(aiko, post_message, room.id, HELLO)
    guest = await make.actor()
    await make.join(room, guest, Role.GUEST)

    async def refused(error: type[Exception], actor: Actor | None = ben, language: str = "ja") -> None:
        with pytest.raises(error):
            await translator.translate(actor, message.id, language)

    await refused(MessageNotFound, await make.actor())
    await refused(NotAllowed, guest)
    await refused(LanguageUnknown, language="xx")
    await do(aiko, exclude_from_ai, message.id)
    await refused(HiddenFromAi)
    await do(aiko, exclude_from_ai, message.id, on=False)
    await do(aiko, start_context_at, (await do(aiko, post_message, room.id, "From here on")).id)
    await refused(HiddenFromAi)
    await do(aiko, set_room_ai, room.id, cutoff=(None,))
    await do(aiko, set_room_ai, room.id, rule="never")
    await refused(AiIsOff)
    await do(aiko, set_room_ai, room.id, rule="mentioned")
    await do(aiko, delete_message, message.id)
    await refused(NothingToTranslate)
    await do(ben, leave_room, room.id)
    await refused(MessageNotFound)
    assert vendor.requests == []


async def test_member_removed_during_translation_gets_nothing(
    do: Do, work: UnitOfWork, gateway: LlmGateway, room: Room, aiko: Actor, ben: Actor
):
    message = await do(aiko, post_message, room.id, HELLO)

    class Slow(Translator):
        async def _ask(self, *args: object) -> tuple[str, None]:
            await do(ben, leave_room, room.id)
            return "おはよう", None

    with pytest.raises(MessageNotFound):
        await Slow(work, gateway).translate(ben, message.id, "ja")


async def test_text_that_changes_meanwhile_is_translated_anew_but_not_for_ever(
    do: Do, work: UnitOfWork, gateway: LlmGateway, room: Room, aiko: Actor, ben: Actor
):
    message = await do(aiko, post_message, room.id, "Text 0")
    edits = 0

    class Edited(Translator):
        async def _ask(self, _model: object, text: str, _language: str) -> tuple[str, None]:
            nonlocal edits
            if edits < most:
                edits += 1
                await do(aiko, edit_question, message.id, f"Text {edits}")
            return f"<{text}>", None

    most = 2
    done = await Edited(work, gateway).translate(ben, message.id, "ja")
    assert (done["of"], done["text"]) == ("Text 2", "<Text 2>")
    most = 2 + TRIES
    with pytest.raises(TextChanges):
        await Edited(work, gateway).translate(ben, message.id, "ja")


@pytest.mark.parametrize("how", ["fail 500", "filter", "cut 2"])
async def test_model_that_does_not_translate_is_an_error_and_nothing_is_kept(
    do: Do, translator: Translator, room: Room, aiko: Actor, vendor: ScriptedVendor, how: str
):
    message = await do(aiko, post_message, room.id, f"Hello [[{how}]]")
    for asked in (1, 2):
        with pytest.raises(LlmError):
            await translator.translate(aiko, message.id, "ja")
        assert len(vendor.requests) >= asked


async def test_demo_says_that_it_cannot_and_requests_are_limited(
    do: Do, work: UnitOfWork, room: Room, aiko: Actor, ben: Actor
):
    demo = build_gateway(LlmConfig(local_ollama=None))
    message = await do(aiko, post_message, room.id, HELLO)
    for _ in range(TRANSLATIONS.amount):
        with pytest.raises(DemoCannotTranslate):
            await Translator(work, demo).translate(aiko, message.id, "ja")
    with pytest.raises(RateLimited):
        await Translator(work, demo).translate(aiko, message.id, "ja")
    await demo.aclose()
