"""Files of people and attackers: the receiver sees them, and refused ones show the reason."""

import re
from io import BytesIO
from typing import Any, Final

from PIL import Image
from playwright.async_api import expect

from chat_app.core.access.permissions import Role
from tests.adapters.media import made
from tests.browser.test_phone import PHONE
from tests.browser.visitor import Arrive
from tests.support.factory import Factory

PNG: Final = made.encoded(made.picture(), "PNG")
GOOD: Final = {
    "place.jpg": made.private_picture("JPEG"),
    "turned.jpg": made.private_picture("JPEG", 6),
    "cmyk.jpg": made.encoded(made.picture("CMYK"), "JPEG"),
    "deep.png": made.encoded(made.picture("I;16"), "PNG"),
    "moving.gif": made.animation("GIF"),
    "moving.webp": made.animation("WEBP"),
    "both.png": PNG + made.zipped({"evil.class": "x"}),
    "../../etc/passwd.png": PNG,
    "海 🙂 \u202egnp.exe.png": PNG,
    "book.pdf": made.pdf(300),
}
BAD: Final = {
    "photo.heic": (made.HEIC, "HEIC pictures can’t be shown here."),
    "bomb.zip": (made.zipped({"zeros": bytes(60_000_000)}, compresslevel=9), "This file isn’t safe to unpack"),
    "slip.zip": (made.zipped({"../../etc/cron.d/evil": "x"}), "This file isn’t safe to unpack"),
    "bomb.png": (made.png_of_size(50_000, 50_000), "This picture is larger than"),
    "cut.jpg": (made.private_picture("JPEG")[:2_000], "This file is damaged or incomplete."),
    "report.png": (made.pdf(), "The file’s contents don’t match its name or type."),
    "setup.txt": (b"MZ\x90\0" + bytes(99), "Files of this kind can’t be sent."),
    "empty.txt": (b"", "This file is empty."),
}


def given(name: str, data: bytes) -> Any:
    return {"name": name, "mimeType": "", "buffer": data}


async def test_every_kind_is_seen_on_a_phone_or_refused_with_the_reason(arrive: Arrive, make: Factory) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben", **PHONE)
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben.actor}, ai_rule="never")
    for person in (aiko, ben):
        await person.enter(room)
    aiko.expects("422")
    chosen = aiko.page.locator(".chosen-file")
    await aiko.page.set_input_files("#file-picker", [given(name, data) for name, (data, _) in BAD.items()])
    for name, (_, why) in BAD.items():
        await expect(chosen.filter(has_text=name)).to_contain_text(why, timeout=60_000)
        await aiko.page.get_by_role("button", name=f"Remove {name}").click()
    await expect(chosen).to_have_count(0)
    await aiko.page.set_input_files("#file-picker", [given(name, data) for name, data in GOOD.items()])
    await aiko.composer.fill("All of them")
    await aiko.page.get_by_role("button", name="Send", exact=True).click()
    for person in (aiko, ben):
        shown = person.message("All of them").locator(".file-picture img")
        await expect(shown).to_have_count(9, timeout=60_000)
        for image in await shown.all():
            await image.scroll_into_view_if_needed()
            await expect(image).not_to_have_js_property("naturalWidth", 0)
        await expect(person.message("All of them").locator(".file.pdf")).to_contain_text("300")
    files = {each["name"]: each for each in (await ben.api.get(f"/rooms/{room.id}/attachments")).json()["items"]}
    assert {re.sub(r"^.*etc.", "", name) for name in files} == {
        *(set(GOOD) - {"../../etc/passwd.png", "海 🙂 \u202egnp.exe.png"}),
        *("passwd.png", "海 🙂 gnp.exe.png"),
    }
    for name, file in files.items():
        kept = (await ben.api.get(f"{ben.site.url}{file['url']}")).content
        assert made.SECRET not in kept
        assert b"evil" not in kept
        if name == "turned.jpg":
            assert Image.open(BytesIO(kept)).size == (600, 800)
