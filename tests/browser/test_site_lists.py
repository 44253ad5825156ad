"""The lists of the site's staff in the browser: rooms, groups, invitations, usage and storage."""

import re

from playwright.async_api import expect
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.rooms.tables import Member, Room, RoomKind
from tests.browser.test_axe import PHONE
from tests.browser.test_safety import an_admin
from tests.browser.visitor import Arrive
from tests.support.factory import Factory
from tests.support.site_things import group_for_model, refused_file


async def test_a_room_is_found_given_archived_and_deleted(arrive: Arrive, make: Factory) -> None:
    grace, ben, aiko = await an_admin(arrive, make), await make.actor(name="Ben"), await make.actor(name="Aiko")
    name = f"Tea and {ben.person.username}"  # of this run alone: a rerun finds the room of the one that failed
    room = await make.room({Role.MASTER: ben, Role.MEMBER: aiko}, name=name)
    page = grace.page
    await page.goto("/admin/rooms")
    await page.get_by_role("searchbox", name="Find rooms").fill(name)
    rows = page.locator(".list-table tbody tr")
    await expect(rows).to_have_count(1)
    await page.get_by_role("link", name=name).click()
    await expect(page.locator(".admin-facts")).to_contain_text(f"@{ben.person.username}")
    await expect(page.get_by_text("Nobody can read messages here")).to_be_visible()
    await expect(page.get_by_role("button", name="Change owner")).to_have_count(0)
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, ben.user_id)).suspended_at = ctx.now
    await page.go_back()
    await page.get_by_role("link", name=name).click()
    await page.get_by_role("button", name="Change owner").click()
    await page.get_by_role("dialog").get_by_role("button", name="Change owner").click()
    await expect(page.locator(".admin-facts")).to_contain_text(f"@{aiko.person.username}")
    await page.get_by_role("button", name="Archive", exact=True).click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Archive", exact=True).click()
    await expect(page.get_by_role("button", name="Unarchive")).to_be_visible()
    await page.get_by_role("button", name="Delete room").click()
    dialog = page.get_by_role("alertdialog")
    await dialog.get_by_label(f"Type {name}").fill("Coffee")
    await dialog.get_by_role("button", name="Delete room").click()
    await expect(dialog).to_contain_text("The text doesn’t match.")
    await dialog.get_by_label(f"Type {name}").fill(name)
    await dialog.get_by_role("button", name="Delete room").click()
    await expect(page).to_have_url(re.compile("/admin/rooms$"))
    async with make.work.begin() as ctx:
        assert (await ctx.db.get_one(Room, room.id)).deleted_at is not None
        roles = await ctx.db.execute(select(Member.user_id, Member.role).where(Member.room_id == room.id))
        assert dict(map(tuple, roles)) == {ben.user_id: "admin", aiko.user_id: "master"}


async def test_filters_fold_on_a_phone_where_rows_are_cards(arrive: Arrive, make: Factory) -> None:
    grace = await arrive("Grace", **PHONE)
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, grace.actor.user_id)).site_roles = ["admin"]
    await make.room(name="Quiet")
    await make.room(kind=RoomKind.CHAT, name="Secret")
    page = grace.page
    await page.goto("/admin/rooms")
    opener = page.get_by_role("button", name="Filters")
    await expect(opener).to_have_attribute("aria-expanded", "false")
    await expect(page.get_by_label("Kind")).to_be_hidden()
    await opener.click()
    await page.get_by_label("Kind").select_option(label="Private chat with AI")
    await expect(opener).to_contain_text("1")
    rows = page.locator(".list-table tbody tr")
    await expect(rows.first.get_by_role("rowheader")).to_contain_text("Private chat with AI")
    await expect(page.get_by_text("Secret")).to_have_count(0)
    box = await rows.first.bounding_box()
    assert box
    assert box["width"] <= 390
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_link_of_the_site_is_revoked(arrive: Arrive, make: Factory) -> None:
    grace, ben = await an_admin(arrive, make), await make.actor(name="Ben")
    room = await make.room({Role.MASTER: ben}, name="Tea")
    async with make.work.begin(ben) as ctx:
        link = await create_invite_link(ctx, room.id)
    page = grace.page
    await page.goto("/admin/invitations")
    await page.get_by_role("searchbox").fill(f"@{ben.person.username}")
    rows = page.locator(".list-table tbody tr")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Anyone with the link")
    await rows.get_by_role("button", name="Revoke").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
    await expect(page.get_by_text("No pending invitations.")).to_be_visible()
    async with make.work.begin() as ctx:
        assert (await ctx.db.get_one(InviteLink, link.id)).revoked_at is not None


async def test_groups_and_storage_show_only_what_is_the_sites(arrive: Arrive, make: Factory) -> None:
    grace, ben = await an_admin(arrive, make), await make.actor(name="Ben")
    room = await make.room({Role.MASTER: ben}, name="Tea")
    async with make.work.begin() as ctx:
        group, file = await group_for_model(ctx, ben.user_id), await refused_file(ctx, room.id)
    page = grace.page
    await page.goto(f"/admin/groups?group={group}")
    await page.get_by_label("Group name").fill("Early birds")
    await page.get_by_role("button", name="Rename").click()
    await expect(page.get_by_role("heading", name="Early birds")).to_be_visible()
    await page.get_by_role("button", name="Delete group").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Delete group").click()
    await expect(page).to_have_url(re.compile("/admin/groups$"))
    sections = page.locator(".admin-sections")
    await sections.get_by_role("link", name="Storage").click()
    refused = page.get_by_role("table", name="Refused files").locator("tbody tr")
    await expect(refused.first).to_contain_text("A virus was found in this file.")
    count = await refused.count()
    await refused.first.get_by_role("button", name="Delete").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    await expect(refused).to_have_count(count - 1)
    await sections.get_by_role("link", name="Usage").click()
    await expect(page.get_by_text("This site doesn’t count AI usage.")).to_be_visible()
    assert file
