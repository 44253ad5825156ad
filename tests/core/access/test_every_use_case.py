"""Every use case that the edges call is in a matrix, or listed here with a reason."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from contextlib import suppress
from types import ModuleType
from typing import Any, Final
from unittest.mock import MagicMock

import pytest

import chat_app
from chat_app.core.kernel.errors import DomainError
from tests.core.access import test_matrix as rooms
from tests.core.access import test_people_matrix as people

SNAPSHOTS: Final = ("chat_app.core.live.snapshots", "chat_app.core.live.answers")
"""Modules that combine use cases for the feed alone: their callees are checked, not the modules."""

EDGES: Final = (
    *("chat_app.api", "chat_app.ui", "chat_app.worker", "chat_app.web_session"),
    *(*SNAPSHOTS, "chat_app.core.live.audience"),
)

FOR_WHO_COMES_IN: Final = {
    "has_accounts": "whether the site is new, which its pages show",
    "sign_in": "asks for the password",
    "begin_session": "its callers have asked for a password, a code or a provider's word",
    "verify_email": "asks for what was mailed",
    "note_forgotten": "counts who asks",
    "check_kept_here": "says whether the site keeps passwords",
    "recover_account": "asks for what was mailed",
    "grant_tokens": "its caller has just signed in",
    "refresh_tokens": "asks for the refresh token",
    "recognise": "asks for the session's token",
    "recognise_session": "asks for a session that the handshake has recognised",
    "recognise_bearer": "asks for a token",
    "admit_departure": "counts who leaves for a provider",
    "take_attempt": "asks for what this browser left with",
    "verifier_of": "opens what such an attempt has sealed",
    "linked_user": "takes what a provider vouches for",
    "keep_claim": "takes what a provider vouches for; the site's policy decides",
    "require_code": "takes what a provider vouches for",
    "sign_in_by_code": "asks for the claim's secret and a code",
    "claim_account": "asks for the claim's secret",
    "view_claim": "asks for the claim's secret",
    "mirror_session": "takes what the keeper of sessions vouches for",
    "view_newcomer": "takes what the keeper of sessions vouches for; the site's policy decides",
    "claim_vouched": "takes what the keeper of sessions vouches for",
    "preview_link": "asks for the link's token",
    "preview_site_invitation": "asks for the invitation's token",
    "admission_of": "asks for the invitation's token",
    "sign_up": "makes the account; the site's policy decides",
    "welcome_newcomer": "its caller has just made the account",
    "keep_assertion": "takes what a provider has signed",
    "take_assertion": "asks for the assertion's secret, and for what this browser left with",
    "admit_member": "takes what a provider vouches for",
    "follow_groups": "takes what a provider vouches for",
    "note_provider_session": "takes what a provider vouches for",
    "end_provider_sessions": "takes what a provider has signed",
    "my_provider_session": "sees the session of the actor alone",
    "admit_directory": "asks for the directory's token",
    **dict.fromkeys(
        (
            *("provision", "change_provisioned", "deprovision", "view_provisioned", "list_provisioned"),
            *("provision_group", "change_provisioned_group", "deprovision_group", "view_provisioned_group"),
            "list_provisioned_groups",
        ),
        "the directory's, whose token the caller has checked",
    ),
    "begin_authorization": "an application's request, by whose browser it may be",
    "continue_authorization": "asks for the request's token",
    "view_consent": "asks for the request's token, of who is signed in",
    "answer_consent": "asks for the request's token, of who is signed in",
    "exchange_token": "asks for a code or a token, and the application's secret",
    "revoke_token": "asks for the token, and the application's secret",
    "introspect_token": "asks for the token, and the application's secret",
    "read_claims": "asks for the token",
    "leave_application": "asks for a signed token",
    "count_question": "counts who asks a directory",
    "sign_in_as_listed": "takes what a directory has said of a password",
    "ask_for_passkey": "gives a challenge to whoever asks",
    "sign_in_by_passkey": "asks for a passkey's answer",
    "code_for_passkey": "asks for a passkey's answer",
}
FOR_NOBODY_IN_PARTICULAR: Final = {
    "ended_sessions": "which of the sessions of this process's own sockets are over",
    "audiences": "which rooms this process's own sockets may hear",
    "missed_messages": "of rooms that this process's own sockets hear",
    "start_in": "whether those of this process's own sockets hear what they may",
    "note_presence": "whose sockets are open in this process",
    "settle_presence": "whose presence is otherwise than was told",
    "claim_mail": "the worker's",
    "note_sent": "the worker's",
    "note_failed": "the worker's",
    "follow_directory": "a job's",
    "is_kept_by_directory": "of the person whom the caller has loaded: the actor",
    "forget_mails": "a job's",
    "forget_mailed_tokens": "a job's",
    "forget_sessions": "a job's",
    "forget_attempts": "a job's",
    "forget_claims": "a job's",
    "forget_challenges": "a job's",
    "forget_assertions": "a job's",
    "forget_authorizations": "a job's",
    "forget_signing_keys": "a job's",
    "note_helpers": "whose sockets are open in this process",
    "release_absent": "a job's",
    "read_alert": "a job's",
    "queue_alert_mail": "a job's",
    "forget_audit": "a job's",
    "forget_decisions": "a job's",
    "forget_payment_events": "a job's",
    "forget_alert_attempts": "a job's",
    "read_test_alert": "a job's",
    "note_attempt": "a job's",
    "index_more": "the worker's",
    "read_settings": "this process's own policy's",
    "read_endpoints": "this process's own gateway's",
    "read_tool_endpoints": "this process's own toolbox's",
    "staff_ids": "which of this process's own tabs are offered what",
}
AFTER_ACCESS: Final = {
    "access_room": "the check itself",
    "get_user": "called with the actor's own id",
    "starts_of": "called with the actor's own id",
    "find_person": "of a person's name and picture, which everybody sees in their profile",
    "presences": "of those whom the caller has found the actor to share a room with",
    "blocked_among": "of the actor's own relations, to leave people out of what they are told",
    "direct_peers": "of rooms that the actor is in",
    "uncounted_unread": "of rooms that the actor is in",
    "member_ids": "of a room that the caller has accessed",
    "live_answers": "of a room that the caller has accessed",
    "foresee_charge": "of a room that the caller has accessed",
    "alert_of_budget": "a job's, for nobody",
    "waiting_turns": "of messages that the caller has accessed",
    "waiting": "of a room in which the caller has found the actor to manage members",
    "is_waiting": "of the actor, by a link's token",
    "first_members": "of a room that the caller has accessed",
    "all_rooms_ops": "of the rooms that the actor is in",
    "one_room_ops": "of a room if the actor is in it",
    "message_json": "of a message that the caller has accessed",
    "add_visibility": "of messages that the caller has accessed",
    "may_choose": "says whether the actor may",
    "check_offered": "says whether the actor may",
    "is_asked_to_connect": "says whether the actor is an admin who is asked",
    "view_connection": "of a connection that the caller has accessed",
    "view_tool_server": "of a server that the caller has accessed",
}
APART: Final = FOR_WHO_COMES_IN | FOR_NOBODY_IN_PARTICULAR | AFTER_ACCESS


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(chat_app.__path__, "chat_app."):
        if found.name.startswith(EDGES):
            yield importlib.import_module(found.name)


def called_by_edges() -> set[Any]:
    """Return the functions of the core with a context that an edge names, directly or with their module."""
    named: list[Any] = []
    for edge in modules():
        source = inspect.getsource(edge)
        for name, value in vars(edge).items():
            named.append(value)
            if inspect.ismodule(value) and value.__name__.startswith("chat_app.core."):
                named += [getattr(value, each) for each in re.findall(rf"(?<![\w.]){name}\.(\w+)", source)]
    return {value for value in named if inspect.isfunction(value) and wants_context(value)}


def wants_context(function: Any) -> bool:
    first = next(iter(inspect.signature(function).parameters), "")
    if function.__module__ in SNAPSHOTS:
        return False
    return function.__module__.startswith("chat_app.core.") and first == "ctx" and not function.__name__.startswith("_")


async def in_the_matrices() -> set[Any]:
    """Return the functions that the matrices' rows call."""
    heard: set[Any] = set()

    async def hear(_: object, use_case: Any, *__: object, **___: object) -> Any:
        heard.add(use_case)
        return MagicMock()

    stage = MagicMock()
    stage.do = hear
    tables = (rooms.USE_CASES, people.TO_SOMEBODY, people.OF_SOMEBODY_ELSE, people.ONES_OWN, people.OF_THE_SITE)
    for row in [row for table in tables for row in table.values()]:
        with suppress(DomainError, TypeError, AttributeError):  # a row that looks at what it was given
            await row(stage)
    return heard | people.UPON_ROWS


async def test_every_use_case_is_in_a_matrix_or_has_a_reason():
    tested = {function.__name__ for function in await in_the_matrices()}
    there = {function.__name__ for function in called_by_edges()}
    assert there - tested - APART.keys() == set(), "put them into a matrix, or name the reason"
    assert APART.keys() - there == set(), "nobody calls them any more"
    assert APART.keys() & tested == set(), "they are tested, and need no reason"


@pytest.mark.parametrize("name", ["delete_room", "edit_question", "end_session", "list_suspended"])
def test_called_use_cases_are_found(name: str):
    assert name in {function.__name__ for function in called_by_edges()}
