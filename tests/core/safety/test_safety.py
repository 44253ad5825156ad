"""Reports, and what admins do about them."""

import asyncio
from datetime import timedelta

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.administration.log.queries import list_audit
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.auth.sessions.commands import recognise_session, sign_in
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.marks.commands import pin_message, react
from chat_app.core.messages.queries import history, pinned_messages
from chat_app.core.personal.commands import delete_account
from chat_app.core.rooms.commands import delete_room
from chat_app.core.rooms.tables import Room
from chat_app.core.safety.commands import NOTE_MAX, REPORTS, report_message, report_user
from chat_app.core.safety.counting import pending_reports
from chat_app.core.safety.events import ReportsChanged
from chat_app.core.safety.moderation import (
    delete_reported_message,
    dismiss_report,
    suspend_reported_user,
)
from chat_app.core.safety.queries import list_reports, list_suspended
from chat_app.core.safety.suspending import restore_user
from chat_app.core.safety.tables import Report
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.notes import room_notes
from tests.support.refusal import refused
from tests.support.use_cases import Do


@pytest.fixture
async def admin(make: Factory) -> Actor:
    return await make.actor(username="admin1", is_admin=True)


@pytest.fixture
async def scene(make: Factory, admin: Actor) -> tuple[Actor, Actor, Actor, Room]:
    """An admin of the site, who is not in the room; two people; their room."""
    aiko, ben = await make.actor(username="aiko"), await make.actor(username="ben")
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben}, name="Tea")
    return admin, aiko, ben, room


async def test_admins_learn_how_many_reports_wait(
    do: Do, make: Factory, scene: tuple[Actor, Actor, Actor, Room], events: list[object]
):
    admin, aiko, ben, room = scene
    message = await do(ben, post_message, room.id, "Buy my pills")
    first, _ = await do(aiko, report_message, message.id, "spam"), await do(aiko, report_user, ben.user_id, "spam")
    await do(admin, dismiss_report, first)
    told = [event for event in events if isinstance(event, ReportsChanged)]
    assert told == [ReportsChanged((admin.user_id,), count) for count in (1, 2, 1)]
    assert await do(admin, pending_reports) == 1
    with refused("report_not_found"):
        await do(aiko, pending_reports)


async def test_a_report_leads_to_the_room_for_an_admin_who_is_in_it(
    do: Do, make: Factory, scene: tuple[Actor, Actor, Actor, Room]
):
    admin, aiko, ben, room = scene
    message = await do(ben, post_message, room.id, "Buy my pills")
    await do(aiko, report_message, message.id, "spam")
    [outside] = (await do(admin, list_reports)).items
    await make.join(room, admin)
    [inside] = (await do(admin, list_reports)).items
    await do(ben, delete_message, message.id)
    [deleted] = (await do(admin, list_reports)).items
    places = [(report.room, report.message) for report in (outside, inside, deleted)]
    assert places == [(None, None), (room.id, message.id), (None, None)]


async def test_a_report_waits_with_what_was_said(do: Do, scene: tuple[Actor, Actor, Actor, Room]):
    admin, aiko, ben, room = scene
    message = await do(ben, post_message, room.id, "Buy my pills")
    first = await do(aiko, report_message, message.id, "spam", " look \n")
    assert await do(aiko, report_message, message.id, "harassment", "again") == first
    await do(ben, delete_message, message.id)
    [report] = (await do(admin, list_reports)).items
    assert (report.id, report.reporter, report.person) == (first, aiko.person, ben.person)
    assert (report.text, report.reason, report.note) == ("Buy my pills", "harassment", "again")
    assert (report.room_name, report.is_message, report.can_delete) == ("Tea", True, False)
    with refused("message_deleted"):
        await do(aiko, report_message, message.id, "spam")


async def test_what_cannot_be_reported(do: Do, make: Factory, scene: tuple[Actor, Actor, Actor, Room]):
    _, aiko, ben, room = scene
    message = await do(ben, post_message, room.id, "Hello")
    for actor, wanted, code in [
        (await make.actor(), message.id, "message_not_found"),
        (aiko, new_id(), "message_not_found"),
        (aiko, "nonsense", "message_not_found"),
        (ben, message.id, "not_allowed"),
        (None, message.id, "not_signed_in"),
    ]:
        with refused(code):
            await do(actor, report_message, wanted, "spam")
    with refused("report_invalid"):
        await do(aiko, report_message, message.id, "boring")
    with refused("report_note_long"):
        await do(aiko, report_user, ben.user_id, "spam", "x" * (NOTE_MAX + 1))
    with refused("not_allowed"):
        await do(aiko, report_user, aiko.user_id, "spam")
    with refused("user_not_found"):
        await do(aiko, report_user, new_id(), "spam")


async def test_reports_are_counted(do: Do, scene: tuple[Actor, Actor, Actor, Room]):
    _, aiko, ben, _ = scene
    with refused("rate_limited"):
        for _ in range(REPORTS.amount + 1):
            await do(aiko, report_user, ben.user_id, "spam")


async def test_only_admins_find_anything(do: Do, scene: tuple[Actor, Actor, Actor, Room]):
    _, aiko, ben, _ = scene
    report = await do(aiko, report_user, ben.user_id, "spam")
    for use_case, *arguments in [
        (list_reports,),
        (list_suspended,),
        (dismiss_report, report),
        (delete_reported_message, report),
        (suspend_reported_user, report),
        (restore_user, ben.user_id),
    ]:
        with refused("report_not_found"):
            await do(aiko, use_case, *arguments)
        with refused("not_signed_in"):
            await do(None, use_case, *arguments)


async def test_dismissing_and_reporting_anew(do: Do, scene: tuple[Actor, Actor, Actor, Room]):
    admin, aiko, ben, _ = scene
    report = await do(aiko, report_user, ben.user_id, "spam")
    await do(admin, dismiss_report, report)
    assert (await do(admin, list_reports)).items == []
    [done] = (await do(admin, list_reports, resolved=True)).items
    assert (done.resolution, done.resolved_by) == ("dismissed", admin.person)
    with refused("report_resolved"):
        await do(admin, dismiss_report, report)
    with refused("report_not_found"):
        await do(admin, dismiss_report, new_id())
    assert await do(aiko, report_user, ben.user_id, "spam") != report


async def test_deleting_the_message_is_told_and_deals_with_all_reports_of_it(
    do: Do, make: Factory, scene: tuple[Actor, Actor, Actor, Room], events: list[object]
):
    admin, aiko, ben, room = scene
    grace = await make.actor()
    await make.join(room, grace)
    message = await do(ben, post_message, room.id, "Buy my pills")
    reports = [await do(actor, report_message, message.id, "spam") for actor in (aiko, grace)]
    await do(admin, delete_reported_message, reports[0])
    [told] = [event.message for event in events if isinstance(event, MessageChanged)][-1:]
    assert (told.id, told.deleted, told.text) == (message.id, True, "")
    assert (await do(aiko, history, room.id)).messages == [told]
    assert (await do(admin, list_reports)).items == []
    assert {report.resolution for report in (await do(admin, list_reports, resolved=True)).items} == {"deleted"}
    with refused("report_resolved"):
        await do(admin, delete_reported_message, reports[1])
    with refused("message_not_found"):
        await do(admin, delete_reported_message, await do(aiko, report_user, ben.user_id, "spam"))


async def test_a_deleted_message_is_pinned_no_more_and_calls_nobody(
    do: Do, make: Factory, scene: tuple[Actor, Actor, Actor, Room]
):
    admin, aiko, ben, room = scene
    message = await do(ben, post_message, room.id, "@aiko @all Buy my pills")
    await do(aiko, pin_message, message.id)
    await do(aiko, react, message.id, "👎")
    await do(admin, delete_reported_message, await do(aiko, report_message, message.id, "spam"))
    assert await do(aiko, pinned_messages, room.id) == []
    assert (await do(aiko, room_notes))[room.id].mentions == []
    [shown] = (await do(aiko, history, room.id)).messages
    assert (shown.reactions, shown.mentions, shown.mentions_all) == ((), (), False)


async def test_a_report_outlives_its_room(do: Do, scene: tuple[Actor, Actor, Actor, Room]):
    admin, aiko, ben, room = scene
    message = await do(aiko, post_message, room.id, "Hm")
    report = await do(ben, report_message, message.id, "other")
    await do(aiko, delete_room, room.id)
    [seen] = (await do(admin, list_reports)).items
    assert seen.text == "Hm"
    await do(admin, delete_reported_message, report)


async def test_a_suspended_person_is_out_until_restored(
    do: Do, scene: tuple[Actor, Actor, Actor, Room], events: list[object]
):
    admin, aiko, ben, _ = scene
    report = await do(aiko, report_user, ben.user_id, "hate")
    await do(admin, suspend_reported_user, report)
    assert SessionsRevoked((ben.session_id,)) in events
    assert await do(None, recognise_session, ben.session_id) is None
    with refused("account_suspended"):
        await do(None, sign_in, "ben", PASSWORD)
    with refused("bad_credentials"):
        await do(None, sign_in, "ben", "wrong")
    [entry] = (await do(admin, list_audit)).items
    assert (entry.action, entry.actor, entry.person, entry.suspended) == (
        "suspend_user",
        admin.person,
        ben.person,
        True,
    )
    await do(admin, restore_user, ben.user_id)
    await do(admin, restore_user, ben.user_id)
    assert await do(None, sign_in, "ben", PASSWORD)
    assert [entry.action for entry in (await do(admin, list_audit)).items] == ["restore_user", "suspend_user"]


async def test_no_admin_is_suspended(do: Do, scene: tuple[Actor, Actor, Actor, Room]):
    admin, aiko, _, _ = scene
    with refused("not_allowed"):
        await do(admin, suspend_reported_user, await do(aiko, report_user, admin.user_id, "spam"))


async def test_of_two_admins_at_once_one_wins(do: Do, make: Factory, scene: tuple[Actor, Actor, Actor, Room]):
    admin, aiko, ben, room = scene
    other = await make.actor(is_admin=True)
    message = await do(ben, post_message, room.id, "Buy my pills")
    report = await do(aiko, report_message, message.id, "spam")
    acts = [(admin, delete_reported_message), (other, dismiss_report), (admin, suspend_reported_user)]
    outcomes = await asyncio.gather(*(do(actor, act, report) for actor, act in acts), return_exceptions=True)
    refusals = [outcome for outcome in outcomes if outcome is not None]
    assert all(isinstance(refusal, DomainError) and refusal.code == "report_resolved" for refusal in refusals)
    assert len(refusals) == 2
    assert len((await do(admin, list_audit)).items) == 1


async def test_who_is_kept_out_is_listed_until_they_are_restored(
    do: Do, make: Factory, clock: Clock, scene: tuple[Actor, Actor, Actor, Room]
):
    admin, aiko, ben, _ = scene
    other, gone = await make.actor(is_admin=True), await make.actor()
    for who, whom in ((admin, ben), (other, aiko)):
        clock.advance(minutes=1)
        reporter = await make.actor()
        await do(who, suspend_reported_user, await do(reporter, report_user, whom.user_id, "hate"))
    listed = (await do(admin, list_suspended)).items
    assert [(each.person, each.actor) for each in listed] == [(aiko.person, other.person), (ben.person, admin.person)]
    await do(other, restore_user, ben.user_id)
    clock.advance(minutes=1)
    again = await do(await make.actor(), report_user, ben.user_id, "hate")
    await do(other, suspend_reported_user, again)
    [latest, _] = (await do(admin, list_suspended)).items
    assert (latest.person, latest.actor) == (ben.person, other.person)
    about_gone = await do(admin, report_user, gone.user_id, "spam")
    await do(gone, delete_account, PASSWORD)
    with refused("user_not_found"):
        await do(admin, suspend_reported_user, about_gone)
    with refused("user_not_found"):
        await do(admin, restore_user, gone.user_id)


@pytest.mark.parametrize("resolved", [False, True])
async def test_reports_come_page_by_page(do: Do, make: Factory, admin: Actor, resolved: bool):
    """Each appears once, although some have the same time, and reports are added and resolved meanwhile."""
    async with do.work.begin() as ctx:
        times = [ctx.now + timedelta(seconds=number // 2) for number in range(7)]
        values = {"reason": "spam", "reporter_id": None}
        ended = [{"resolved_at": at, "resolution": "dismissed"} if resolved else {} for at in times]
        reports = [Report(created_at=at, **values, **end) for at, end in zip(times, ended, strict=True)]
        ctx.db.add_all(reports)
    wanted = sorted(reports, key=lambda each: (each.created_at, each.id), reverse=resolved)
    seen, after = [], None
    while True:
        page = await do(admin, list_reports, resolved=resolved, after=after, limit=3)
        seen += [view.id for view in page.items]
        if page.next is None:
            break
        after = page.next
        if not resolved:
            await do(admin, dismiss_report, seen[-1])
    assert seen == [report.id for report in wanted]


async def test_the_log_and_the_list_of_the_suspended_come_page_by_page(do: Do, make: Factory, admin: Actor):
    for _ in range(5):
        report = await do(await make.actor(), report_user, (await make.actor()).user_id, "spam")
        await do(admin, suspend_reported_user, report)
    for query in (list_audit, list_suspended):
        whole = (await do(admin, query)).items
        first = await do(admin, query, limit=2)
        second = await do(admin, query, limit=2, after=first.next)
        third = await do(admin, query, limit=2, after=second.next)
        assert (first.items + second.items + third.items, third.next) == (whole, None)
        assert len(whole) == 5
