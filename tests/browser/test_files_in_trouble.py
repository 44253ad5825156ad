"""Files while the server dies, the disk loses them, another tab sends them, and their person leaves."""

import asyncio
import base64
import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Locator, Route, expect

from chat_app.core.access.permissions import Role
from tests.browser.looks import seen
from tests.browser.visitor import Arrive, Visitor
from tests.support.factory import Factory
from tests.support.site import Site

LOST = ("WebSocket", "ERR_", "Failed to load resource")

Make = Callable[..., Path]


@pytest.fixture
def note(tmp_path: Path) -> Make:
    """Makes a text file of so many bytes."""

    def make(name: str = "note.txt", size: int = 2_000) -> Path:
        (tmp_path / name).write_bytes(b"word " * (size // 5))
        return tmp_path / name

    return make


@pytest.fixture
async def aiko(arrive: Arrive, make: Factory) -> Visitor:
    """A person in a room of her own."""
    aiko = await arrive("Aiko")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    aiko.expects(*LOST)
    return aiko


async def choose(person: Visitor, file: Path) -> None:
    await person.page.locator("input[type=file]#file-picker").set_input_files(str(file))


def chosen(person: Visitor) -> Locator:
    return person.page.locator(".chosen-file")


class Held:
    """Requests that wait for the test."""

    def __init__(self) -> None:
        self.came, self.may = asyncio.Event(), asyncio.Event()

    async def __call__(self, route: Route) -> None:
        self.came.set()
        await self.may.wait()
        await route.continue_()


async def test_a_message_that_waits_for_its_files_outlives_the_server(aiko: Visitor, site: Site, note: Make) -> None:
    part = Held()
    await aiko.page.route("**/files/*", part)
    await choose(aiko, note("large.txt", 9_000_000))
    await aiko.composer.fill("Here it is")
    await aiko.composer.press("Enter")
    await part.came.wait()
    site.stop(signal.SIGKILL)
    part.may.set()
    await expect(chosen(aiko)).to_contain_text("Waiting for the connection…")
    await choose(aiko, note("second.txt"))  # of which the server has not even heard
    await asyncio.to_thread(site.start)
    await expect(aiko.message("Here it is").get_by_role("link", name="large.txt").first).to_be_visible(timeout=40_000)
    await expect(aiko.message("Here it is").get_by_role("link", name="second.txt").first).to_be_visible()
    await expect(aiko.composer).to_have_value("")
    await aiko.page.reload()
    await expect(aiko.message("Here it is")).to_have_count(1)
    await expect(chosen(aiko)).to_have_count(0)


def part_of(url: str) -> int:
    """Return the number of the part that is sent to an address."""
    _, permit = json.loads(base64.urlsafe_b64decode(url.rpartition("/")[2].partition(".")[0] + "=="))
    return int(permit["part"])


async def test_after_a_reload_only_the_parts_that_have_not_come_are_sent(aiko: Visitor, note: Make) -> None:
    sent: list[int] = []
    is_cut = True

    async def watch(route: Route) -> None:
        sent.append(part_of(route.request.url))
        await (route.abort() if is_cut and sent[-1] == 2 else route.continue_())

    await aiko.page.route("**/files/*", watch)
    await choose(aiko, note("large.txt", 9_000_000))
    await aiko.composer.fill("Half way")
    await expect(chosen(aiko)).to_contain_text("Waiting for the connection…")
    await aiko.page.goto("about:blank")
    is_cut, before = False, len(sent)
    await aiko.page.go_back()
    await expect(chosen(aiko)).to_contain_text("MB")
    await expect(aiko.composer).to_have_value("Half way")
    await aiko.composer.press("Enter")
    await expect(aiko.message("Half way").get_by_role("link", name="large.txt").first).to_be_visible()
    assert (sent[:2], sent[before:]) == ([1, 2], [2])


async def test_bytes_that_the_storage_has_lost_are_sent_again(aiko: Visitor, site: Site, note: Make) -> None:
    complete = Held()
    await aiko.page.route("**/complete", complete)
    await choose(aiko, note())
    await complete.came.wait()
    for part in (site.log.parent / "data" / "files" / "parts").iterdir():
        part.unlink()
    complete.may.set()
    await aiko.composer.fill("Sent twice")
    await aiko.composer.press("Enter")
    await expect(aiko.message("Sent twice").get_by_role("link", name="note.txt").first).to_be_visible()


async def test_a_file_that_is_deleted_and_a_site_without_space_say_so(aiko: Visitor, note: Make) -> None:
    announced = Held()
    await aiko.page.route("**/rooms/*/attachments", announced)
    file = note("deleted.txt")
    await choose(aiko, file)
    await announced.came.wait()
    file.unlink()
    announced.may.set()
    await expect(chosen(aiko)).to_contain_text("This file was changed or deleted after you chose it.")
    await aiko.page.get_by_role("button", name="Remove deleted.txt").click()

    async def refuse(route: Route) -> None:
        await route.fulfill(status=507)

    await aiko.page.route("**/files/*", refuse)
    await choose(aiko, note())
    await expect(chosen(aiko)).to_contain_text("There is no space left for files on this site.")
    await aiko.page.unroute("**/files/*")
    await aiko.page.get_by_role("button", name="Try note.txt again").click()
    await expect(chosen(aiko)).to_contain_text("kB")


async def test_an_upload_is_given_up_while_it_goes_on(aiko: Visitor, note: Make) -> None:
    part = Held()
    await aiko.page.route("**/files/*", part)
    await choose(aiko, note())
    await part.came.wait()
    await expect(chosen(aiko).get_by_role("progressbar", name="note.txt")).to_be_visible()
    await seen(aiko)
    async with aiko.page.expect_response(lambda answer: answer.request.method == "DELETE") as deleting:
        await aiko.page.get_by_role("button", name="Remove note.txt").click()
    assert (await deleting.value).status == 204
    await expect(chosen(aiko)).to_have_count(0)
    part.may.set()
    await aiko.say("Without it")
    await expect(aiko.message("Without it").locator(".file")).to_have_count(0)


async def test_a_file_that_one_tab_has_sent_is_not_the_others_any_more(aiko: Visitor, note: Make) -> None:
    await choose(aiko, note())
    await expect(chosen(aiko)).to_contain_text("kB")
    other = await aiko.new_page()
    await other.goto(aiko.page.url)
    await expect(other.locator(".chosen-file")).to_contain_text("kB")
    await aiko.composer.fill("From one tab")
    await aiko.composer.press("Enter")
    await expect(other.locator(".message", has_text="From one tab")).to_be_visible()
    await expect(other.locator(".chosen-file")).to_have_count(0)


async def test_signing_out_waits_for_no_file_and_leaves_none(aiko: Visitor, note: Make) -> None:
    complete = Held()
    await aiko.page.route("**/complete", complete)
    await choose(aiko, note())
    await complete.came.wait()
    await aiko.page.get_by_role("button", name="Your account").click()
    await aiko.page.get_by_role("menuitem", name="Sign out").click()
    await aiko.page.wait_for_url("**/sign-in")
    kept = await aiko.page.evaluate(KEPT)
    complete.may.set()
    assert kept == 0


KEPT = """() => new Promise((done) => {
  const asked = indexedDB.open("parley.chosen");
  asked.onsuccess = () => {
    const count = asked.result.transaction("files").objectStore("files").count();
    count.onsuccess = () => done(count.result);
  };
})"""


async def test_storage_that_takes_no_bytes_is_told_of_and_tried_again(aiko: Visitor, note: Make) -> None:
    frozen = Held()
    await aiko.page.clock.install()
    await aiko.page.route("**/files/*", frozen)
    await choose(aiko, note())
    await aiko.composer.fill("It waits")
    await aiko.composer.press("Enter")
    for seconds in (21, 41):
        await frozen.came.wait()
        frozen.came.clear()
        await aiko.page.clock.fast_forward(seconds * 1000)
        if seconds == 21:
            await expect(chosen(aiko)).to_contain_text("Waiting for the connection…")
            await aiko.page.clock.fast_forward(2_000)
    await expect(chosen(aiko)).to_contain_text("The file can’t be sent right now. It stays here")
    await expect(aiko.composer).to_have_value("It waits")
    await aiko.page.unroute_all(behavior="ignoreErrors")  # those that are held were given up by the page
    frozen.may.set()
    await aiko.page.get_by_role("button", name="Try note.txt again").click()
    await aiko.page.clock.resume()
    await expect(chosen(aiko)).to_contain_text("kB")
