"""The price of answers."""

from collections.abc import AsyncIterator, Callable

import pytest

from chat_app.adapters.llm.catalog.offered import ModelChoiceView
from chat_app.core.ai.asking.commands import regenerate_answer
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.costs.prices import cost_of
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.checks.numbers import NUMBER_MAX
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import MODEL, Ai, gateway_to, run_of
from tests.core.ai.test_answer_ends import DONE, HEAD, said
from tests.vendor.server import ScriptedVendor


def priced(price_in: int | None, price_cached: int | None, price_out: int | None) -> ModelInfo:
    prices = {"price_in": price_in, "price_cached": price_cached, "price_out": price_out}
    return ModelInfo(MODEL, "Dear", "Vendor", context_window=8_000, max_output=1_000, **prices)


@pytest.mark.parametrize(
    ("model", "usage", "cost"),
    [
        (priced(200, None, 1_000), Usage(1_000, 100), 3_000),
        (priced(200, 20, 1_000), Usage(1_000, 100, cached_tokens=500), 2_100),
        (priced(200, None, 1_000), Usage(1_000, 100, cached_tokens=500), 3_000),
        (priced(200, 20, 1_000), Usage(1_000, 0, cached_tokens=9_000), 200),
        (priced(0, 0, 0), Usage(1_000, 100), 0),
        (priced(None, 20, 1_000), Usage(1_000, 100), None),
        (priced(200, 20, None), Usage(1_000, 100), None),
        (priced(200, 20, None), Usage(1_000, 0), 2_000),
    ],
)
def test_cost_counts_what_was_read_cached_and_written(model: ModelInfo, usage: Usage, cost: int | None):
    assert cost_of(model, usage) == cost


def test_counts_of_a_vendor_are_kept_as_far_as_a_column_holds_them():
    endless = Usage(10**30, 2**31, cached_tokens=2**63)
    assert endless == endless + Usage(1, 1) == Usage(NUMBER_MAX, NUMBER_MAX, None, NUMBER_MAX)


@pytest.fixture
async def dear(new_ai: Callable[..., Ai], vendor: ScriptedVendor) -> AsyncIterator[Ai]:
    """An AI whose model has prices."""
    gateway = gateway_to(vendor)
    gateway.connect([], {MODEL: ModelChoiceView(price_in=10_000, price_out=40_000)})
    ai = new_ai(gateway)
    await ai.start()
    yield ai
    await ai.stop()
    await gateway.aclose()


async def test_run_and_answer_have_their_price(dear: Ai, aiko: Actor, room: Room, work: UnitOfWork):
    answer = await dear.ended(await dear.ask(aiko, room, "[[tokens 7]]"))
    run = await run_of(work, answer)
    assert run.cost == 100 * run.prompt_tokens + 400 * run.completion_tokens
    assert answer.as_json()["ai"]["cost"] == run.cost
    again = await dear.do(aiko, regenerate_answer, answer.id)
    assert "cost" not in again.as_json()["ai"]
    assert (await dear.ended(again)).answer.cost > 0


async def test_continued_answer_costs_what_both_runs_did(
    dear: Ai, aiko: Actor, room: Room, work: UnitOfWork, vendor: ScriptedVendor
):
    vendor.raw = (HEAD + said("Quiet rivers carry the morning li", "length") + DONE,)
    cut = await dear.ended(await dear.ask(aiko, room, "Tell me of rivers"))
    vendor.raw = (HEAD + said("ght.", "stop") + DONE,)
    await dear.do(aiko, continue_answer, cut.id, offered=())
    whole = await dear.ended(cut)
    vendor.raw = ()
    assert whole.answer.cost == cut.answer.cost + (await run_of(work, whole)).cost


async def test_without_prices_nothing_is_told(ai: Ai, aiko: Actor, room: Room, work: UnitOfWork):
    answer = await ai.ended(await ai.ask(aiko, room, "[[tokens 3]]"))
    assert (await run_of(work, answer)).cost is None
    assert "cost" not in answer.as_json()["ai"]
