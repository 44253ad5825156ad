"""Pictures for models, in people's browsers: one that sees them, and one that does not."""

from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.browser.conftest import factory_of
from tests.browser.visitor import Meet
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import Site
from tests.vendor.server import ScriptedVendor


@pytest.fixture(scope="module")
def shared_vendor() -> Iterator[ScriptedVendor]:
    with ScriptedVendor(models=("blind", "seeing")) as vendor:
        yield vendor


@pytest.fixture(scope="module")
def shared_site(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, shared_vendor: ScriptedVendor
) -> Iterator[Site]:
    site = Site(databases.create(), tmp_path_factory.mktemp("site"), COMPATIBLE_BASE_URL=f"{shared_vendor.url}/v1")
    site.start()
    yield site
    site.leave()


@pytest.fixture(scope="module")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        yield factory


def picture(name: str, width: int, height: int) -> Any:
    output = BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(output, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": output.getvalue()}


async def test_note_says_that_model_cannot_see_picture(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    note = aiko.page.locator(".composer-note").last
    await aiko.page.set_input_files("#file-picker", picture("cat.png", 400, 300))
    await expect(aiko.page.get_by_role("list", name="Files of this message").get_by_text("cat.png")).to_be_visible()
    await expect(note).to_be_empty()  # nobody asks the AI
    await aiko.composer.fill("@ai what is this?")
    await expect(note).to_have_text("blind can’t see pictures")
    await aiko.composer.fill("@seeing what is this?")
    await expect(note).to_be_empty()
    await aiko.composer.fill("@ai what is this?")
    await expect(note).to_have_text("blind can’t see pictures")
    await aiko.page.get_by_role("button", name="Remove cat.png").click()
    await expect(note).to_be_empty()


async def test_a_picture_that_is_sent_reaches_a_model_that_sees_in_a_size_that_it_takes(
    meet: Meet, shared_vendor: ScriptedVendor
) -> None:
    _, aiko = await meet("Aiko")
    await aiko.page.set_input_files("#file-picker", [picture("small.png", 400, 300), picture("large.png", 4000, 1000)])
    await aiko.say("@seeing Which? [[image]]")
    await expect(aiko.answer_text).to_contain_text("image/png")
    await expect(aiko.answer_text).to_contain_text("image/jpeg")
    request = shared_vendor.asked("Which? [[image]]")
    small, large = [Image.open(BytesIO(data)) for _, data in request.images]
    assert (small.size, large.size) == ((400, 300), (1568, 392))
    assert 'file 2: "large.png", PNG picture, 4000 × 1000; it is attached]' in request.turns[-1][1]
