"""Files of text and code: the beginning in the message, the whole in the viewer, and no harm from either."""

from pathlib import Path

from playwright.async_api import Locator, expect

from chat_app.core.access.permissions import Role
from tests.browser.test_phone import PHONE, small_targets
from tests.browser.visitor import Arrive, Visitor
from tests.support.axe import violations
from tests.support.factory import Factory

CODE = 'def greet(name: str) -> str:\n    """Say hello."""\n    return f"Hello {name}"\n\n\n' + "# more\n" * 40
TROJAN = 'level = "user\u202e \u2066# admin\u2069 \u2066"\n\x1b[31mred\n'
HTML = "<img src=x onerror=\"document.title = 'owned'\"><script>document.title = 'owned'</script>\n"


async def send(person: Visitor, folder: Path, text: str, **files: str) -> Locator:
    """Send files of these contents with a message, and return it."""
    paths = []
    for name, content in files.items():
        paths.append(folder / name.replace("_", "."))
        paths[-1].write_text(content)
    await person.page.locator("input[type=file]#file-picker").set_input_files([str(each) for each in paths])
    await expect(person.page.locator(".chosen-file")).to_have_count(len(paths))
    await person.say(text)
    await expect(person.message(text).locator(".file-text")).to_have_count(len(paths), timeout=30_000)
    return person.message(text)


async def test_code_is_coloured_in_its_card_and_whole_in_the_viewer(
    arrive: Arrive, make: Factory, tmp_path: Path
) -> None:
    aiko, ben = await arrive("Aiko"), await arrive("Ben")
    room = await make.room({Role.MASTER: aiko.actor, Role.MEMBER: ben.actor}, ai_rule="never")
    for person in (aiko, ben):
        await person.enter(room)
    await send(aiko, tmp_path, "Look", greet_py=CODE, notes_txt="Milk\nBread\n")
    for person in (aiko, ben):
        card = person.message("Look").get_by_role("button", name="View greet.py")
        await expect(card.locator(".hljs-keyword").first).to_have_text("def")
    assert await violations(ben.page) == []
    await card.press("Enter")
    viewer = ben.page.get_by_role("dialog", name="greet.py")
    whole = viewer.get_by_role("group", name="greet.py")
    await expect(whole.locator(".hljs-keyword").first).to_have_text("def")
    assert await whole.inner_text() == CODE
    assert await violations(ben.page) == []
    await viewer.get_by_role("button", name="Next").click()
    await expect(ben.page.get_by_role("dialog", name="notes.txt").get_by_text("Bread")).to_be_in_viewport()
    async with ben.page.expect_download() as downloading:
        await ben.page.get_by_role("dialog").get_by_role("link", name="Download notes.txt").click()
    assert (await (await downloading.value).path()).read_text() == "Milk\nBread\n"
    await ben.page.keyboard.press("Escape")
    await expect(viewer).to_be_hidden()


async def test_hostile_texts_are_shown_and_do_nothing(arrive: Arrive, make: Factory, tmp_path: Path) -> None:
    aiko = await arrive("Aiko")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    page = aiko.page
    title = await page.title()
    long = "x" * 5_000_000
    shown = await send(aiko, tmp_path, "Beware", trojan_py=TROJAN, evil_html=HTML, line_js=long, empty_md="\n")
    trojan = shown.get_by_role("button", name="View trojan.py")
    await expect(trojan).to_have_text('level = "user⟨U+202E⟩ ⟨U+2066⟩# admin⟨U+2069⟩ ⟨U+2066⟩"\n␛[31mred')
    await expect(shown.get_by_role("button", name="View evil.html")).to_contain_text("<script>document.title")
    await expect(shown.get_by_role("button", name="View line.js")).to_have_text("x" * 160 + "…")
    assert await shown.evaluate("(each) => each.querySelectorAll('.file-text :is(img, script)').length") == 0
    assert await page.evaluate("document.documentElement.scrollWidth") == 1280
    await shown.get_by_role("button", name="View line.js").click()
    viewer = page.get_by_role("dialog", name="line.js")
    whole = viewer.get_by_role("group", name="line.js")
    await page.wait_for_function("(each) => each.innerText.length === 200_000", arg=await whole.element_handle())
    assert await whole.evaluate("(each) => each.scrollWidth <= each.clientWidth")
    rest = viewer.get_by_role("link", name="Download the whole file").first
    await rest.scroll_into_view_if_needed()
    async with page.expect_download() as downloading:
        await rest.click()
    assert (await (await downloading.value).path()).stat().st_size == len(long)
    assert await page.title() == title


async def test_a_text_that_cannot_be_loaded_is_tried_again(arrive: Arrive, make: Factory, tmp_path: Path) -> None:
    aiko = await arrive("Aiko")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    aiko.expects("ERR_")
    shown = await send(aiko, tmp_path, "Here", greet_py=CODE)
    await expect(shown.locator(".hljs-keyword").first).to_be_visible()
    await aiko.page.route("**/text", lambda route: route.abort())
    await shown.get_by_role("button", name="View greet.py").click()
    viewer = aiko.page.get_by_role("dialog", name="greet.py")
    await expect(viewer.get_by_role("alert")).to_have_text("The text could not be loaded.")
    assert await violations(aiko.page) == []
    await aiko.page.unroute("**/text")
    await viewer.get_by_role("button", name="Try again").click()
    await expect(viewer.get_by_role("group", name="greet.py")).to_contain_text("Say hello.")


async def test_a_phone_in_japanese_reads_code(arrive: Arrive, make: Factory, tmp_path: Path) -> None:
    aiko = await arrive("愛子", **PHONE, locale="ja-JP", color_scheme="dark")
    await aiko.enter(await make.room({Role.MASTER: aiko.actor}, ai_rule="never"))
    (tmp_path / "greet.py").write_text(CODE)
    await aiko.page.locator("input[type=file]#file-picker").set_input_files(str(tmp_path / "greet.py"))
    await expect(aiko.page.locator(".chosen-file")).to_have_count(1)
    await aiko.page.get_by_role("button", name="送信").tap()
    card = aiko.feed.get_by_role("button", name="greet.pyを表示")
    await expect(card.locator(".hljs-keyword").first).to_be_visible()
    assert await small_targets(aiko) == []
    assert await violations(aiko.page) == []
    await card.tap()
    await expect(aiko.page.get_by_role("dialog").get_by_role("group", name="greet.py")).to_be_visible()
    assert await violations(aiko.page) == []
