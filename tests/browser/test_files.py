"""Files: chosen, pasted and dropped, uploaded while one writes, shown to all, and looked at."""

import base64
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from chat_app.core.access.permissions import Role
from tests.browser.visitor import Arrive, Meet, Visitor
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
    await expect(chosen.get_by_role("status")).to_have_text(" kB", use_inner_text=True)
