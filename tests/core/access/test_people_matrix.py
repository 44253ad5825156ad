"""Every use case outside of rooms × the actor's relation to the other person, the object or the site."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import pytest

from chat_app.adapters.llm.factory import LlmConfig, build_gateway
from chat_app.adapters.tools.mcp.servers import McpServers
from chat_app.adapters.tools.toolbox import SiteToolbox
from chat_app.core.access.permissions import Role
from chat_app.core.accounts.commands import update_profile
from chat_app.core.accounts.errors import UserNotFound
from chat_app.core.accounts.tables import User
from chat_app.core.administration.commands import delete_user, reset_second_factor, set_site_roles, sign_out_user
from chat_app.core.administration.granting import grant_credits
from chat_app.core.administration.groups import (
    delete_site_group,
    list_site_groups,
    rename_site_group,
    view_site_group,
)
from chat_app.core.administration.invitations import list_room_invitations, revoke_room_invitation
from chat_app.core.administration.jobs import drop_failed_job, list_failed_jobs, retry_failed_job
from chat_app.core.administration.log.exporting import begin_export
from chat_app.core.administration.log.queries import list_audit
from chat_app.core.administration.overview import view_overview
from chat_app.core.administration.people import list_accounts, view_account
from chat_app.core.administration.rooms.commands import (
    archive_site_room,
    delete_site_room,
    give_site_room,
    revoke_room_links,
)
from chat_app.core.administration.rooms.queries import list_site_rooms, view_site_room
from chat_app.core.administration.storage import delete_refused_file, view_storage
from chat_app.core.ai.asking.assistants import change_assistant, make_assistant, start_chat_with
from chat_app.core.ai.asking.commands import open_chat, start_chat
from chat_app.core.ai.decisions.queries import count_decisions
from chat_app.core.ai.models.favorites import favorite_model, favorite_models
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.means import may_afford
from chat_app.core.ai.speech.queries import count_speech
from chat_app.core.applications.commands import (
    add_application,
    change_application,
    delete_application,
    list_applications,
    rotate_secret,
)
from chat_app.core.applications.consents import my_applications, revoke_application
from chat_app.core.applications.tables import Application, Consent
from chat_app.core.assistants.commands import (
    create_assistant,
    delete_assistant,
    update_assistant,
)
from chat_app.core.assistants.pictures import find_assistant_picture, remove_assistant_picture
from chat_app.core.assistants.queries import (
    list_assistants,
    offered_assistants,
    view_assistant,
)
from chat_app.core.assistants.tables import Assistant
from chat_app.core.auth.addresses import ask_to_change_email, ask_to_verify
from chat_app.core.auth.factors.passkey_tables import Passkey
from chat_app.core.auth.factors.proof import prove_identity
from chat_app.core.auth.passkeys.commands import add_passkey, begin_passkey, my_passkeys, rename_passkey
from chat_app.core.auth.sessions.commands import (
    end_session,
    my_sessions,
    recognise_session,
    sign_out,
    sign_out_everywhere,
)
from chat_app.core.auth.tables import ApiToken, UserSession
from chat_app.core.auth.tokens.api_tokens import api_tokens, make_api_token, revoke_api_token
from chat_app.core.auth.two_factor import (
    begin_two_factor,
    confirm_two_factor,
    end_two_factor,
    renew_recovery_codes,
    two_factor,
)
from chat_app.core.billing.budgets.commands import (
    BudgetWish,
    set_group_budget,
    set_my_budget,
    set_person_budget,
    set_site_budget,
)
from chat_app.core.billing.budgets.queries import group_budgets, my_budgets, person_budgets, site_budgets
from chat_app.core.billing.giving import give_credits
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.queries import my_balance, my_transactions, person_balance
from chat_app.core.billing.usage.of_site import site_usage
from chat_app.core.billing.usage.queries import my_usage
from chat_app.core.connections.checks.first_run import connect_later
from chat_app.core.connections.commands import change_connection, create_connection, delete_connection
from chat_app.core.connections.models import change_model, choose_speaker, choose_transcriber, move_model
from chat_app.core.connections.ports import ListedModel
from chat_app.core.connections.queries import groups_for_models, list_connections, list_models
from chat_app.core.connections.tables import Connection
from chat_app.core.direct.blocking import block_person, unblock_person
from chat_app.core.direct.commands import start_direct_chat, start_group_chat
from chat_app.core.files.usage import own_space
from chat_app.core.first_steps.commands import dismiss_first_steps, take_tour
from chat_app.core.first_steps.queries import first_steps
from chat_app.core.groups.commands import add_to_group, create_group, delete_group, remove_from_group, rename_group
from chat_app.core.groups.queries import my_groups, view_group
from chat_app.core.groups.tables import Group, GroupMember
from chat_app.core.identities.commands import link_identity, unlink_identity
from chat_app.core.identities.passkeys import is_passkey_needed, remove_passkey
from chat_app.core.identities.passwords import ask_for_own_password, change_own_password
from chat_app.core.identities.ports import ProviderProfile, SignInRedirect
from chat_app.core.identities.queries import ways_in
from chat_app.core.identities.sign_in.attempts import note_departure
from chat_app.core.invitations.answers import accept_invitation, decline_invitation
from chat_app.core.invitations.links import join_by_link
from chat_app.core.invitations.personal import invite
from chat_app.core.invitations.queries import my_invitations
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.policy import Policy
from chat_app.core.kernel.secrets.digests import digest
from chat_app.core.live.arrival import arrival
from chat_app.core.mail.queries import outbox
from chat_app.core.messages.queries import starred_messages
from chat_app.core.messages.reading.receipts import mark_delivered
from chat_app.core.payments.customers import find_buyer, note_checkout, note_customer, view_buyer
from chat_app.core.payments.queries import my_payments, my_subscription
from chat_app.core.payments.settlement.received import list_payment_events
from chat_app.core.people.blocks import blocked_ids, blocked_people
from chat_app.core.people.contacts import add_contact, list_contacts, remove_contact
from chat_app.core.people.presence import show_presence
from chat_app.core.people.search import list_people, search_people
from chat_app.core.people.tables import Contact
from chat_app.core.personal.archive import begin_archive
from chat_app.core.personal.commands import delete_account
from chat_app.core.personal.queries import export_own_data
from chat_app.core.pictures.avatars import remove_avatar
from chat_app.core.pictures.branding import brand_versions, remove_brand_picture
from chat_app.core.pictures.queries import find_avatar
from chat_app.core.pictures.tables import Picture
from chat_app.core.prompts.commands import create_prompt, delete_prompt, update_prompt
from chat_app.core.prompts.queries import fill_prompt, list_prompts, offered_prompts, view_prompt
from chat_app.core.prompts.tables import SavedPrompt
from chat_app.core.rooms.commands import create_room
from chat_app.core.rooms.membership.profiles import view_profile
from chat_app.core.rooms.queries import my_rooms
from chat_app.core.rooms.tables import Room, RoomInvitation
from chat_app.core.safety.commands import report_user
from chat_app.core.safety.moderation import (
    delete_reported_message,
    dismiss_report,
    suspend_reported_user,
)
from chat_app.core.safety.queries import list_reports, list_suspended
from chat_app.core.safety.ratings import count_ratings, list_reasons
from chat_app.core.safety.suspending import restore_user, suspend_user
from chat_app.core.safety.tables import Report
from chat_app.core.site.announcing import dismiss_announcement
from chat_app.core.site.approving import approve_user, decline_user
from chat_app.core.site.commands import update_settings
from chat_app.core.site.invitations import invite_to_site, list_site_invitations, revoke_site_invitation
from chat_app.core.site.queries import view_settings
from chat_app.core.site.tables import SiteInvitation
from chat_app.core.support.commands import ask_for_help
from chat_app.core.support.queries import list_sessions, view_session
from chat_app.core.support.takeover import release_session, take_over
from chat_app.core.support.targets import send_test_alert, view_alerts
from chat_app.core.tools.commands import add_tool_server, change_tool_server, remove_tool_server
from chat_app.core.tools.queries import list_tool_servers
from chat_app.core.tools.tables import ToolServer
from tests.core.identities.test_identities import HERE
from tests.support.factory import PASSWORD, Factory
from tests.support.jobs import failed_job
from tests.support.links import invite_link
from tests.support.refusal import code_of
from tests.support.site_things import group_for_model, left_room, refused_file
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Pair:
    """The actor, another person, and the objects of each."""

    do: Do
    actor: Actor | None
    other: Actor
    room: Room
    """The actor's."""
    group: Group
    """The actor's."""
    theirs: "Things"
    message: Any = None


@dataclass(frozen=True)
class Things:
    """The objects of one person."""

    session: UserSession
    token: ApiToken
    passkey: Passkey
    group: Group
    invitation: RoomInvitation
    link: InviteLink
    prompt: SavedPrompt
    shared: SavedPrompt
    assistant: Assistant
    shared_assistant: Assistant


Rows = dict[str, Callable[[Pair], Awaitable[object]]]


async def found(p: Pair) -> None:
    if p.other.user_id not in {each.id for each in await p.do(p.actor, search_people, name(p))}:
        raise UserNotFound()


async def listed(p: Pair) -> None:
    with suppress(UserNotFound):  # the list is of those who are no contacts
        await p.do(p.actor, remove_contact, p.other.user_id)
    if p.other.user_id not in {each.id for each in (await p.do(p.actor, list_people))[0]}:
        raise UserNotFound()


async def asked(p: Pair) -> None:
    outcome = (await p.do(p.actor, invite, p.room.id, str(p.other.user_id))).outcome
    if outcome != "invited":
        raise DomainError(outcome.value)


async def revoked(p: Pair) -> None:
    async with p.do.work.begin() as ctx:
        invitation = SiteInvitation(
            token_hash=new_id().bytes, created_at=ctx.now, expires_at=ctx.now + timedelta(days=1)
        )
        ctx.db.add(invitation)
    await p.do(p.actor, revoke_site_invitation, invitation.id)


async def answered(p: Pair, answer: Callable[..., Awaitable[None]]) -> None:
    which = new_id().hex
    async with p.do.work.begin() as ctx:
        user = User(username=which[:30], email=f"{which}@example.com", name="W", color="teal", created_at=ctx.now)
        user.waits_for = "approval"
        ctx.db.add(user)
    await p.do(p.actor, answer, user.id)


async def given(p: Pair) -> None:
    do = replace(p.do, work=replace(p.do.work, policy=replace(p.do.work.policy, billing="on")))
    if p.actor:
        await do(None, credit, p.actor.user_id, 5, "grant", new_id().hex)
    await do(p.actor, give_credits, name(p), 5, new_id())


def name(p: Pair) -> str:
    return p.other.person.username


TO_SOMEBODY: Rows = {
    "look at the profile": lambda p: p.do(p.actor, view_profile, name(p)),
    "see the picture": lambda p: p.do(p.actor, find_avatar, p.other.user_id),
    "find": found,
    "see among everyone": listed,
    "keep as a contact": lambda p: p.do(p.actor, add_contact, name(p)),
    "drop as a contact": lambda p: p.do(p.actor, remove_contact, p.other.user_id),
    "put into a group": lambda p: p.do(p.actor, add_to_group, p.group.id, name(p)),
    "take out of a group": lambda p: p.do(p.actor, remove_from_group, p.group.id, p.other.user_id),
    "write to": lambda p: p.do(p.actor, start_direct_chat, name(p)),
    "begin a group chat": lambda p: p.do(p.actor, start_group_chat, [name(p)]),
    "ask into a room": asked,
    "block": lambda p: p.do(p.actor, block_person, name(p)),
    "unblock": lambda p: p.do(p.actor, unblock_person, name(p)),
    "report": lambda p: p.do(p.actor, report_user, p.other.user_id, "spam"),
    "give tokens to": given,
    "see a shared prompt": lambda p: p.do(p.actor, view_prompt, p.theirs.shared.id),
    "use a shared prompt": lambda p: p.do(p.actor, fill_prompt, p.theirs.shared.id, {}),
    "change a shared prompt": lambda p: p.do(p.actor, update_prompt, p.theirs.shared.id, text="Mine now"),
    "delete a shared prompt": lambda p: p.do(p.actor, delete_prompt, p.theirs.shared.id),
    "see a shared assistant": lambda p: p.do(p.actor, view_assistant, p.theirs.shared_assistant.id),
    "try a shared assistant": lambda p: p.do(p.actor, start_chat_with, [], p.theirs.shared_assistant.id),
    "change a shared assistant": lambda p: p.do(p.actor, update_assistant, p.theirs.shared_assistant.id, name="Mine"),
    "picture a shared assistant": lambda p: p.do(p.actor, remove_assistant_picture, p.theirs.shared_assistant.id),
    "delete a shared assistant": lambda p: p.do(p.actor, delete_assistant, p.theirs.shared_assistant.id),
}
RELATIONS: Final = ("stranger", "roommate", "partner", "blocker", "blocked", "suspended", "deleted")
"""The other person's relation to the actor: `blocker` and `blocked` say what the actor is to them."""

#                             stranger roommate partner blocker blocked suspended deleted
SOMEBODY = """
    look at the profile       yes      yes      yes     yes     yes     yes       gone
    see the picture           yes      yes      yes     yes     yes     yes       gone
    find                      yes      yes      yes     gone    gone    yes       gone
    see among everyone        yes      yes      yes     gone    gone    gone      gone
    keep as a contact         yes      yes      yes     yes     yes     yes       gone
    drop as a contact         yes      yes      yes     gone    yes     yes       gone
    put into a group          yes      yes      yes     yes     yes     yes       gone
    take out of a group       yes      yes      yes     yes     yes     yes       yes
    write to                  yes      yes      yes     no      no      yes       gone
    begin a group chat        yes      yes      yes     no      no      yes       gone
    ask into a room           yes      yes      yes     no      yes     yes       gone
    block                     yes      yes      yes     yes     yes     yes       gone
    unblock                   yes      yes      yes     yes     yes     yes       gone
    report                    yes      yes      yes     yes     yes     yes       yes
    give tokens to            yes      yes      yes     gone    gone    gone      gone
    see a shared prompt       yes      yes      yes     gone    gone    gone      gone
    use a shared prompt       yes      yes      yes     gone    gone    gone      gone
    change a shared prompt    no       no       no      gone    gone    gone      gone
    delete a shared prompt    no       no       no      gone    gone    gone      gone
    see a shared assistant    yes      yes      yes     gone    gone    gone      gone
    try a shared assistant    yes      yes      yes     gone    gone    gone      gone
    change a shared assistant no       no       no      gone    gone    gone      gone
    picture a shared assistant no      no       no      gone    gone    gone      gone
    delete a shared assistant no       no       no      gone    gone    gone      gone
"""

OF_SOMEBODY_ELSE: Rows = {
    "end a session": lambda p: p.do(p.actor, end_session, p.theirs.session.id),
    "revoke a token": lambda p: p.do(p.actor, revoke_api_token, p.theirs.token.id),
    "rename a passkey": lambda p: p.do(p.actor, rename_passkey, p.theirs.passkey.id, "Mine now"),
    "remove a passkey": lambda p: p.do(p.actor, remove_passkey, p.theirs.passkey.id, PASSWORD),
    "take the access of an application": lambda p: revoke_theirs(p),
    "see a group": lambda p: p.do(p.actor, view_group, p.theirs.group.id),
    "rename a group": lambda p: p.do(p.actor, rename_group, p.theirs.group.id, "Mine now"),
    "add to a group": lambda p: p.do(p.actor, add_to_group, p.theirs.group.id, name(p)),
    "take from a group": lambda p: p.do(p.actor, remove_from_group, p.theirs.group.id, p.other.user_id),
    "see a group's budget": lambda p: p.do(p.actor, group_budgets, p.theirs.group.id),
    "set a group's budget": lambda p: p.do(p.actor, set_group_budget, p.theirs.group.id, BudgetWish(5)),
    "delete a group": lambda p: p.do(p.actor, delete_group, p.theirs.group.id),
    "see a prompt": lambda p: p.do(p.actor, view_prompt, p.theirs.prompt.id),
    "use a prompt": lambda p: p.do(p.actor, fill_prompt, p.theirs.prompt.id, {}),
    "change a prompt": lambda p: p.do(p.actor, update_prompt, p.theirs.prompt.id, text="Mine now"),
    "delete a prompt": lambda p: p.do(p.actor, delete_prompt, p.theirs.prompt.id),
    "see an assistant": lambda p: p.do(p.actor, view_assistant, p.theirs.assistant.id),
    "try an assistant": lambda p: p.do(p.actor, start_chat_with, [], p.theirs.assistant.id),
    "see its picture": lambda p: p.do(p.actor, find_assistant_picture, p.theirs.assistant.id),
    "change an assistant": lambda p: p.do(p.actor, change_assistant, [], p.theirs.assistant.id, name="Mine now"),
    "rename an assistant": lambda p: p.do(p.actor, update_assistant, p.theirs.assistant.id, name="Mine now"),
    "picture an assistant": lambda p: p.do(p.actor, remove_assistant_picture, p.theirs.assistant.id),
    "delete an assistant": lambda p: p.do(p.actor, delete_assistant, p.theirs.assistant.id),
    "accept an invitation": lambda p: p.do(p.actor, accept_invitation, p.theirs.invitation.id),
    "decline an invitation": lambda p: p.do(p.actor, decline_invitation, p.theirs.invitation.id),
}
GONE: Final = {
    "session_not_found",
    "application_not_found",
    "api_token_not_found",
    "passkey_not_found",
    "group_not_found",
    "invitation_not_found",
    "prompt_not_found",
    "assistant_not_found",
}

ONES_OWN: Rows = {
    "see one's first steps": lambda p: p.do(p.actor, first_steps),
    "dismiss one's first steps": lambda p: p.do(p.actor, dismiss_first_steps),
    "dismiss an announcement": lambda p: p.do(p.actor, dismiss_announcement),
    "take the tour": lambda p: p.do(p.actor, take_tour, "Tour", ["Hello"]),
    "see one's rooms": lambda p: p.do(p.actor, my_rooms),
    "see what is new": lambda p: p.do(p.actor, arrival),
    "see one's stars": lambda p: p.do(p.actor, starred_messages),
    "see one's invitations": lambda p: p.do(p.actor, my_invitations),
    "see one's groups": lambda p: p.do(p.actor, my_groups),
    "make a group": lambda p: p.do(p.actor, create_group, "Friends"),
    "see one's prompts": lambda p: p.do(p.actor, list_prompts),
    "see what the composer offers": lambda p: p.do(p.actor, offered_prompts),
    "save a prompt": lambda p: p.do(p.actor, create_prompt, "summary", "Sum up {{topic}}"),
    "see one's assistants": lambda p: p.do(p.actor, list_assistants),
    "see whom one may ask": lambda p: p.do(p.actor, offered_assistants),
    "make an assistant": lambda p: p.do(p.actor, create_assistant, "critic", "Critic"),
    "make an assistant of a model": lambda p: p.do(p.actor, make_assistant, [], "critic", "Critic"),
    "see one's contacts": lambda p: p.do(p.actor, list_contacts),
    "see one's blocks": lambda p: p.do(p.actor, blocked_people),
    "know one's blocks": lambda p: p.do(p.actor, blocked_ids),
    "see one's sessions": lambda p: p.do(p.actor, my_sessions),
    "see one's tokens": lambda p: p.do(p.actor, api_tokens),
    "see one's applications": lambda p: p.do(p.actor, my_applications),
    "see one's passkeys": lambda p: p.do(p.actor, my_passkeys),
    "see whether a passkey is needed": lambda p: p.do(p.actor, is_passkey_needed),
    "see one's accounts elsewhere": lambda p: p.do(p.actor, ways_in, {HERE.id: HERE}),
    "see one's second factor": lambda p: p.do(p.actor, two_factor),
    "take one's data along": lambda p: p.do(p.actor, export_own_data),
    "take one's files along": lambda p: p.do(p.actor, begin_archive),
    "see one's balance": lambda p: p.do(p.actor, my_balance),
    "see whether one can pay": lambda p: p.do(p.actor, may_afford, [LISTED.info]),
    "see one's transactions": lambda p: p.do(p.actor, my_transactions),
    "see what one used": lambda p: p.do(p.actor, my_usage),
    "see one's budgets": lambda p: p.do(p.actor, my_budgets),
    "set one's budget": lambda p: p.do(p.actor, set_my_budget, BudgetWish(5)),
    "see one's space": lambda p: p.do(p.actor, own_space),
    "see one's subscription": lambda p: p.do(p.actor, my_subscription),
    "see one's payments": lambda p: p.do(p.actor, my_payments),
    "be about to pay": lambda p: p.do(p.actor, find_buyer),
    "see oneself as one who pays": lambda p: p.do(p.actor, view_buyer),
    "become a customer": lambda p: p.do(p.actor, note_customer, new_id().hex),
    "leave for a checkout": lambda p: p.do(p.actor, note_checkout, "cs_1"),
    "make a room": lambda p: p.do(p.actor, create_room, name="Tea"),
    "begin a chat": lambda p: p.do(p.actor, start_chat, "Hello", nonce=new_id()),
    "open a chat": lambda p: p.do(p.actor, open_chat, "a.png", nonce=new_id()),
    "come in by a link": lambda p: p.do(p.actor, join_by_link, p.theirs.link.id.hex),
    "say what arrived": lambda p: p.do(p.actor, mark_delivered, {str(p.room.id): 1}),
    "see favorite models": lambda p: p.do(p.actor, favorite_models),
    "mark a favorite model": lambda p: p.do(p.actor, favorite_model, [], "demo", on=False),
    "change the profile": lambda p: p.do(p.actor, update_profile, name="Other"),
    "show or hide presence": lambda p: p.do(p.actor, show_presence, False),
    "take the picture away": lambda p: p.do(p.actor, remove_avatar),
    "have the address shown": lambda p: p.do(p.actor, ask_to_verify),
    "prove who one is": lambda p: p.do(p.actor, prove_identity, PASSWORD),
    "change the address": lambda p: p.do(p.actor, ask_to_change_email, "new@example.com", PASSWORD),
    "have a link mailed that sets a password": lambda p: p.do(p.actor, ask_for_own_password),
    "change the password": lambda p: p.do(p.actor, change_own_password, PASSWORD, "seven quiet herons"),
    "set up an authenticator": lambda p: p.do(p.actor, begin_two_factor, PASSWORD),
    "confirm an authenticator": lambda p: p.do(p.actor, confirm_two_factor, "123456"),
    "renew the codes": lambda p: p.do(p.actor, renew_recovery_codes, PASSWORD, ""),
    "give the authenticator up": lambda p: p.do(p.actor, end_two_factor, PASSWORD, ""),
    "begin a passkey": lambda p: p.do(p.actor, begin_passkey, PASSWORD),
    "add a passkey": lambda p: p.do(p.actor, add_passkey, "Phone", {}),
    "make a token": lambda p: p.do(p.actor, make_api_token, name="Bot", scopes=["read"], password=PASSWORD),
    "leave to link an account": lambda p: p.do(
        p.actor,
        note_departure,
        HERE,
        SignInRedirect("url", new_id().hex, "nonce", "verifier"),
        "browser",
        "/",
        link=True,
    ),
    "link an account": lambda p: p.do(p.actor, link_identity, ProviderProfile(HERE.issuer, new_id().hex)),
    "unlink an account": lambda p: p.do(p.actor, unlink_identity, HERE, [], PASSWORD),
    "sign out": lambda p: p.do(p.actor, sign_out),
    "sign out everywhere": lambda p: p.do(p.actor, sign_out_everywhere),
    "delete the account": lambda p: p.do(p.actor, delete_account, PASSWORD),
}
STATES: Final = {
    "confirm an authenticator": "two_factor_not_begun",
    "add a passkey": "passkey_refused",
    "renew the codes": "two_factor_off",
    "give the authenticator up": "two_factor_off",
}
"""The errors for a person with permission, where there is nothing to act on."""


async def report_of(p: Pair) -> Report:
    async with p.do.work.begin() as ctx:
        about = {"user_id": p.other.user_id, "message_id": p.message.id, "text": "Hello"}
        ctx.db.add(report := Report(reason="spam", created_at=ctx.now, **about))
    return report


def upon_report(use_case: Callable[..., Awaitable[object]]) -> Callable[[Pair], Awaitable[object]]:
    async def act(p: Pair) -> object:
        return await p.do(p.actor, use_case, (await report_of(p)).id)

    return act


def upon_failed_job(use_case: Callable[..., Awaitable[object]]) -> Callable[[Pair], Awaitable[object]]:
    async def act(p: Pair) -> object:
        return await p.do(p.actor, use_case, await p.do(None, failed_job))

    return act


async def upon_alert(p: Pair) -> object:
    p.do.work.policy = replace(p.do.work.policy, support_alerts=(("mail", "staff"),))
    return await p.do(p.actor, send_test_alert, "0")


def upon_connection(
    use_case: Callable[..., Awaitable[object]], **changes: object
) -> Callable[[Pair], Awaitable[object]]:
    async def act(p: Pair) -> object:
        async with p.do.work.begin() as ctx:
            row = {
                "slug": new_id().hex,
                "kind": "ollama",
                "name": "Here",
                "base_url": "",
                "enabled": True,
                "served": [],
            }
            ctx.db.add(connection := Connection(**row, created_at=ctx.now))
        return await p.do(p.actor, use_case, connection.id, **changes)

    return act


def upon_tool_server(
    use_case: Callable[..., Awaitable[object]], **changes: object
) -> Callable[[Pair], Awaitable[object]]:
    async def act(p: Pair) -> object:
        async with p.do.work.begin() as ctx:
            row = {"name": "Here", "url": "http://127.0.0.1:1", "enabled": True, "approval": "always"}
            ctx.db.add(server := ToolServer(**row, changed_at=ctx.now, created_at=ctx.now))
        return await p.do(p.actor, use_case, server.id, **changes)

    return act


def upon_application(
    use_case: Callable[..., Awaitable[object]], **changes: object
) -> Callable[[Pair], Awaitable[object]]:
    async def act(p: Pair) -> object:
        async with p.do.work.begin() as ctx:
            row = {"name": "Wiki", "secret_hash": b"-", "trusted": False, "signing_alg": "RS256"}
            texts = {"redirect_uris": ["https://wiki.test/"], "logout_uris": [], "scopes": ["openid"]}
            ctx.db.add(application := Application(**row, **texts, created_at=ctx.now))
        return await p.do(p.actor, use_case, application.id, **changes)

    return act


async def revoke_theirs(p: Pair) -> object:
    """Revoke the other person's consent to an application."""
    client = str(new_id())
    async with p.do.work.begin() as ctx:
        consent = {"client": client, "name": "Wiki", "scopes": ["openid"], "granted_at": ctx.now}
        ctx.db.add(Consent(user_id=p.other.user_id, **consent))
    return await p.do(p.actor, revoke_application, client)


def upon_help(use_case: Callable[..., Awaitable[object]]) -> Callable[[Pair], Awaitable[object]]:
    async def act(p: Pair) -> object:
        await p.do(p.other, ask_for_help, p.message.room_id)
        return await p.do(p.actor, use_case, p.message.room_id)

    return act


def upon_left_room(use_case: Callable[..., Awaitable[object]]) -> Callable[[Pair], Awaitable[object]]:
    async def act(p: Pair) -> object:
        room = await p.do(None, left_room, p.other.user_id)
        return await p.do(p.actor, use_case, room, p.other.user_id)

    return act


def upon_group_for_model(use_case: Callable[..., Awaitable[object]]) -> Callable[[Pair], Awaitable[object]]:
    async def act(p: Pair) -> object:
        group = await p.do(None, group_for_model, p.other.user_id)
        return await p.do(p.actor, use_case, group, "Others")

    return act


def upon_refused_file(use_case: Callable[..., Awaitable[object]]) -> Callable[[Pair], Awaitable[object]]:
    async def act(p: Pair) -> object:
        file = await p.do(None, refused_file, p.room.id)
        return await p.do(p.actor, use_case, file)

    return act


UPON_ROWS: Final = {
    give_credits,
    give_site_room,
    rename_site_group,
    delete_refused_file,
    revoke_site_invitation,
    approve_user,
    decline_user,
    view_session,
    change_application,
    delete_application,
    revoke_application,
    rotate_secret,
    take_over,
    release_session,
    change_tool_server,
    remove_tool_server,
    change_connection,
    delete_connection,
    dismiss_report,
    delete_reported_message,
    suspend_reported_user,
    retry_failed_job,
    drop_failed_job,
    send_test_alert,
}
LISTED: Final = ListedModel(ModelInfo("demo", "Demo", "Parley", context_window=8_000, max_output=1_000), "demo", True)
NO_TOOLS: Final = SiteToolbox([], McpServers())
NO_CONNECTIONS: Final = build_gateway(LlmConfig(local_ollama=None))
OF_THE_SITE: Rows = {
    "see the queue": lambda p: p.do(p.actor, list_reports),
    "see the log": lambda p: p.do(p.actor, list_audit),
    "see who is suspended": lambda p: p.do(p.actor, list_suspended),
    "count decisions": lambda p: p.do(p.actor, count_decisions),
    "count ratings": lambda p: p.do(p.actor, count_ratings),
    "see the reasons of ratings": lambda p: p.do(p.actor, list_reasons),
    "dismiss a report": upon_report(dismiss_report),
    "delete a reported message": upon_report(delete_reported_message),
    "suspend a person": upon_report(suspend_reported_user),
    "restore a person": lambda p: p.do(p.actor, restore_user, p.other.user_id),
    "see who needs help": lambda p: p.do(p.actor, list_sessions),
    "see figures of a conversation": upon_help(view_session),
    "take a conversation over": upon_help(take_over),
    "hand a conversation back": upon_help(release_session),
    "read the outbox": lambda p: p.do(p.actor, outbox),
    "see what failed": lambda p: p.do(p.actor, list_failed_jobs),
    "see events of payments": lambda p: p.do(p.actor, list_payment_events),
    "see where alerts go": lambda p: p.do(p.actor, view_alerts),
    "test an alert": upon_alert,
    "retry a failed job": upon_failed_job(retry_failed_job),
    "drop a failed job": upon_failed_job(drop_failed_job),
    "see the connections": lambda p: p.do(p.actor, list_connections, NO_CONNECTIONS),
    "connect a provider": lambda p: p.do(p.actor, create_connection, kind="ollama", name="Here"),
    "change a connection": upon_connection(change_connection, enabled=False),
    "disconnect a provider": upon_connection(delete_connection),
    "see the tool servers": lambda p: p.do(p.actor, list_tool_servers, NO_TOOLS),
    "add a tool server": lambda p: p.do(p.actor, add_tool_server, name="Here", url="http://127.0.0.1:1"),
    "change a tool server": upon_tool_server(change_tool_server, enabled=False),
    "remove a tool server": upon_tool_server(remove_tool_server),
    "see the applications": lambda p: p.do(p.actor, list_applications),
    "add an application": lambda p: p.do(p.actor, add_application, name="Wiki", redirect_uris=["https://wiki.test/"]),
    "change an application": upon_application(change_application, enabled=False),
    "renew a secret": upon_application(rotate_secret),
    "delete an application": upon_application(delete_application),
    "connect later": lambda p: p.do(p.actor, connect_later),
    "see the groups of models": lambda p: p.do(p.actor, groups_for_models),
    "see all models": lambda p: p.do(p.actor, list_models, [LISTED]),
    "change what is known of a model": lambda p: p.do(p.actor, change_model, [LISTED], "demo", {"offered": False}),
    "choose who transcribes": lambda p: p.do(p.actor, choose_transcriber, [], ""),
    "choose who reads aloud": lambda p: p.do(p.actor, choose_speaker, [], "", ""),
    "count what was read aloud": lambda p: p.do(p.actor, count_speech),
    "see the overview": lambda p: p.do(p.actor, view_overview),
    "list accounts": lambda p: p.do(p.actor, list_accounts),
    "look at an account": lambda p: p.do(p.actor, view_account, p.other.user_id),
    "give a role": lambda p: p.do(p.actor, set_site_roles, p.other.user_id, ["auditor"]),
    "suspend without a report": lambda p: p.do(p.actor, suspend_user, p.other.user_id, "Spam"),
    "sign somebody out": lambda p: p.do(p.actor, sign_out_user, p.other.user_id),
    "reset a second factor": lambda p: p.do(p.actor, reset_second_factor, p.other.user_id),
    "delete somebody": lambda p: p.do(p.actor, delete_user, p.other.user_id, name(p)),
    "grant tokens": lambda p: p.do(p.actor, grant_credits, p.other.user_id, 5, "Sorry"),
    "see somebody's balance": lambda p: p.do(p.actor, person_balance, p.other.user_id),
    "see somebody's budget": lambda p: p.do(p.actor, person_budgets, p.other.user_id),
    "set somebody's budget": lambda p: p.do(p.actor, set_person_budget, p.other.user_id, BudgetWish(5)),
    "see the site's budget": lambda p: p.do(p.actor, site_budgets),
    "set the site's budget": lambda p: p.do(p.actor, set_site_budget, BudgetWish(5)),
    "export the log": lambda p: p.do(p.actor, begin_export),
    "move a model": lambda p: p.do(p.actor, move_model, [LISTED], "demo", 0),
    "list rooms": lambda p: p.do(p.actor, list_site_rooms),
    "look at a room": lambda p: p.do(p.actor, view_site_room, p.theirs.link.room_id),
    "archive a room": lambda p: p.do(p.actor, archive_site_room, p.theirs.link.room_id),
    "hand a room on": upon_left_room(give_site_room),
    "delete a room": lambda p: p.do(p.actor, delete_site_room, p.theirs.link.room_id, "Reading room"),
    "revoke the links of a room": lambda p: p.do(p.actor, revoke_room_links, p.theirs.link.room_id),
    "list groups": lambda p: p.do(p.actor, list_site_groups),
    "look at a group": lambda p: p.do(p.actor, view_site_group, p.theirs.group.id),
    "rename a group": upon_group_for_model(rename_site_group),
    "delete a group of somebody": lambda p: p.do(p.actor, delete_site_group, p.theirs.group.id),
    "list invitations": lambda p: p.do(p.actor, list_room_invitations),
    "revoke an invitation": lambda p: p.do(p.actor, revoke_room_invitation, p.theirs.invitation.id),
    "see the usage of the site": lambda p: p.do(p.actor, site_usage),
    "see the storage": lambda p: p.do(p.actor, view_storage),
    "delete a refused file": upon_refused_file(delete_refused_file),
    "see the settings": lambda p: p.do(p.actor, view_settings, Policy()),
    "change the settings": lambda p: p.do(p.actor, update_settings, Policy(), {"sign_up": "closed"}),
    "see pictures of the brand": lambda p: p.do(p.actor, brand_versions),
    "remove a picture of the brand": lambda p: p.do(p.actor, remove_brand_picture, "logo"),
    "see invitations to the site": lambda p: p.do(p.actor, list_site_invitations),
    "invite to the site": lambda p: p.do(p.actor, invite_to_site, days=1),
    "revoke an invitation to it": revoked,
    "approve an account": lambda p: answered(p, approve_user),
    "decline an account": lambda p: answered(p, decline_user),
}


@pytest.fixture
async def pair(do: Do, make: Factory) -> Pair:
    """Create two people without any relation."""
    return await pair_of(do, make, "stranger")


async def pair_of(do: Do, make: Factory, relation: str) -> Pair:
    actor, other = await make.actor(), await make.actor()
    room, group = await make.room({Role.MASTER: actor}), await do(actor, create_group, "Friends")
    shared = await make.room({Role.MASTER: other} | ({Role.MEMBER: actor} if relation == "roommate" else {}))
    message = await make.message(shared, other)
    async with do.work.begin() as ctx:
        user = await ctx.db.get_one(User, other.user_id)
        user.avatar = 1
        ctx.db.add(Picture(user_id=user.id, image=b"picture"))
        ctx.db.add(Contact(user_id=actor.user_id, contact_id=user.id, created_at=ctx.now))
        ctx.db.add(GroupMember(group_id=group.id, user_id=user.id))
    if relation == "partner":
        await do(actor, start_direct_chat, other.person.username)
    elif relation == "blocker":
        await do(actor, block_person, other.person.username)
    elif relation == "blocked":
        await do(other, block_person, actor.person.username)
    elif relation == "deleted":
        await do(other, delete_account, PASSWORD)
    elif relation == "suspended":
        async with do.work.begin() as ctx:
            (await ctx.db.get_one(User, other.user_id)).suspended_at = ctx.now
    return Pair(do, actor, other, room, group, await things_of(do, make, other), message)


async def things_of(do: Do, make: Factory, owner: Actor) -> Things:
    room = await make.room()
    async with do.work.begin() as ctx:
        lives = {"created_at": ctx.now, "expires_at": ctx.now + timedelta(days=1)}
        session = UserSession(user_id=owner.user_id, token_hash=digest(new_id().hex), **lives)
        secret = digest(new_id().hex)
        token = ApiToken(user_id=owner.user_id, name="Bot", token_hash=secret, scopes=["read"], created_at=ctx.now)
        key = {"credential_id": digest(new_id().hex), "public_key": b"", "created_at": ctx.now}
        passkey = Passkey(user_id=owner.user_id, name="Phone", **key)
        group = Group(owner_id=owner.user_id, name="Theirs", created_at=ctx.now)
        invitation = RoomInvitation(room_id=room.id, user_id=owner.user_id, created_at=ctx.now)
        link = invite_link(ctx, room.id)
        one = {"owner_id": owner.user_id, "text": "Hello", "created_at": ctx.now, "updated_at": ctx.now}
        prompt, shared = SavedPrompt(name="theirs", **one), SavedPrompt(name="shared", shared=True, **one)
        it = {"owner_id": owner.user_id, "name": "Theirs", "created_at": ctx.now, "updated_at": ctx.now}
        assistant = Assistant(handle="theirs", picture=1, **it)
        shared_assistant = Assistant(handle=new_id().hex[-12:], shared=True, **it)
        ctx.db.add_all([session, token, passkey, group, invitation, link, prompt, shared, assistant, shared_assistant])
        await ctx.db.flush()
        ctx.db.add(GroupMember(group_id=group.id, user_id=owner.user_id))
        ctx.db.add(Picture(assistant_id=assistant.id, image=b"picture"))
    return Things(session, token, passkey, group, invitation, link, prompt, shared, assistant, shared_assistant)


def acting(pair: Pair, actor: Actor | None) -> Pair:
    return replace(pair, actor=actor)


WORDS: Final = {
    None: "yes",
    "user_not_found": "gone",
    "prompt_not_found": "gone",
    "assistant_not_found": "gone",
    "not_allowed": "no",
    "person_blocked": "no",
    "blocked": "no",
}


def cells(table: str) -> dict[str, list[str]]:
    rows = (line.rsplit(maxsplit=len(RELATIONS)) for line in table.strip().splitlines())
    return {row[0].strip(): row[1:] for row in rows}


async def codes_of(rows: Rows, pair: Pair) -> dict[str, str | None]:
    """Return the error code of every row, each with the same pair: what one has changed is undone for the next."""
    codes = {}
    for row, use_case in rows.items():
        async with pair.do.undone() as do:
            codes[row] = await code_of(use_case(replace(pair, do=do)))
    return codes


@pytest.mark.parametrize(("column", "relation"), list(enumerate(RELATIONS)), ids=RELATIONS)
async def test_what_one_may_do_to_somebody(do: Do, make: Factory, column: int, relation: str):
    codes = await codes_of(TO_SOMEBODY, await pair_of(do, make, relation))
    found = {row: WORDS.get(code, code) for row, code in codes.items()}
    assert found == {row: words[column] for row, words in cells(SOMEBODY).items()}


def test_the_table_names_every_row():
    assert list(cells(SOMEBODY)) == list(TO_SOMEBODY)


async def test_things_of_others_are_not_found(make: Factory, pair: Pair):
    for stranger in (pair, acting(pair, await make.actor(is_admin=True))):
        codes = await codes_of(OF_SOMEBODY_ELSE, stranger)
        assert {row for row, code in codes.items() if code not in GONE} == set()
    assert await codes_of(OF_SOMEBODY_ELSE, acting(pair, pair.other)) == dict.fromkeys(OF_SOMEBODY_ELSE)


async def test_own_things_are_found(pair: Pair):
    assert await codes_of(ONES_OWN, pair) == {row: STATES.get(row) for row in ONES_OWN}


async def test_site_things_are_for_admins(make: Factory, pair: Pair):
    codes = await codes_of(OF_THE_SITE, pair)
    hidden = {"session_not_found", "report_not_found", "not_found", "connection_not_found", "tool_server_not_found"}
    hidden.add("application_not_found")
    assert {row for row, code in codes.items() if code not in hidden} == set()
    admin = acting(pair, await make.actor(is_admin=True))
    assert await codes_of(OF_THE_SITE, admin) == dict.fromkeys(OF_THE_SITE)


@pytest.mark.parametrize("who", ["nobody", "suspended", "deleted", "signed out"])
async def test_no_session_permits_nothing(do: Do, make: Factory, pair: Pair, who: str):
    """A suspended, deleted or signed-out person has no session's actor, so no endpoint or event accepts them."""
    actor = await make.actor()
    if who == "suspended":
        async with do.work.begin() as ctx:
            (await ctx.db.get_one(User, actor.user_id)).suspended_at = ctx.now
    elif who == "deleted":
        await do(actor, delete_account, PASSWORD)
    elif who == "signed out":
        await do(actor, sign_out)
    session = None if who == "nobody" else actor.session_id
    nobody = acting(pair, await do(None, recognise_session, session) if session else None)
    for rows in (TO_SOMEBODY, OF_SOMEBODY_ELSE, ONES_OWN, OF_THE_SITE):
        for row, use_case in rows.items():
            if row != "see the picture":  # which stands in pages, and whose address nobody guesses
                assert await code_of(use_case(nobody)) == "not_signed_in", row
