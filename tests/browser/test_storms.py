"""Providers that stall or refuse many at once, and a gateway that dies between two rounds of tools: everybody ends with
the same text and a clear status.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.messages.tables import LIVE
from tests.adapters.llm.conftest import TOKEN
from tests.browser.conftest import factory_of
from tests.browser.remote import CallIn, Remote
from tests.browser.test_tool_calls import SEND, TOOLS, line
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.gateway.conftest import GatewayProcess
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import ROOT, Site
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

SUPPORT = ROOT / "tests" / "support"
STALLED = "The model stopped responding. Try again."
REFUSED = "Too many requests to the model. Try again in a moment."
AWAY = "Can’t reach the model."


@pytest.fixture(scope="module")
def vendor() -> Iterator[ScriptedVendor]:
    with ScriptedVendor(models=("first", "second", "third", "tooled")) as vendor:
        yield vendor


@pytest.fixture(scope="module")
def process(vendor: ScriptedVendor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    hasty = {"PYTHONPATH": f"{SUPPORT / 'hasty'}:{ROOT}"}
    process = GatewayProcess(vendor.url, tmp_path_factory.mktemp("gateway") / "gateway.log", **hasty)
    process.start()
    yield process
    if process.process:
        process.kill()


@pytest.fixture(scope="module")
def shared_site(
    databases: Databases, process: GatewayProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    settings = {"PARLEY_LLM_GATEWAY": f"grpc://{process.target}", "PARLEY_LLM_GATEWAY_TOKEN": TOKEN}
    path = f"{SUPPORT / 'tooled'}:{ROOT}"
    site = Site(databases.create(), tmp_path_factory.mktemp("site"), **settings, PYTHONPATH=path)
    site.start()
    yield site
    site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        await factory.user()
        yield factory


@pytest.fixture(autouse=True)
def _forgotten(vendor: ScriptedVendor) -> None:
    vendor.forget()


async def answers_of(person: Visitor | Remote, room: Any) -> list[tuple[str, str, str | None]]:
    """Return the text, the status and the error of each answer in a room, as REST has them for a person.

    An answer has all its words a moment before it ends, so that this waits until none is live.
    """

    async def ended() -> list[tuple[str, str, str | None]] | None:
        items = (await person.api.get(f"/rooms/{getattr(room, 'id', room)}/messages")).json()["items"]
        found = [(each["text"], each["ai"]["status"], each["ai"].get("error")) for each in items if each.get("ai")]
        return None if any(status in LIVE for _, status, _ in found) else found

    return await until(ended)


async def test_provider_stalls_before_within_and_after_the_headers(meet: Meet) -> None:
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"])
    await aiko.say("@first [[silence 2 once]] [[say One two three]]")
    await aiko.say("@second [[silence 0]]")
    await aiko.say("@third [[slow 60]]")
    await expect(aiko.answers.get_by_text(STALLED)).to_have_count(3)
    await expect(aiko.answer_text.first).to_have_text("One two")
    await expect(aiko.answers.get_by_role("button", name="Stop")).to_have_count(0)
    await aiko.answers.first.get_by_role("button", name="Try again").click()
    await expect(aiko.answer_text.first).to_have_text("One two three")
    await expect(aiko.answers.get_by_text(STALLED)).to_have_count(2)
    failed = ("", "failed", "llm_timeout")
    assert await answers_of(aiko, room) == await answers_of(ben, room)
    assert await answers_of(ben, room) == [("One two three", "complete", None), failed, failed]


async def test_storm_of_refusals_is_waited_for_fallen_back_from_or_told_and_passes(
    arrive: Arrive, call_in: CallIn, make: Factory
) -> None:
    with ScriptedVendor(models=("narrow",)) as narrow:
        narrow.is_ollama = False
        aiko, ben, chloe = await arrive("Aiko"), await arrive("Ben"), await call_in("Chloé")
        async with make.work.begin() as ctx:
            (await ctx.db.get_one(User, aiko.actor.user_id)).site_roles = ["admin"]
        for each in (await aiko.api.get("/admin/connections")).json()["items"]:  # what a test that failed has left
            if each["id"]:
                await aiko.api.delete(f"/admin/connections/{each['id']}")
        body = {"kind": "compatible", "name": "Narrow", "base_url": narrow.url, "at_once": 1}
        created = (await aiko.api.post("/admin/connections", json=body)).json()
        ai = {"ai_rule": "always", "ai_model": "narrow/narrow"}
        first = await make.room({Role.MASTER: chloe.actor}, **ai)
        backed = await make.room({Role.MASTER: aiko.actor}, **ai, ai_fallback_model="compatible/second")
        bare = await make.room({Role.MASTER: ben.actor}, **ai)
        await aiko.enter(backed)
        await ben.enter(bare)
        asked = {"text": "[[hold 1]] [[say At last]]"}
        assert (await chloe.api.post(f"/rooms/{first.id}/messages", json=asked)).is_success
        await until(lambda: narrow.requests)
        await aiko.say("[[say Here I am]]")
        await expect(aiko.answers).to_contain_text("Waiting for an earlier answer…")
        await ben.say("[[say Me too]]")
        await expect(ben.answers).to_contain_text("Waiting for 2 earlier answers…")
        narrow.overloaded = "1"
        narrow.release()
        await expect(aiko.answer_text).to_have_text("Here I am")
        await expect(aiko.answers).to_contain_text("Answered by second, because narrow couldn’t answer.")
        await expect(ben.answers).to_contain_text(REFUSED)
        assert [each.outcome for each in narrow.requests] == ["complete", *["failed"] * 6]
        narrow.overloaded = "3600"
        await ben.answers.get_by_role("button", name="Try again").click()
        await until(lambda: len(narrow.requests) == 8)
        await expect(ben.answers).to_contain_text(REFUSED)
        narrow.overloaded = None
        await ben.answers.get_by_role("button", name="Try again").click()
        await expect(ben.answer_text).to_have_text("Me too")
        await expect(ben.answers.get_by_role("alert")).to_have_count(0)
        assert await answers_of(chloe, first) == [("At last", "complete", None)]
        assert len(narrow.requests) == 9
        await aiko.api.delete(f"/admin/connections/{created['id']}")


async def test_gateway_killed_between_two_rounds_of_tools_is_told_and_the_next_try_goes_on(
    meet: Meet, process: GatewayProcess
) -> None:
    if process.process is None:
        process.start()
    room, aiko, ben = await meet("Aiko", "Ben", apart=["Ben"], ai_model="compatible/tooled", ai_tools=TOOLS)
    await ben.say(f"{SEND} [[lead Let me see.]]")
    approve = aiko.answers.get_by_role("button", name="Approve", exact=True)
    await expect(approve).to_be_visible()
    process.kill()
    await approve.click()
    await expect(line(aiko, "Calculated 6*7 approved by Aiko")).to_be_visible()
    await expect(aiko.answers).to_contain_text(AWAY)
    await expect(aiko.answer_text).to_have_text("Let me see.")
    assert await answers_of(aiko, room) == [("Let me see.", "failed", "llm_unavailable")]
    process.start()
    await aiko.answers.get_by_role("button", name="Try again").click()
    await expect(approve).to_be_visible()
    process.kill()
    process.start()
    await approve.click()
    await expect(aiko.answer_text).to_contain_text("It is 42.")
    await expect(aiko.answers.get_by_role("alert")).to_have_count(0)
    await expect(aiko.answers.locator(".tool-calls button")).to_have_count(1)
    assert await answers_of(aiko, room) == await answers_of(ben, room)
    assert await answers_of(ben, room) == [("Let me see.\n\nIt is 42.", "complete", None)]
