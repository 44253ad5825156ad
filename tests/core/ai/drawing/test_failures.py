"""Pictures that fail, are stopped, or cannot be kept."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from chat_app.adapters.llm.factory import Gateway
from chat_app.core.ai.asking.commands import regenerate_answer, stop_answer
from chat_app.core.ai.asking.continuing import continue_answer
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.errors import NothingToContinue
from chat_app.core.ai.tables import AiRun
from chat_app.core.connections.ports import ModelChoiceView
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import Ai
from tests.core.ai.drawing.conftest import DRAWER, drawn, told
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("told_vendor", "code"),
    [("filter", "llm_content_filtered"), ("fail 429", "llm_rate_limited"), ("nopicture", "llm_no_picture")],
)
async def test_a_picture_that_fails_says_why_and_can_be_tried_again(
    ai: Ai, do: Do, posting: Posting, aiko: Actor, room: Room, told_vendor: str, code: str, vendor: ScriptedVendor
):
    vendor.forget()
    await posting.post(aiko, room.id, f"/image a fox [[{told_vendor} {'' if code == 'llm_rate_limited' else 'once'}]]")
    failed = await drawn(do, aiko, room)
    assert failed.answer is not None
    assert (failed.answer.status, failed.answer.error, failed.attachments) == ("failed", code, ())
    assert failed.text.startswith("a fox")
    with pytest.raises(NothingToContinue):
        await do(aiko, continue_answer, failed.id, offered=())
    await do(aiko, regenerate_answer, failed.id)
    again = await drawn(do, aiko, room)
    assert again.answer is not None
    assert again.answer.branches == ()
    assert (again.answer.status == "complete") == (code != "llm_rate_limited")


async def test_a_picture_is_stopped(ai: Ai, do: Do, posting: Posting, aiko: Actor, room: Room, vendor: ScriptedVendor):
    vendor.forget()
    await posting.post(aiko, room.id, "/image a fox [[hold 0]]")
    await until(lambda: len(vendor.requests) == 1)
    [_, waiting] = await told(do, aiko, room)
    assert waiting.answer is not None
    assert (waiting.answer.status, waiting.text) == ("streaming", "a fox [[hold 0]]")
    await do(aiko, stop_answer, waiting.id)
    stopped = await drawn(do, aiko, room)
    assert stopped.answer is not None
    assert (stopped.answer.status, stopped.attachments) == ("stopped", ())
    await until(lambda: vendor.requests[0].outcome == "left")


async def test_a_process_that_ends_leaves_a_picture_to_be_tried_again(
    ai: Ai, do: Do, posting: Posting, aiko: Actor, room: Room, vendor: ScriptedVendor
):
    vendor.forget()
    await posting.post(aiko, room.id, "/image a fox [[hold 0]]")
    await until(lambda: len(vendor.requests) == 1)
    ai.writer.interrupt()
    failed = await drawn(do, aiko, room)
    assert failed.answer is not None
    assert (failed.answer.status, failed.answer.error, failed.text) == ("failed", "llm_interrupted", "a fox [[hold 0]]")


async def test_no_picture_is_drawn_without_space_for_files(
    ai: Ai, do: Do, posting: Posting, aiko: Actor, room: Room, vendor: ScriptedVendor, work: UnitOfWork,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    await posting.post(aiko, room.id, "/image a fox")
    await drawn(do, aiko, room)
    monkeypatch.setattr(work, "policy", replace(work.policy, quota_person_bytes=1))
    vendor.forget()
    await posting.post(aiko, room.id, "/image a bear")
    failed = await drawn(do, aiko, room)
    assert failed.answer is not None
    assert failed.answer.error == "quota_person_full"
    assert not vendor.requests


async def test_a_picture_that_cannot_be_kept_has_cost_what_it_did(
    ai: Ai, do: Do, posting: Posting, aiko: Actor, room: Room, gateway: Gateway, work: UnitOfWork,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    gateway.connect([], {DRAWER: ModelChoiceView(price_in=500, price_out=4_000)})
    monkeypatch.setattr(work, "policy", replace(work.policy, quota_person_bytes=10))
    await posting.post(aiko, room.id, "/image a fox")
    failed = await drawn(do, aiko, room)
    assert failed.answer is not None
    assert (failed.answer.error, failed.attachments) == ("quota_person_full", ())
    async with work.begin() as ctx:
        run = await ctx.db.scalar(select(AiRun).where(AiRun.message_id == failed.id))
    assert run is not None
    assert run.cost == (5 * 500 + 1_000 * 4_000) // 100
