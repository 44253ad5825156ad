"""Files: chosen, pasted and dropped, uploaded while one writes, shown to all, and looked at."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from tests.browser.visitor import Arrive, Visitor
from tests.support.axe import violations
from tests.support.factory import Factory

Make = Callable[..., Path]


@pytest.fixture
def picture(tmp_path: Path) -> Make:
    """Makes a picture of one colour, as a camera would name and turn it."""

    def make(name: str = "beach.jpg", color: str = "teal", size: tuple[int, int] = (640, 480), turned: int = 1) -> Path:
        image, exif = Image.new("RGB", size, color), Image.Exif()
        exif[0x0112] = turned
        exif.get_ifd(0x8825)[1] = "N"
        image.save(tmp_path / name, exif=exif)
        return tmp_path / name

    return make


async def choose(person: Visitor, *files: Path) -> None:
    await person.page.locator("input[type=file]#file-picker").set_input_files([str(each) for each in files])


async def test_a_picture_is_uploaded_while_one_writes_and_is_seen_by_all(
    arrive: Arrive, make: Factory, picture: Make
) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben")
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben.actor}, ai_rule="never")
    for person in (aiko, ben):
        await person.enter(room)
    await choose(aiko, picture(turned=6))
    chosen = aiko.page.get_by_role("list", name="Files of this message")
    await aiko.composer.fill("Look")
    await expect(chosen.get_by_role("status")).to_have_text("5.5 kB")
    await aiko.composer.press("Enter")
    await expect(chosen).to_have_count(0)
    for person in (aiko, ben):
        shown = person.message("Look").get_by_role("button", name="View beach.jpg")
        await expect(shown.locator("img")).to_have_js_property("naturalWidth", 480)
        assert await shown.evaluate("({ offsetWidth: w, offsetHeight: h }) => [w, h]") == [270, 360]
    await ben.page.screenshot(path="/tmp/files1.png")
    await ben.message("Look").get_by_role("button", name="View beach.jpg").click()
    viewer = ben.page.get_by_role("dialog", name="beach.jpg")
    await expect(viewer.get_by_role("img")).to_have_js_property("naturalWidth", 480)
    await ben.page.screenshot(path="/tmp/files2.png")
    async with ben.page.expect_download() as downloading:
        await viewer.get_by_role("link", name="Download beach.jpg").click()
    kept = Image.open(await (await downloading.value).path())
    assert (kept.size, dict(kept.getexif())) == ((480, 640), {})
    assert await violations(ben.page) == []
    await ben.page.keyboard.press("Escape")
    await expect(viewer).to_be_hidden()
