"""Files: chosen, pasted and dropped, uploaded while one writes, shown to all, and looked at."""

import asyncio
import base64
import mimetypes
import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from playwright.async_api import Route, expect

from chat_app.core.access.permissions import Role
from tests.adapters.media import made
from tests.browser.looks import DARK, DESKTOP, NARROW, boxes, seen, take_on
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
        await expect(shown.locator("img")).to_have_js_property("naturalWidth", 480 if person is aiko else 270)
        assert await shown.evaluate("({ offsetWidth: w, offsetHeight: h }) => [w, h]") == [270, 360]
    await ben.message("Look").get_by_role("button", name="View beach.jpg").click()
    viewer = ben.page.get_by_role("dialog", name="beach.jpg")
    image = viewer.get_by_role("img")
    await expect(image).to_have_js_property("naturalWidth", 480)
    await image.click(position={"x": 240, "y": 600})
    await expect(image).to_have_js_property("clientWidth", 960)
    await ben.page.wait_for_function("(each) => each.parentNode.scrollTop > 300", arg=await image.element_handle())
    for key, width in (("-", 480), ("+", 960), ("0", 480)):
        await ben.page.keyboard.press(key)
        await expect(image).to_have_js_property("clientWidth", width)
    async with ben.page.expect_download() as downloading:
        await viewer.get_by_role("link", name="Download beach.jpg").click()
    kept = Image.open(await (await downloading.value).path())
    assert (kept.size, dict(kept.getexif())) == ((480, 640), {})
    assert await violations(ben.page) == []
    await ben.page.keyboard.press("Escape")
    await expect(viewer).to_be_hidden()


async def test_a_lone_picture_keeps_its_proportions_beside_other_files_before_it_is_there(
    arrive: Arrive, make: Factory, picture: Make, tmp_path: Path
) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben")
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben.actor}, ai_rule="never")
    (tmp_path / "notes.txt").write_text("The lighthouse")
    released = asyncio.Event()

    async def hold(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await ben.page.route("**/thumbnail*", hold)
    for person in (aiko, ben):
        await person.enter(room)
    await choose(aiko, picture(size=(640, 480)), tmp_path / "notes.txt")
    await expect(aiko.page.locator(".chosen-file").get_by_role("status")).to_have_text([re.compile("B$"), "14 bytes"])
    await aiko.say("Look")
    await expect(aiko.page.locator(".chosen-file")).to_have_count(0)
    await aiko.say("And then")
    shown = ben.message("Look").get_by_role("button", name="View beach.jpg")
    await expect(ben.message("Look").get_by_text("notes.txt")).to_be_visible()
    await expect(ben.message("And then")).to_be_visible()
    places = await boxes(shown, ben.message("Look"), ben.message("And then"))
    assert round(places[0]["width"] / places[0]["height"], 2) == 1.33
    assert await shown.locator("img").evaluate("({ complete }) => complete") is False
    released.set()
    await expect(shown.locator("img")).to_have_js_property("complete", True)
    await expect(shown.locator("img")).not_to_have_js_property("naturalWidth", 0)
    assert places == await boxes(shown, ben.message("Look"), ben.message("And then"))


DROP = """([element, type, name, content, mime]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(content), (each) => each.charCodeAt(0))], name, { type: mime }));
  const given = type === "paste" ? { clipboardData: data } : { dataTransfer: data };
  const Kind = type === "paste" ? ClipboardEvent : DragEvent;
  element.dispatchEvent(new Kind(type, { bubbles: true, cancelable: true, ...given }));
}"""


async def give(person: Visitor, event: str, file: Path) -> None:
    """Drop a file on the composer, or paste it there."""
    content, mime = base64.b64encode(file.read_bytes()).decode(), mimetypes.guess_type(file)[0]  # noqa: ASYNC240
    target = await person.composer.element_handle()
    await person.page.evaluate(DROP, [target, event, file.name, content, mime])


async def test_a_dense_screen_gets_the_larger_thumbnail(arrive: Arrive, make: Factory, picture: Make) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben", device_scale_factor=2)
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben.actor}, ai_rule="never")
    await aiko.enter(room)
    for name, size in (("large.png", (1600, 1200)), ("small.png", (200, 150))):
        await choose(aiko, picture(name, size=size))
        await aiko.say(name)
        await expect(aiko.message(name).get_by_role("button", name=f"View {name}")).to_be_visible()
    await ben.enter(room)
    source = "(each) => [new URL(each.currentSrc).pathname.split('/').at(-1), each.complete && each.naturalWidth]"
    large, small = (
        ben.feed.get_by_role("button", name=f"View {name}.png").locator("img") for name in ("large", "small")
    )
    for image in (large, small):
        await expect(image).not_to_have_js_property("naturalWidth", 0)  # one without a source yet is complete
    assert await large.evaluate("(each) => new URL(each.currentSrc).search") == "?density=2"
    assert await large.evaluate(source) == ["thumbnail", 360]  # of 720, as a dense screen counts them
    assert await small.evaluate(source) == ["thumbnail", 200]
    await aiko.page.reload()
    shown = aiko.feed.get_by_role("button", name="View large.png").locator("img")
    await expect(shown).to_have_js_property("naturalWidth", 360)
    assert await shown.evaluate("(each) => new URL(each.currentSrc).search") == ""


async def test_pasted_dropped_and_picked_files_are_sent_and_listed(
    arrive: Arrive, make: Factory, picture: Make, tmp_path: Path
) -> None:
    aiko = await arrive("Aiko")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    await give(aiko, "dragenter", picture("one.png"))
    await expect(aiko.page.get_by_text("Drop to attach")).to_be_visible()
    await give(aiko, "drop", picture("one.png"))
    await expect(aiko.page.get_by_text("Drop to attach")).to_have_count(0)
    await take_on(aiko, DARK)
    await give(aiko, "paste", picture("two.png", "orange"))
    await take_on(aiko, NARROW)
    for name, data in {"talk.mp3": made.mp3(150), "report.pdf": made.pdf(2), "way.mp4": made.mp4()}.items():
        (tmp_path / name).write_bytes(data)
    await choose(
        aiko, picture("three.png", "navy"), *(tmp_path / name for name in ("talk.mp3", "report.pdf", "way.mp4"))
    )
    chosen = aiko.page.locator(".chosen-file")
    await expect(chosen.get_by_role("status")).to_have_text([re.compile("B|bytes")] * 6)
    await seen(aiko, NARROW, DESKTOP, DARK)
    await aiko.page.locator(".composer .send").click()
    for name in ("one.png", "two.png", "three.png"):
        await expect(aiko.feed.get_by_role("button", name=f"View {name}")).to_be_visible()
    await expect(chosen).to_have_count(0)
    length = aiko.feed.locator("audio").evaluate(
        "(each) => new Promise((done) => each.readyState"
        " ? done(each.duration) : each.addEventListener('loadedmetadata', () => done(each.duration)))"
    )
    assert 3 < await length < 4
    shape = aiko.feed.locator("video").evaluate("(each) => each.clientWidth / each.clientHeight")
    assert await shape == pytest.approx(16 / 9, abs=0.02)
    await expect(aiko.feed.get_by_text("· 0:03")).to_be_visible()  # as the player counts
    await seen(aiko)
    await aiko.feed.get_by_role("button", name="View one.png").click()
    await aiko.page.keyboard.press("ArrowRight")
    viewer = aiko.page.get_by_role("dialog", name="two.png")
    await expect(viewer).to_contain_text("2 of 3")
    strip = viewer.locator(".viewer-strip")
    await aiko.page.wait_for_function(
        "(each) => each.scrollLeft === each.clientWidth", arg=await strip.element_handle()
    )
    await seen(aiko)
    await aiko.page.keyboard.press("Escape")
    await aiko.page.get_by_role("button", name="Room details").click()
    await aiko.page.get_by_role("tab", name="Details").press("ArrowRight")
    await expect(aiko.page.get_by_role("tab", name="Files", selected=True)).to_be_focused()
    panel = aiko.page.get_by_role("tabpanel", name="Files of this room")
    await expect(panel.get_by_text(".png")).to_have_text(["three.png", "two.png", "one.png"])
    await expect(panel).to_contain_text(re.compile(r"This room: [\d.]+ kB · Yours, in all rooms: [\d.]+ kB"))
    await panel.get_by_role("button", name="Hide two.png from AI").click()
    await expect(panel.get_by_role("button", name="Show two.png to AI")).to_be_visible()
    await expect(aiko.feed.get_by_text("Hidden from AI")).to_be_visible()
    await seen(aiko, DESKTOP, DARK)
    await panel.get_by_label("Type of files").select_option("archive")
    await expect(panel).to_contain_text("No results.")
    await panel.get_by_label("Type of files").select_option("")
    await choose(aiko, picture("four.png", "plum"))
    await aiko.say("One more")
    await expect(panel.get_by_text(".png")).to_have_text(["four.png", "three.png", "two.png", "one.png"])
    await take_on(aiko, NARROW)  # where the details lie over the messages
    await aiko.page.get_by_role("button", name="Room details").click()
    await seen(aiko, NARROW)
    await panel.get_by_text("one.png").click()
    await aiko.page.wait_for_url("**?m=*")
    await expect(panel).to_be_hidden()


PLACES = """(each) => [...each.querySelectorAll("li.image")].map((one) => {
  const { left, right, top, bottom } = one.getBoundingClientRect();
  return [left, right, top, bottom].map(Math.round);
})"""


UNFILLED = """(each) => [...each.querySelectorAll(".file-picture")].map((place) => [place, place.firstChild])
  .map((both) => both.map((one) => [one.clientWidth, one.clientHeight].join()))
  .filter(([place, picture]) => place !== picture)"""
"""Places whose picture is smaller or larger."""


async def test_pictures_stand_in_whole_rows_before_and_after_they_are_there(
    arrive: Arrive, make: Factory, picture: Make
) -> None:
    aiko = await arrive("Aiko")
    room = await make.room({Role.MASTER: aiko.actor}, ai_rule="never")
    shown = {"mime_type": "image/png", "kind": "image", "size": 1, "width": 640, "height": 480, "thumbnails": 1}
    for count in range(1, 9):
        files = [{"id": str(uuid4()), "name": f"{count}-{n}.png", **shown} for n in range(count)]
        await make.message(room, aiko.actor, f"{count} pictures", attachments=files)
    released, data = asyncio.Event(), await asyncio.to_thread(picture("a.png").read_bytes)

    async def hold(route: Route) -> None:
        await released.wait()
        await route.fulfill(body=data, content_type="image/png")

    await aiko.page.route("**/thumbnail*", hold)
    await aiko.enter(room)
    for look in (NARROW, DESKTOP):
        await take_on(aiko, look)
        assert await aiko.page.evaluate("document.documentElement.scrollWidth") == look.size[0]
        for count in range(2, 9):
            places = await aiko.message(f"{count} pictures").evaluate(PLACES)
            rows = [[each for each in places if each[2] == top] for top in sorted({each[2] for each in places})]
            assert [len(row) for row in rows] == ROWS[count]
            assert {(row[0][0], row[-1][1]) for row in rows} == {(places[0][0], max(each[1] for each in places))}
    before = [await aiko.message(f"{count} pictures").evaluate(PLACES) for count in (7, 8)]
    released.set()
    await expect(aiko.message("8 pictures").locator("img").last).not_to_have_js_property("naturalWidth", 0)
    assert before == [await aiko.message(f"{count} pictures").evaluate(PLACES) for count in (7, 8)]
    assert await aiko.feed.evaluate(UNFILLED) == []


ROWS = {2: [2], 3: [3], 4: [2, 2], 5: [2, 3], 6: [3, 3], 7: [2, 2, 3], 8: [2, 3, 3]}


async def test_refused_file_shows_reason_and_does_not_block_others(
    arrive: Arrive, make: Factory, picture: Make, tmp_path: Path
) -> None:
    aiko = await arrive("Aiko")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    aiko.expects("422")
    strange = tmp_path / "photo.png"
    strange.write_bytes(b"no picture at all")
    photo = tmp_path / "photo.heic"
    photo.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    await choose(aiko, photo)
    await expect(aiko.page.locator(".chosen-file.failed")).to_contain_text("HEIC pictures can’t be shown here.")
    await aiko.page.get_by_role("button", name="Remove photo.heic").click()
    await choose(aiko, strange, picture("fine.png"))
    failed = aiko.page.locator(".chosen-file.failed")
    await expect(failed).to_contain_text("The file’s contents don’t match its name or type.")
    await expect(failed.get_by_role("button", name="Try photo.png again")).to_have_count(0)
    await expect(failed.locator("img")).to_have_count(0)  # a broken picture says nothing
    await seen(aiko)
    await aiko.composer.fill("Here")
    await aiko.composer.press("Enter")
    await expect(aiko.page.locator("#composer-error")).to_contain_text("A file could not be sent")
    await expect(aiko.composer).to_have_value("Here")
    await failed.get_by_role("button", name="Remove photo.png").click()
    await aiko.composer.press("Enter")
    await expect(aiko.message("Here").get_by_role("button", name="View fine.png")).to_be_visible()


async def test_files_chosen_at_home_are_in_a_new_chat_and_outlive_a_reload(arrive: Arrive, picture: Make) -> None:
    aiko = await arrive("Aiko")
    aiko.expects("409")  # what the page asks after the reload may still be examined for the one before
    await aiko.page.goto("/")
    await aiko.composer.fill("What is this? [[say A beach]]")
    await choose(aiko, picture())
    await aiko.page.wait_for_url("**/r/*")
    await expect(aiko.page.locator(".chosen-file")).to_contain_text("5.5 kB")
    await aiko.page.reload()
    await expect(aiko.page.locator(".chosen-file")).to_contain_text("5.5 kB")
    await expect(aiko.composer).to_have_value("What is this? [[say A beach]]")
    await aiko.composer.press("Enter")
    await expect(aiko.message("What is this?").get_by_role("button", name="View beach.jpg")).to_be_visible()
    await expect(aiko.answer_text).to_have_text("A beach")
    await aiko.page.reload()
    await expect(aiko.answer_text).to_have_text("A beach")
    await expect(aiko.page.locator(".chosen-file")).to_have_count(0)


async def test_an_upload_goes_on_once_the_connection_is_back(arrive: Arrive, make: Factory, picture: Make) -> None:
    aiko = await arrive("Aiko")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    aiko.expects("ERR_", "WebSocket")
    refused: list[Route] = []

    async def drop(route: Route) -> None:
        refused.append(route)
        await (route.abort() if len(refused) < 2 else route.continue_())

    await aiko.page.route("**/files/*", drop)
    await choose(aiko, picture("late.png"))
    await expect(aiko.page.locator(".chosen-file")).to_contain_text("Waiting for the connection…")
    await aiko.composer.fill("Late")
    await aiko.composer.press("Enter")
    await expect(aiko.message("Late").get_by_role("button", name="View late.png")).to_be_visible()
    assert len(refused) >= 2


async def test_a_file_dropped_while_a_chat_begins_goes_to_its_room(arrive: Arrive, picture: Make) -> None:
    aiko = await arrive("Aiko")
    await aiko.page.goto("/")
    await aiko.composer.fill("First [[say Yes]]")
    first = picture("soon.png")
    await aiko.page.evaluate(STARTS, [base64.b64encode(await asyncio.to_thread(first.read_bytes)).decode()])
    await aiko.page.wait_for_url("**/r/*")
    await expect(aiko.page.locator(".chosen-file")).to_contain_text("kB")
    await expect(aiko.answer_text).to_have_text("Yes")
    await aiko.composer.fill("Second")
    await aiko.composer.press("Enter")
    await expect(aiko.message("Second").get_by_role("button", name="View soon.png")).to_be_visible()


STARTS = """([content]) => {
  document.querySelector(".composer .send").click();
  const data = new DataTransfer();
  const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
  data.items.add(new File([bytes], "soon.png", { type: "image/png" }));
  document.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
}"""
"""Sends what was written, and drops a file before the server has heard of it."""
