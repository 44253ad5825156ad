"""Running the site in the browser: its figures, people, log and jobs."""

import re
from dataclasses import replace
from uuid import uuid4

from playwright.async_api import expect

from chat_app.core.accounts.tables import User
from chat_app.core.administration.jobs import list_failed_jobs
from tests.browser.test_safety import an_admin
from tests.browser.visitor import Arrive
from tests.support.factory import Factory
from tests.support.jobs import failed_job


async def test_a_person_is_found_raised_and_suspended(arrive: Arrive, make: Factory) -> None:
    grace, chloe = await an_admin(arrive, make), await arrive("Chloe")
    page, username = grace.page, chloe.actor.person.username
    await page.goto("/admin/people")
    await page.get_by_role("searchbox", name="Find people").fill(username)
    row = page.locator(".admin-row", has_text=username)
    await expect(page.locator(".admin-row")).to_have_count(1)
    await row.click()
    await expect(page.locator(".admin-facts")).to_contain_text(f"{username}@example.com")
    await chloe.page.goto("/admin")
    await expect(chloe.page.get_by_text("you don’t have access to it")).to_be_visible()
    await expect(chloe.page.locator(".admin-sections")).to_have_css("width", "208px")  # nothing moves
    await chloe.page.get_by_role("button", name="Account").click()
    await expect(chloe.page.get_by_role("menuitem", name="Administration")).to_have_count(0)
    await page.get_by_role("checkbox", name=re.compile("Auditor")).check()
    await page.get_by_role("button", name="Save roles").click()
    await expect(page.locator(".report-list")).to_contain_text("Grace changed the roles of Chloe")
    await expect(chloe.page.get_by_role("menuitem", name="Administration")).to_be_visible()  # at once
    await chloe.page.get_by_role("menuitem", name="Administration").click()
    await expect(chloe.page.locator(".admin-charts figure")).to_have_count(7)
    await expect(chloe.page.get_by_role("link", name="Models")).to_have_count(0)
    chloe.expects("401")
    await page.get_by_role("button", name="Suspend").click()
    await page.get_by_role("alertdialog").get_by_label("Reason").fill("Spam in the tea room")
    await page.get_by_role("alertdialog").get_by_role("button", name="Suspend").click()
    await expect(page.locator(".notice")).to_contain_text("Spam in the tea room")
    await expect(chloe.page).to_have_url(re.compile("/sign-in"))
    await page.get_by_role("button", name="Lift suspension").click()
    await expect(page.get_by_role("button", name="Suspend")).to_be_visible()
    await page.locator(".admin .back").click()
    await expect(page.get_by_role("searchbox", name="Find people")).to_have_value(username)  # as the list is
    await expect(page.locator(".admin-row")).to_have_count(1)


async def test_an_account_is_deleted_by_typing_its_name(arrive: Arrive, make: Factory) -> None:
    grace, chloe = await an_admin(arrive, make), await make.actor(name="Chloe")
    page = grace.page
    await page.goto(f"/admin/people?person={chloe.user_id}")
    await page.get_by_role("button", name="Delete account").click()
    dialog = page.get_by_role("alertdialog")
    await dialog.get_by_label("Type the username").fill("nobody")
    await dialog.get_by_role("button", name="Delete account").click()
    await expect(dialog).to_contain_text("The username doesn’t match.")
    await dialog.get_by_label("Type the username").fill(chloe.person.username)
    await dialog.get_by_role("button", name="Delete account").click()
    await expect(page).to_have_url(re.compile("/admin/people$"))
    async with make.work.begin() as ctx:
        assert (await ctx.db.get_one(User, chloe.user_id)).deleted_at is not None


async def test_the_log_is_filtered(arrive: Arrive, make: Factory) -> None:
    grace, chloe = await an_admin(arrive, make), await make.actor(name="Chloe")
    reason = f"Spam {uuid4()}"
    done = await grace.api.post(f"/admin/people/{chloe.user_id}/suspend", json={"reason": reason})
    assert done.status_code == 204
    await grace.api.post(f"/admin/people/{chloe.user_id}/restore")
    page = grace.page
    await page.goto("/admin/audit")
    await page.get_by_label("About").fill(chloe.person.username)
    await page.locator("main").get_by_label("Action").select_option(label="Person suspended")
    await page.locator("main").get_by_role("button", name="Filter").click()
    entries = page.locator(".report-list > li")
    await expect(entries).to_have_count(1)
    await expect(entries).to_contain_text(reason)
    account = entries.get_by_role("link", name=f"@{chloe.person.username}")
    await expect(account).to_have_attribute("href", f"/admin/people?person={chloe.user_id}")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Export").click()
    assert reason in (await (await download.value).path()).read_text()
    await page.get_by_role("link", name="Jobs").click()
    await page.get_by_role("link", name="Audit log").click()
    await expect(entries).to_have_count(1)
    await expect(page.get_by_label("About")).to_have_value(chloe.person.username)
    action = page.locator("main").get_by_label("Action")
    await expect(action).to_have_value("suspend_user")
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(action).to_be_hidden()
    await page.get_by_role("button", name="Filters 2").click()
    await expect(action).to_be_visible()


async def test_a_moderator_sees_the_pages_that_are_theirs(arrive: Arrive, make: Factory) -> None:
    grace = await arrive("Grace")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, grace.actor.user_id)).site_roles = ["moderator"]
    await grace.page.goto("/admin")
    links = grace.page.locator(".admin-sections a")
    await expect(links).to_have_text(["People", re.compile("Moderation")])
    await expect(grace.page.get_by_text("Choose what to look at.")).to_be_visible()
    await links.last.click()
    await expect(grace.page.get_by_role("radio", name="Answers")).to_have_count(0)
    await grace.page.goto("/admin/audit")
    await expect(grace.page.get_by_text("Choose what to look at.")).to_be_visible()


async def test_a_failed_job_is_dropped(arrive: Arrive, make: Factory) -> None:
    grace = await an_admin(arrive, make)
    async with make.work.begin() as ctx:
        first, second = await failed_job(ctx), await failed_job(ctx)
    page = grace.page
    await page.goto("/admin/jobs")
    jobs = page.locator(".report-list > li")
    await expect(jobs.first).to_be_visible()
    count = await jobs.count()
    await jobs.first.get_by_role("button", name="Delete").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    await expect(jobs).to_have_count(count - 1)
    async with make.work.begin(grace.actor) as ctx:
        ctx.actor = replace(grace.actor, site_roles=frozenset({"admin"}))
        left = {str(job.id) for job in await list_failed_jobs(ctx)}
    assert (first in left, second in left) == (True, False)  # the newest comes first
