"""Invite links: made, looked at, followed."""

import re

from playwright.async_api import expect

from tests.browser.forms import fill_sign_up, press, sign_in
from tests.browser.visitor import Arrive, Meet, Visitor
from tests.support.factory import Factory


async def link_to(host: Visitor, **fields: int) -> tuple[str, str]:
    """A new room of the host's, and the path of an invite link into it."""
    room = (await host.api.post("/rooms", json={"name": "Garden"})).json()
    link = (await host.api.post(f"/rooms/{room['id']}/invite-links", json=fields)).json()
    return room["id"], f"/join/{link['token']}"


async def test_a_stranger_follows_an_invitation_and_makes_an_account(arrive: Arrive) -> None:
    host, visitor = await arrive("Aiko"), await arrive()
    room, path = await link_to(host, max_uses=1)
    await visitor.page.goto(path)
    await expect(visitor.page.get_by_role("heading", name="Garden")).to_be_visible()
    await press(visitor.page, "Create account")
    await fill_sign_up(visitor.page)
    await press(visitor.page, "Create account")
    await expect(visitor.page).to_have_url(f"{visitor.site.url}/r/{room}")
    await expect(visitor.composer).to_be_visible()


async def test_somebody_with_an_account_signs_in_and_is_in_the_room(arrive: Arrive, make: Factory) -> None:
    host, visitor, user = await arrive("Aiko"), await arrive(), await make.user()
    room, path = await link_to(host, max_uses=1)
    await visitor.page.goto(path)
    await press(visitor.page, "Sign in")
    await sign_in(visitor, user.username)
    await expect(visitor.page).to_have_url(f"{visitor.site.url}/r/{room}")


async def test_who_is_signed_in_joins_by_one_click(arrive: Arrive) -> None:
    host, ben = await arrive("Aiko"), await arrive("Ben")
    room, path = await link_to(host)
    await ben.page.goto(path)
    await press(ben.page, "Join the room")
    await expect(ben.page).to_have_url(f"{ben.site.url}/r/{room}")


async def test_a_browser_that_forgot_who_is_signed_in_joins_through_the_form(arrive: Arrive, meet: Meet) -> None:
    """The form sends on who is signed in already; the invitation must then see that too."""
    _, aiko = await meet("Aiko")
    room = aiko.page.url.rpartition("/")[2]
    link = (await aiko.api.post(f"/rooms/{room}/invite-links", json={})).json()
    ben = await arrive("Ben")
    await ben.page.goto("/")
    await ben.page.evaluate("localStorage.clear()")
    await ben.page.goto(f"/join/{link['token']}")
    await ben.page.get_by_role("button", name="Sign in").click()
    await ben.page.wait_for_url(f"**/r/{room}")
    await expect(ben.composer).to_be_visible()


async def test_an_invitation_that_does_not_work_says_so(arrive: Arrive) -> None:
    visitor = await arrive()
    visitor.expects("404")
    await visitor.page.goto("/join/no-such-token")
    await expect(visitor.page.get_by_role("heading", name="This invitation doesn’t work")).to_be_visible()
    await expect(visitor.page.get_by_role("link", name="Go to my rooms")).to_be_visible()


async def test_a_link_can_be_withdrawn(meet: Meet, arrive: Arrive) -> None:
    _, aiko = await meet("Aiko")
    await aiko.page.get_by_role("button", name="Invite people").first.click()
    invite = aiko.page.locator("#invite")
    await expect(invite.get_by_text("There is no link yet.")).to_be_visible()
    await invite.get_by_label("May be used").select_option("1")
    await invite.get_by_role("button", name="Make a link").click()
    await expect(invite.locator("li")).to_contain_text("used 0 of 1")
    link = invite.get_by_role("textbox", name="Link")
    await expect(link).to_have_value(re.compile(f"^{re.escape(aiko.site.url)}/join/[^/]+$"))
    await expect(link).to_be_focused()
    await expect(invite.get_by_text("Copied")).to_be_visible()
    address = await link.input_value()
    assert await aiko.page.evaluate("navigator.clipboard.readText()") == address
    assert await aiko.page.evaluate("getSelection().toString()") == address
    await aiko.page.evaluate("navigator.clipboard.writeText('')")
    await invite.get_by_role("button", name="Close").last.click()  # of the note
    await expect(invite.get_by_text("Copied")).to_have_count(0)
    await invite.get_by_role("button", name="Copy link").click()
    await expect(invite.get_by_text("Copied")).to_be_visible()
    assert await aiko.page.evaluate("navigator.clipboard.readText()") == address
    await invite.get_by_role("button", name="Withdraw").click()
    await expect(invite.get_by_text("There is no link yet.")).to_be_visible()
    stranger = await arrive()
    stranger.expects("404")
    await stranger.page.goto(address)
    await expect(stranger.page.get_by_text("This invitation doesn’t work")).to_be_visible()


async def test_whoever_looks_at_a_link_sees_it_being_used(meet: Meet, arrive: Arrive) -> None:
    room, aiko = await meet("Aiko")
    link = (await aiko.api.post(f"/rooms/{room.id}/invite-links", json={})).json()
    await aiko.page.get_by_role("button", name="Invite people").first.click()
    await expect(aiko.page.locator("#invite li")).to_contain_text("used 0 times")
    ben = await arrive("Ben")
    assert (await ben.api.post(f"/invitations/{link['token']}/join")).is_success
    await expect(aiko.page.locator("#invite li")).to_contain_text("used once")
