"""Reports, and what admins do about them."""

import asyncio

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.events import SessionsRevoked
from chat_app.core.accounts.sessions import recognise_session, sign_in
from chat_app.core.ai.commands import post_message
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.queries import history
from chat_app.core.rooms.commands import delete_room
from chat_app.core.rooms.tables import Room
from chat_app.core.safety.commands import NOTE_MAX, REPORTS, report_message, report_user
from chat_app.core.safety.moderation import (
    delete_reported_message,
    dismiss_report,
    restore_user,
    suspend_reported_user,
)
from chat_app.core.safety.queries import list_audit, list_reports
from tests.support.factory import PASSWORD, Factory
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


async def test_a_report_waits_with_what_was_said(do: Do, scene: tuple[Actor, Actor, Actor, Room]):
    admin, aiko, ben, room = scene
    message = await do(ben, post_message, room.id, "Buy my pills")
    first = await do(aiko, report_message, message.id, "spam", " look \n")
    assert await do(aiko, report_message, message.id, "harassment", "again") == first
    await do(ben, delete_message, message.id)
    [report] = await do(admin, list_reports)
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
        (list_audit,),
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
    assert await do(admin, list_reports) == []
    [done] = await do(admin, list_reports, resolved=True)
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
    assert await do(admin, list_reports) == []
    assert {report.resolution for report in await do(admin, list_reports, resolved=True)} == {"deleted"}
    with refused("report_resolved"):
        await do(admin, delete_reported_message, reports[1])
    with refused("message_not_found"):
        await do(admin, delete_reported_message, await do(aiko, report_user, ben.user_id, "spam"))


async def test_a_report_outlives_its_room(do: Do, scene: tuple[Actor, Actor, Actor, Room]):
    admin, aiko, ben, room = scene
    message = await do(aiko, post_message, room.id, "Hm")
    report = await do(ben, report_message, message.id, "other")
    await do(aiko, delete_room, room.id)
    [seen] = await do(admin, list_reports)
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
    [entry] = await do(admin, list_audit)
    assert (entry.action, entry.actor, entry.person, entry.suspended) == (
        "suspend_user",
        admin.person,
        ben.person,
        True,
    )
    await do(admin, restore_user, ben.user_id)
    await do(admin, restore_user, ben.user_id)
    assert await do(None, sign_in, "ben", PASSWORD)
    assert [entry.action for entry in await do(admin, list_audit)] == ["restore_user", "suspend_user"]


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
    assert len(await do(admin, list_audit)) == 1
