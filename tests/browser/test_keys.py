"""The keyboard, and Japanese input."""

import re
from datetime import timedelta

from playwright.async_api import CDPSession, Locator, expect

from chat_app.core.accounts.tables import User
from chat_app.core.safety.tables import Report
from tests.browser.remote import CallIn
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.factory import Factory


async def keyboard(visitor: Visitor) -> CDPSession:
    return await visitor.context.new_cdp_session(visitor.page)


async def compose(keys: CDPSession, text: str) -> None:
    """Write as an input method does, before the person has accepted it."""
    await keys.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


async def press(keys: CDPSession, key: str, code: int) -> None:
    for kind in ("rawKeyDown", "keyUp"):
        await keys.send("Input.dispatchKeyEvent", {"type": kind, "key": key, "windowsVirtualKeyCode": code})


async def a_person_is_slower(visitor: Visitor) -> None:
    """Wait until a key no longer belongs to the composition that it ended."""
    now = await visitor.page.evaluate("Date.now()")
    await visitor.page.wait_for_function("now => Date.now() - now > 100", arg=now)


async def test_the_enter_that_accepts_a_conversion_never_sends(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    keys = await keyboard(aiko)
    await aiko.composer.click()
    await compose(keys, "かんじ")
    await press(keys, "Enter", 13)
    await expect(aiko.composer).to_have_value("かんじ")
    await compose(keys, "漢字")
    await press(keys, "Enter", 229)  # what an input method's key is called
    await keys.send("Input.insertText", {"text": "漢字"})
    await expect(aiko.composer).to_have_value("漢字")
    await expect(aiko.page.locator(".message")).to_have_count(0)


async def test_in_safari_the_accepting_enter_comes_after_the_composition(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.composer.fill("漢字")
    accept = """(input, key) => {
        for (const type of ["compositionstart", "compositionend"]) {
            input.dispatchEvent(new CompositionEvent(type, { bubbles: true }));
        }
        input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...key }));
    }"""
    await aiko.composer.evaluate(accept, {"keyCode": 229})
    await aiko.composer.evaluate(accept, {"keyCode": 13})
    await expect(aiko.page.locator(".message")).to_have_count(0)
    await expect(aiko.composer).to_have_value("漢字")
    await a_person_is_slower(aiko)
    await aiko.composer.press("Enter")
    await expect(aiko.message("漢字")).to_be_visible()


async def test_escape_in_a_conversion_stops_no_answer(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.say("@ai [[hold 2]]")
    await expect(aiko.answer_text).to_have_text("quiet rivers")
    keys = await keyboard(aiko)
    await compose(keys, "かな")
    await press(keys, "Escape", 27)
    await compose(keys, "")
    await a_person_is_slower(aiko)
    await expect(aiko.answers.get_by_role("button", name="Stop")).to_be_visible()
    await aiko.composer.press("Escape")
    await expect(aiko.answers.locator(".message-state")).to_contain_text("Stopped")


async def test_the_palette_goes_to_a_room_by_its_name(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    for name in ("Tea", "Coffee", "コーヒー豆"):
        await make.join(await make.room(name=name), aiko.actor)
    await aiko.page.goto("/")
    await expect(aiko.room_link("Tea")).to_be_visible()  # keys are heard once the page lives
    await aiko.page.keyboard.press("Control+k")
    palette = aiko.page.locator("#palette")
    rooms = palette.get_by_role("group", name="Recent").get_by_role("option")
    await expect(rooms).to_have_count(3)
    await expect(rooms.first).to_have_attribute("aria-selected", "true")
    await aiko.page.keyboard.press("ArrowDown")
    await expect(rooms.nth(1)).to_have_attribute("aria-selected", "true")
    chosen = await rooms.nth(1).inner_text()
    await aiko.page.keyboard.press("Enter")
    await expect(palette).to_be_hidden()
    await expect(aiko.page.locator(".room-title h1")).to_have_text(chosen)
    await aiko.page.keyboard.press("Control+k")
    await expect(rooms).to_have_count(2)  # not the one that is shown
    await aiko.page.keyboard.press("Escape")
    await aiko.page.get_by_role("link", name="New chat").first.click()
    await expect(aiko.page.get_by_text("What’s on your mind, Aiko?")).to_be_visible()
    await aiko.page.keyboard.press("Control+k")
    await expect(rooms.first).to_have_text(chosen)  # visited last
    await aiko.page.locator("#palette input").fill("ｺｰﾋｰ")  # half-width, as some type it
    found = palette.get_by_role("group", name="Rooms").get_by_role("option")
    await expect(found).to_have_text(["コーヒー豆"])
    await aiko.page.keyboard.press("Escape")
    await expect(palette).to_be_hidden()


async def test_the_palette_finds_people_messages_pages_and_actions(arrive: Arrive, make: Factory) -> None:
    aiko = await arrive("Aiko")
    await make.user(name="Benno")
    room = await make.room(name="Tea")
    await make.join(room, aiko.actor)
    await aiko.page.goto(f"/r/{room.id}")
    await aiko.say("Benno likes sencha")
    await aiko.composer.press_sequentially("See #te")
    await expect(aiko.page.get_by_role("option", name="#Tea")).to_be_visible()
    await aiko.composer.press("Enter")
    await aiko.composer.press_sequentially(":rocke")
    await aiko.page.get_by_role("option", name="🚀 rocket").click()
    await expect(aiko.composer).to_have_value("See #Tea 🚀 ")
    await aiko.composer.press("Enter")
    await expect(aiko.message("See #Tea 🚀").get_by_role("link")).to_have_attribute("href", f"/r/{room.id}")
    await aiko.page.get_by_role("link", name="New chat").first.click()
    await expect(aiko.page.get_by_text("What’s on your mind, Aiko?")).to_be_visible()
    palette, keys = aiko.page.locator("#palette"), aiko.page.keyboard
    await keys.press("Control+k")
    await keys.type("sencha")
    await palette.get_by_role("group", name="Messages").get_by_text("sencha").click()
    await expect(aiko.message("Benno likes sencha")).to_be_visible()
    await keys.press("Control+k")
    await keys.type("ダーク")  # words of the other language are known too
    await expect(palette.get_by_role("option").first).to_have_text("Dark theme")
    await keys.press("Enter")
    await expect(aiko.page.locator("html")).to_have_class(re.compile("dark"))
    await keys.press("Control+k")
    await keys.type("new room")
    await keys.press("Enter")
    await expect(aiko.page.locator("#new-room-name")).to_be_focused()
    await keys.press("Escape")
    await keys.press("Control+k")
    await keys.type("benn")
    await palette.get_by_role("group", name="People").get_by_text("Benno", exact=True).click()
    await expect(aiko.page.locator(".room-title h1")).to_have_text("Benno")


async def test_the_palette_offers_what_it_finds_where_it_opens_as_soon_as_it_has_closed(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    palette, options = aiko.page.locator("#palette"), aiko.page.locator("#palette [role=option]")
    await aiko.page.keyboard.press("Control+k")
    await expect(options.first).to_be_visible()
    await aiko.page.evaluate("""() => {
      const palette = document.getElementById("palette");
      const closed = new Promise((resolve) => palette.addEventListener("close", resolve, { once: true }));
      palette.close();
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true }));
      return closed.then(() => undefined);
    }""")
    await aiko.page.keyboard.type("new room")
    await expect(palette.get_by_role("option", name="New room", exact=True)).to_be_visible()


async def test_the_question_mark_lists_the_keys_where_nothing_is_typed(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    shortcuts = aiko.page.locator("#shortcuts")
    await aiko.composer.press("?")
    await expect(aiko.composer).to_have_value("?")
    await expect(shortcuts).to_be_hidden()
    await aiko.feed.focus()
    await aiko.page.keyboard.press("?")
    await expect(shortcuts).to_be_visible()
    await aiko.page.keyboard.press("Escape")
    await expect(shortcuts).to_be_hidden()


async def test_a_dialog_keeps_the_focus_and_gives_it_back(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    button = aiko.page.get_by_role("button", name="New room")
    await button.focus()
    await aiko.page.keyboard.press("Enter")
    dialog = aiko.page.locator("#new-room")
    await expect(dialog).to_be_visible()
    await expect(dialog.get_by_label("Name")).to_be_focused()
    for _ in range(8):
        await aiko.page.keyboard.press("Tab")
        assert await aiko.page.evaluate("!document.activeElement.closest('main, nav')")
    await aiko.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(button).to_be_focused()


async def test_tips_show_for_tab_and_the_mouse_and_go_with_escape(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    await aiko.page.keyboard.press("Tab")
    await aiko.page.get_by_role("button", name="Room details").focus()
    await expect(aiko.page.locator(":focus")).to_have_accessible_name("Room details")
    assert await tips(aiko) == ["Room details"]
    await aiko.page.keyboard.press("Enter")
    await expect(aiko.page.locator("#drawer")).to_be_visible()
    assert await tips(aiko) == []
    await aiko.page.keyboard.press("Escape")
    await expect(aiko.page.locator("#drawer")).to_be_hidden()
    assert await tips(aiko) == []
    await aiko.page.get_by_role("button", name="Room details").hover()
    assert await tips(aiko) == ["Room details"]
    await aiko.page.keyboard.press("Escape")
    assert await tips(aiko) == []


async def tips(visitor: Visitor) -> list[str]:
    """The tips that are shown."""
    script = """() => [...document.querySelectorAll("[data-tip]")]
        .filter((each) => each.checkVisibility() && getComputedStyle(each, "::after").content !== "none")
        .filter((each) => getComputedStyle(each, "::after").visibility === "visible")
        .map((each) => each.dataset.tip)"""
    found: list[str] = await visitor.page.evaluate(script)
    return found


async def test_the_arrows_walk_the_whole_menu_of_the_account(meet: Meet) -> None:
    _, aiko = await meet("Aiko")
    account = aiko.page.get_by_role("button", name="Your account")
    for is_open in (True, False, True):  # and the next key, however soon it comes, is the menu's
        pressed = "(each) => (each.click(), document.getElementById('account-menu').contains(document.activeElement))"
        assert await account.evaluate(pressed) == is_open
    for name in ("Settings", "Groups", "Saved prompts", "Assistants", "Keyboard shortcuts", "Sign out", "Settings"):
        await expect(aiko.page.locator(":focus")).to_have_text(name)
        await aiko.page.keyboard.press("ArrowDown")


async def test_a_whole_visit_needs_no_mouse(arrive: Arrive) -> None:
    stranger = await arrive()
    page, keys = stranger.page, stranger.page.keyboard
    await page.goto("/sign-up")
    await expect(page.get_by_label("Email")).to_be_focused()
    for words in ("grace@keys.example", "grace.keys", "Grace"):
        await keys.type(words)
        await keys.press("Tab")
    await keys.type("correct-horse-battery")
    await keys.press("Enter")
    await expect(stranger.composer).to_be_focused()
    await keys.type("Hello [[hold 2]]")
    await keys.press("Enter")
    await expect(stranger.answer_text).to_have_text("quiet rivers")
    await expect(stranger.composer).to_be_focused()
    await keys.press("Escape")
    await expect(stranger.answers.locator(".message-state")).to_contain_text("Stopped")
    await keys.press("ArrowUp")
    await keys.type(" again")
    await keys.press("Enter")
    await expect(stranger.message("Hello [[hold 2]] again")).to_contain_text("edited")
    await keys.press("Control+k")
    await expect(page.locator("#palette").get_by_role("option").first).to_have_attribute("aria-selected", "true")
    await keys.press("Escape")
    await expect(page.locator("#palette")).to_be_hidden()
    await expect(stranger.composer).to_be_focused()
    await keys.press("Shift+Tab")
    for _ in range(40):
        if await page.evaluate("document.activeElement.ariaLabel") == "Your account":
            break
        await keys.press("Shift+Tab")
    await keys.press("Enter")
    await expect(page.locator(":focus")).to_have_text("Settings")
    await keys.press("Enter")
    await page.wait_for_url("**/settings")
    await expect(page.get_by_label("Display name")).to_have_value("Grace")  # the page is there, and its sidebar stays
    await page.get_by_role("button", name="Your account").press("Enter")
    await expect(page.locator(":focus")).to_have_text("Settings")
    await keys.press("ArrowUp")
    await expect(page.locator(":focus")).to_have_text("Sign out")
    await keys.press("Enter")
    await page.wait_for_url("**/sign-in*")


async def tab_to(visitor: Visitor, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(40):
        if await target.evaluate("element => element === document.activeElement"):
            return
        await visitor.page.keyboard.press("Tab")
    await expect(target).to_be_focused()


async def test_people_are_found_chosen_and_kept_without_a_mouse(arrive: Arrive, call_in: CallIn) -> None:
    aiko, ben = await arrive("Aiko"), await call_in("Ben")
    username, page = ben.actor.person.username, aiko.page
    await page.goto("/people")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.type(username)
    row = page.locator(".member-list li", has_text=f"@{username}")
    await expect(row).to_be_visible()
    await tab_to(aiko, row.get_by_role("button", name="Add to group chat"))
    await page.keyboard.press("Space")
    await expect(row.get_by_role("button", name="Remove")).to_be_focused()
    await page.keyboard.press("Space")
    await expect(row.get_by_role("button", name="Add to group chat")).to_be_focused()
    await row.get_by_role("link").press("Enter")
    await tab_to(aiko, page.get_by_role("button", name="Add to contacts"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Remove from contacts")).to_be_focused()
    await page.goto("/settings")
    switch = page.get_by_role("switch", name="Show when I’m online")
    await expect(switch).to_be_visible()
    await tab_to(aiko, switch)
    await page.keyboard.press("Space")
    await expect(switch).not_to_be_checked()
    await expect(switch).to_be_focused()


async def test_reports_are_dealt_with_without_a_mouse(arrive: Arrive, make: Factory) -> None:
    grace, reporter = await arrive("Grace"), await make.actor()
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, grace.actor.user_id)).site_roles = ["admin"]
        about = {"reporter_id": reporter.user_id, "reason": "spam", "created_at": ctx.now - timedelta(days=900)}
        ctx.db.add_all([Report(**about, user_id=(await make.actor()).user_id) for _ in range(2)])
    page = grace.page
    await page.goto("/moderation")
    reports = page.locator(".report-list > li")
    await expect(reports.first).to_be_visible()
    await tab_to(grace, reports.first.get_by_role("button", name="Dismiss"))
    first = await reports.first.inner_text()
    await page.keyboard.press("Enter")
    await expect(reports.first).not_to_contain_text(first.splitlines()[0])
    await expect(reports.first.get_by_role("button", name="Dismiss")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alertdialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(reports.first.get_by_role("button", name="Suspend")).to_be_focused()
    for tab in ("Resolved", "Suspended", "Answers"):
        await page.get_by_role("radio", checked=True).press("ArrowRight")
        await expect(page.get_by_role("radio", name=tab)).to_be_focused()
        await expect(page.get_by_role("radio", name=tab)).to_be_checked()
