"""The admins' actions on reports: deletions and suspensions."""

import asyncio

from chat_app.core.administration.log.queries import list_audit
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.auth.sessions.commands import recognise_session, sign_in
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.queries import history
from chat_app.core.personal.commands import delete_account
from chat_app.core.rooms.tables import Room
from chat_app.core.safety.commands import report_message, report_user
from chat_app.core.safety.moderation import (
    delete_reported_message,
    dismiss_report,
    suspend_reported_user,
)
from chat_app.core.safety.queries import list_reports, list_suspended
from chat_app.core.safety.suspending import restore_user
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


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


async def test_concurrent_decisions_of_two_admins_have_one_winner(
    do: Do, make: Factory, scene: tuple[Actor, Actor, Actor, Room]
):
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


async def test_suspended_person_is_listed_until_restored(
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
