"""Files that wait in the composer: put in order, described, and kept."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Locator, Route, expect

from chat_app.core.access.permissions import Role
from tests.browser.test_phone import PHONE, small_targets
from tests.browser.visitor import Arrive, Visitor
from tests.support.axe import violations
from tests.support.factory import Factory

Make = Callable[..., list[Path]]

NAMES = ("one.png", "two.png", "three.png")


@pytest.fixture
def pictures(tmp_path: Path) -> Make:
    """Makes pictures of different colours."""

    def make(*names: str) -> list[Path]:
        for name, color in zip(names, ("teal", "orange", "navy"), strict=False):
            Image.new("RGB", (320, 240), color).save(tmp_path / name)
        return [tmp_path / name for name in names]

    return make


async def choose(person: Visitor, files: list[Path]) -> Locator:
    """Choose files, and return their names once all are there."""
    await person.page.locator("input[type=file]#file-picker").set_input_files([str(each) for each in files])
    await expect(person.page.locator(".chosen-file").get_by_text("bytes")).to_have_count(len(files))
    return person.page.locator(".chosen-file .chosen-about > .truncate")


async def middle(item: Locator) -> tuple[float, float]:
    box = await item.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_files_are_put_in_order_and_described_before_they_are_sent(
    arrive: Arrive, make: Factory, pictures: Make
) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben")
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben.actor}, ai_rule="never")
    for person in (aiko, ben):
        await person.enter(room)
    page = aiko.page
    await expect(page.get_by_role("button", name="Attach files")).to_be_visible()
    await expect(page.get_by_role("button", name="Take a photo")).to_have_count(0)  # only where one touches
    aiko.expects("409")  # what is asked after the reload may still be examined
    names = await choose(aiko, pictures(*NAMES))
    await page.get_by_role("button", name="Move three.png up").press("Enter")
    await expect(names).to_have_text(["one.png", "three.png", "two.png"])
    await expect(page.get_by_role("status").filter(has_text="three.png is now 2 of 3")).to_have_count(1)
    await page.keyboard.press("Enter")  # the button is still there
    await expect(names).to_have_text(["three.png", "one.png", "two.png"])
    handles = page.locator(".chosen-handle")
    await page.mouse.move(*await middle(handles.first))
    await page.mouse.down()
    await page.mouse.move(*await middle(handles.last), steps=8)
    await expect(names).to_have_text(["one.png", "two.png", "three.png"])
    await page.keyboard.press("Escape")
    await expect(names).to_have_text(["three.png", "one.png", "two.png"])
    await page.mouse.up()
    caption = page.get_by_label("Caption of two.png")
    await caption.press_sequentially("A lighthouse at dusk")
    await caption.press("Alt+ArrowUp")
    await expect(names).to_have_text(["three.png", "two.png", "one.png"])
    await expect(caption).to_be_focused()
    await expect(caption).to_have_value("A lighthouse at dusk")
    assert await violations(page) == []
    await page.reload()
    await expect(names).to_have_text(["three.png", "two.png", "one.png"])
    await expect(caption).to_have_value("A lighthouse at dusk")
    await page.get_by_label("Caption of one.png").fill("The harbour")
    await page.get_by_label("Caption of one.png").press("Enter")
    await expect(aiko.composer).to_be_focused()
    await aiko.say("Our walk")
    for person in (aiko, ben):
        shown = person.message("Our walk")
        await expect(shown.locator("li.file")).to_have_text(["", "A lighthouse at dusk", "The harbour"])
        await expect(shown.get_by_role("button", name="View three.png")).to_be_visible()
    await ben.message("Our walk").get_by_role("button", name="View A lighthouse at dusk").click()
    viewer = ben.page.get_by_role("dialog", name="two.png")
    await expect(viewer.get_by_text("A lighthouse at dusk")).to_be_visible()
    assert await violations(ben.page) == []
    found = await aiko.api.get("/search", params={"q": "lighthouse"})
    assert [hit["message"]["text"] for hit in found.json()["items"]] == ["Our walk"]


async def test_tabs_of_a_person_show_one_order_and_one_caption(arrive: Arrive, make: Factory, pictures: Make) -> None:
    aiko = await arrive("Aiko")
    aiko.expects("404", "409")  # what the second tab resumes may be examined for the first, or whole by now
    room = await make.room({Role.MASTER: aiko.actor}, ai_rule="never")
    await aiko.enter(room)
    names = await choose(aiko, pictures(*NAMES))
    other = await aiko.new_page()
    await other.goto(aiko.page.url)
    theirs = other.locator(".chosen-file .chosen-about > .truncate")
    await expect(theirs).to_have_text([*NAMES])
    await aiko.page.get_by_role("button", name="Move three.png up").press("Enter")
    await expect(theirs).to_have_text(["one.png", "three.png", "two.png"])
    await other.get_by_label("Caption of two.png").fill("A lighthouse")
    await expect(aiko.page.get_by_label("Caption of two.png")).to_have_value("A lighthouse")
    await aiko.page.get_by_label("Caption of one.png").fill("The harbour")
    await expect(other.get_by_label("Caption of one.png")).to_have_value("The harbour")
    await aiko.say("Our walk")
    shown = aiko.message("Our walk").locator("li.file")
    await expect(shown).to_have_text(["The harbour", "", "A lighthouse"])
    await expect(names).to_have_count(0)
    await expect(theirs).to_have_count(0)


async def test_a_caption_is_saved_once_the_connection_is_back(arrive: Arrive, make: Factory, pictures: Make) -> None:
    aiko = await arrive("Aiko")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    aiko.expects("ERR_")
    refused: list[Route] = []

    async def drop(route: Route) -> None:
        refused.append(route)
        await (route.abort() if route.request.method == "PATCH" and len(refused) < 2 else route.continue_())

    await aiko.page.route("**/attachments/*", drop)
    await choose(aiko, pictures("one.png"))
    await aiko.page.get_by_label("Caption of one.png").fill("Late words")
    await aiko.say("Here")
    await expect(aiko.message("Here").get_by_text("Late words")).to_be_visible()
    assert len(refused) >= 2


async def test_a_phone_in_japanese_moves_and_describes_files(arrive: Arrive, make: Factory, pictures: Make) -> None:
    aiko = await arrive("愛子", **PHONE, locale="ja-JP")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    page = aiko.page
    one, *others = pictures(*NAMES)
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="写真を撮る").tap()
    camera = await choosing.value
    assert [await camera.element.get_attribute(name) for name in ("capture", "accept")] == ["environment", "image/*"]
    await camera.set_files(one)
    await page.locator("input[type=file]#file-picker").set_input_files([str(each) for each in others])
    names = page.locator(".chosen-file .chosen-about > .truncate")
    await expect(names).to_have_text([*NAMES])
    await expect(names.last).to_be_in_viewport()  # of a list that shows two
    sizes = page.locator(".chosen-file").get_by_role("status")
    await expect(sizes).to_have_text([re.compile(r"^\d")] * 3)  # what shows how far a file is has a height of its own
    await page.get_by_role("button", name="two.pngを上へ移動").tap()
    await expect(names).to_have_text(["two.png", "one.png", "three.png"])
    fingers = await aiko.context.new_cdp_session(page)
    (x, y), (_, below) = [await middle(page.locator(".chosen-handle").nth(n)) for n in (0, 1)]
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x, "y": (y + below) / 2}]),
        ("touchMove", [{"x": x, "y": below}]),
        ("touchEnd", []),
    ):
        await fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    await expect(names).to_have_text(["one.png", "two.png", "three.png"])
    await page.get_by_label("one.pngの説明").fill("夕暮れの灯台")
    assert await small_targets(aiko) == []
    assert await violations(page) == []
    await page.get_by_role("button", name="送信").click()
    await expect(aiko.feed.get_by_text("夕暮れの灯台")).to_be_visible()
    assert await violations(page) == []


FULL = """() => {
  IDBObjectStore.prototype.put = function () { throw new DOMException("", "QuotaExceededError"); };
}"""


async def test_a_browser_without_space_says_so_and_sends(arrive: Arrive, make: Factory, pictures: Make) -> None:
    aiko = await arrive("Aiko")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    await aiko.page.evaluate(FULL)
    await choose(aiko, pictures("one.png"))
    note = aiko.page.get_by_role("status").filter(has_text="This browser has no space to keep these files.")
    await expect(note).to_be_visible()
    assert await violations(aiko.page) == []
    await aiko.say("Sent at once")
    await expect(aiko.message("Sent at once").get_by_role("button", name="View one.png")).to_be_visible()
    await expect(note).to_have_count(0)


async def test_a_browser_that_keeps_nothing_sends_files(arrive: Arrive, make: Factory, pictures: Make) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.add_init_script(
        "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }"
    )
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    await choose(aiko, pictures("one.png"))
    await expect(aiko.page.get_by_text("This browser has no space to keep these files.")).to_be_visible()
    await aiko.say("Sent all the same")
    await expect(aiko.message("Sent all the same").get_by_role("button", name="View one.png")).to_be_visible()


ONLY_BYTES = """(() => {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (row, key) {
    if (row.file instanceof Blob) throw new DOMException("Error preparing Blob/File data", "UnknownError");
    return put.call(this, row, key);
  };
})()"""
"""As private windows of Safari do."""


async def test_a_browser_that_keeps_no_files_keeps_their_bytes(arrive: Arrive, make: Factory, pictures: Make) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.add_init_script(ONLY_BYTES)
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    await close_database(aiko)
    aiko.expects("ERR_")
    await aiko.page.route("**/attachments", lambda route: route.abort())  # the server has not even heard of it
    await aiko.page.locator("input[type=file]#file-picker").set_input_files([str(each) for each in pictures("one.png")])
    await expect(aiko.page.locator(".chosen-file")).to_contain_text("Waiting for the connection…")
    await aiko.page.unroute("**/attachments")
    await aiko.page.reload()
    await aiko.say("After a reload")
    await expect(aiko.message("After a reload").get_by_role("button", name="View one.png")).to_be_visible()


async def close_database(person: Visitor) -> None:
    """Close the open database, as Safari does at times: the next use opens another connection."""
    wire = await person.context.new_cdp_session(person.page)
    origin = await person.page.evaluate("location.origin")
    await wire.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "indexeddb"})
