"""The AI is another process, which dies within an answer and comes back, in front of everybody."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from playwright.async_api import expect

from tests.adapters.llm.conftest import TOKEN
from tests.browser.conftest import factory_of
from tests.browser.test_answers import ASK, BEGUN, LONG
from tests.browser.visitor import Arrive, Meet
from tests.gateway.conftest import GatewayProcess
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site
from tests.vendor.server import ScriptedVendor


@pytest.fixture(scope="module")
def process(vendor: ScriptedVendor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    process = GatewayProcess(vendor.url, tmp_path_factory.mktemp("gateway") / "gateway.log")
    yield process
    if process.process:
        process.kill()


@pytest.fixture(scope="module")
def shared_site(
    databases: Databases, process: GatewayProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    settings = {"PARLEY_LLM_GATEWAY": f"grpc://{process.target}", "PARLEY_LLM_GATEWAY_TOKEN": TOKEN}
    site = Site(databases.create(), tmp_path_factory.mktemp("site"), **settings)
    site.start()
    yield site
    site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        await factory.user()
        yield factory


async def is_ready(site: Site) -> bool:
    async with aiohttp.ClientSession() as http, http.get(f"{site.url}/readyz") as answer:
        return answer.status == 200


async def test_gateway_that_was_away_from_the_start_is_used_when_it_comes(
    meet: Meet, process: GatewayProcess, site: Site
) -> None:
    assert process.process is None
    _, aiko = await meet("Aiko")
    assert await is_ready(site)
    await aiko.say("@ai Hello")
    await expect(aiko.answers).to_contain_text("Can’t reach the model")
    process.start()
    await expect(aiko.page.locator("button.ai-choice")).to_contain_text("scripted", timeout=20_000)
    await aiko.say("@ai [[say Here now]]")
    await expect(aiko.answer_text.last).to_have_text("Here now")


async def test_gateway_killed_within_an_answer_and_back_leaves_the_same_text_for_all(
    meet: Meet, arrive: Arrive, make: Factory, vendor: ScriptedVendor, process: GatewayProcess, site: Site
) -> None:
    if process.process is None:
        process.start()
    room, aiko = await meet("Aiko")
    await aiko.say(ASK)
    await expect(aiko.answer_text).to_have_text(BEGUN)
    process.kill()
    await expect(aiko.answers).to_contain_text("The answer was cut off")
    await expect(aiko.answer_text).to_have_text(BEGUN)
    assert await is_ready(site)
    chloe = await arrive("Chloé")
    await make.join(room, chloe.actor)
    await chloe.enter(room)
    await expect(chloe.answer_text).to_have_text(BEGUN)
    await aiko.say("@ai Still there?")
    await expect(chloe.answers.last).to_contain_text("Can’t reach the model")
    process.start()
    vendor.release()
    await aiko.say(ASK)
    for person in (aiko, chloe):
        await expect(person.answer_text.last).to_have_text(LONG)
        await expect(person.answer_text.first).to_have_text(BEGUN)
