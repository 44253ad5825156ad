"""The permissions of REST: every route as each of the five roles, a stranger, and nobody."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.ai.commands import ask_in_room
from chat_app.core.ai.commands import stop_answer as stop
from chat_app.core.auth.api_tokens import make_api_token
from chat_app.core.auth.sessions import sign_out
from chat_app.core.direct.blocking import block_person
from chat_app.core.groups.commands import add_to_group, create_group
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.invitations.personal import invite
from chat_app.core.invitations.queries import pending_invitations
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.tables import Message
from chat_app.core.personal.commands import delete_account
from chat_app.core.rooms.tables import Room, RoomInvitation
from chat_app.core.safety.commands import report_message
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import PASSWORD, Factory
from tests.support.jobs import failed_job
from tests.support.use_cases import Do

EVERYBODY = "reader guest member admin master"
SENDERS = "guest member admin master"
ASKERS = "member admin master"
KEEPERS = "admin master"
MASTER = "master"
NOBODY = ""


@dataclass(frozen=True)
class Case:
    """A request, its status, and the roles that may make it. Other members get ``refusal``."""

    method: str
    path: str
    may: str
    status: int = 200
    body: dict[str, Any] | None = None
    own: bool = False
    """Whether the message or answer is the requesting person's own."""
    refusal: int = field(default=403, kw_only=True)

    def names(self) -> set[str]:
        """Return the names in the path and the body."""
        return set(re.findall(r"{(\w+)}", f"{self.path} {self.body}"))

    def __str__(self) -> str:
        return f"{self.method} {self.path}{' (own)' if self.own else ''}"


CASES = [
    Case("GET", "rooms/{room}", EVERYBODY),
    Case("GET", "rooms/{room}/members", EVERYBODY),
    Case("GET", "rooms/{room}/messages", EVERYBODY),
    Case("GET", "rooms/{room}/messages/search?q=hello", EVERYBODY),
    Case("GET", "rooms/{room}/changes?since=0", EVERYBODY),
    Case("POST", "rooms/{room}/read", EVERYBODY, 204, {"seq": 1}),
    Case("POST", "rooms/{room}/leave", "reader guest member admin", 204, refusal=409),
    Case("POST", "rooms/{room}/messages", SENDERS, 201, {"text": "Hello"}),
    Case("POST", "rooms/{room}/ask", ASKERS, 202),
    Case("PATCH", "rooms/{room}", KEEPERS, 200, {"name": "New"}),
    Case("PATCH", "rooms/{room}/ai", KEEPERS, 200, {"rule": "never"}),
    Case("PATCH", "rooms/{room}/ai/rights", KEEPERS, 200, {"ask_ai": "guest"}),
    Case("PATCH", "rooms/{room}/owner", MASTER, 200, {"user_id": "{user}"}),
    Case("PATCH", "rooms/{room}/members/{user}", KEEPERS, 200, {"role": "guest"}),
    Case("DELETE", "rooms/{room}/members/{user}", KEEPERS, 204),
    Case("GET", "rooms/{room}/bans", KEEPERS),
    Case("PUT", "rooms/{room}/bans/{user}", KEEPERS, 204),
    Case("DELETE", "rooms/{room}/bans/{user}", KEEPERS, 204),
    Case("GET", "rooms/{room}/join-requests", KEEPERS),
    Case("POST", "rooms/{room}/join-requests/{waiting}/approve", KEEPERS, 204),
    Case("POST", "rooms/{room}/join-requests/{waiting}/decline", KEEPERS, 204),
    Case("GET", "rooms/{room}/invite-links", KEEPERS),
    Case("POST", "rooms/{room}/invite-links", KEEPERS, 201, {}),
    Case("DELETE", "rooms/{room}/invite-links/{link}", KEEPERS, 204),
    Case("GET", "rooms/{room}/invite-links/{link}/qr", KEEPERS),
    Case("GET", "rooms/{room}/invitations", KEEPERS),
    Case("POST", "rooms/{room}/invitations", KEEPERS, 200, {"to": "somebody.new@example.com"}),
    Case("POST", "rooms/{room}/invitations/group", KEEPERS, 404, {"group": "none"}),
    Case("DELETE", "rooms/{room}/invitations/{invitation}", KEEPERS, 204),
    Case("POST", "rooms/{room}/archive", MASTER),
    Case("POST", "rooms/{room}/unarchive", MASTER),
    Case("DELETE", "rooms/{room}", MASTER, 204),
    Case("PATCH", "messages/{message}", NOBODY, 200, {"text": "Changed"}),
    Case("PATCH", "messages/{message}", SENDERS, 200, {"text": "Changed"}, own=True),
    Case("POST", "messages/{message}/report", EVERYBODY, 201, {"reason": "spam"}),
    Case("DELETE", "messages/{message}", MASTER),
    Case("DELETE", "messages/{message}", SENDERS, own=True),
    Case("POST", "messages/{message}/reactions", SENDERS, 200, {"emoji": "👍"}),
    Case("DELETE", "messages/{message}/reactions/👍", SENDERS),
    Case("POST", "messages/{message}/pin", KEEPERS),
    Case("DELETE", "messages/{message}/pin", KEEPERS),
    Case("POST", "messages/{message}/star", EVERYBODY, 204),
    Case("DELETE", "messages/{message}/star", EVERYBODY, 204),
    Case("POST", "messages/{message}/read", EVERYBODY, 204),
    Case("GET", "messages/{message}/receipts", EVERYBODY),
    Case("GET", "rooms/{room}/pins", EVERYBODY),
    Case("POST", "messages/{answer}/stop", KEEPERS),
    Case("POST", "messages/{answer}/stop", ASKERS, own=True),
    Case("POST", "messages/{stopped}/regenerate", KEEPERS, 202),
    Case("POST", "messages/{stopped}/regenerate", ASKERS, 202, own=True),
]

STAYS_WHILE_ARCHIVED = {
    ("GET", "rooms/{room}"),
    ("GET", "rooms/{room}/members"),
    ("GET", "rooms/{room}/pins"),
    ("GET", "rooms/{room}/messages"),
    ("GET", "rooms/{room}/messages/search?q=hello"),
    ("GET", "rooms/{room}/changes?since=0"),
    ("POST", "rooms/{room}/read"),
    ("POST", "rooms/{room}/leave"),
    ("PATCH", "rooms/{room}/owner"),
    ("POST", "rooms/{room}/archive"),
    ("POST", "rooms/{room}/unarchive"),
    ("DELETE", "rooms/{room}"),
}

WITHOUT_A_ROOM = {
    ("GET", "/api/v1/me/identities"),
    ("POST", "/api/v1/me/identities/{provider}"),
    ("DELETE", "/api/v1/me/identities/{provider}"),
    ("GET", "/api/v1/me"),
    ("PATCH", "/api/v1/me"),
    ("DELETE", "/api/v1/me"),
    ("GET", "/api/v1/me/export"),
    ("PUT", "/api/v1/me/avatar"),
    ("DELETE", "/api/v1/me/avatar"),
    ("GET", "/api/v1/users/{user_id}/avatar"),
    ("GET", "/api/v1/users/search"),
    ("GET", "/api/v1/users/{username}"),
    ("POST", "/api/v1/conversations"),
    ("GET", "/api/v1/blocks"),
    ("POST", "/api/v1/blocks/{username}"),
    ("DELETE", "/api/v1/blocks/{username}"),
    ("GET", "/api/v1/users/me/contacts"),
    ("POST", "/api/v1/users/me/contacts"),
    ("DELETE", "/api/v1/users/me/contacts/{user_id}"),
    ("GET", "/api/v1/me/stars"),
    ("GET", "/api/v1/rooms"),
    ("POST", "/api/v1/rooms"),
    ("POST", "/api/v1/chats"),
    ("GET", "/api/v1/models"),
    ("GET", "/api/v1/outbox"),
    ("GET", "/api/v1/admin/jobs/failed"),
    ("POST", "/api/v1/admin/jobs/failed/{job_id}/retry"),
    ("DELETE", "/api/v1/admin/jobs/failed/{job_id}"),
    ("GET", "/api/v1/search"),
    ("POST", "/api/v1/users/{user_id}/report"),
    ("GET", "/api/v1/moderation/reports"),
    ("GET", "/api/v1/moderation/audit"),
    ("GET", "/api/v1/moderation/suspended"),
    ("POST", "/api/v1/moderation/reports/{report_id}/dismiss"),
    ("POST", "/api/v1/moderation/reports/{report_id}/delete-message"),
    ("POST", "/api/v1/moderation/reports/{report_id}/suspend"),
    ("POST", "/api/v1/moderation/users/{user_id}/restore"),
    ("POST", "/api/v1/invitations/{token}/join"),
    ("GET", "/api/v1/me/invitations"),
    ("POST", "/api/v1/me/invitations/{invitation_id}/accept"),
    ("POST", "/api/v1/me/invitations/{invitation_id}/decline"),
    ("GET", "/api/v1/groups"),
    ("POST", "/api/v1/groups"),
    ("GET", "/api/v1/groups/{group_id}"),
    ("PATCH", "/api/v1/groups/{group_id}"),
    ("DELETE", "/api/v1/groups/{group_id}"),
    ("POST", "/api/v1/groups/{group_id}/members"),
    ("DELETE", "/api/v1/groups/{group_id}/members/{user_id}"),
    ("GET", "/api/v1/auth/me"),
    ("POST", "/api/v1/me/email"),
    ("POST", "/api/v1/me/email/verification"),
    ("POST", "/api/v1/me/password"),
    ("GET", "/api/v1/me/sessions"),
    ("DELETE", "/api/v1/me/sessions/{session_id}"),
    ("GET", "/api/v1/me/two-factor"),
    ("POST", "/api/v1/me/two-factor"),
    ("POST", "/api/v1/me/two-factor/confirm"),
    ("POST", "/api/v1/me/two-factor/recovery-codes"),
    ("POST", "/api/v1/me/two-factor/disable"),
    ("GET", "/api/v1/me/api-tokens"),
    ("POST", "/api/v1/me/api-tokens"),
    ("DELETE", "/api/v1/me/api-tokens/{token_id}"),
    ("POST", "/api/v1/auth/logout"),
    ("POST", "/api/v1/auth/logout-all"),
}
FOR_ANYBODY = {
    ("GET", "/api/v1/auth/providers"),
    ("GET", "/api/v1/auth/{provider}/start"),
    ("GET", "/api/v1/auth/{provider}/callback"),
    ("GET", "/api/v1/auth/claim"),
    ("POST", "/api/v1/auth/claim"),
    ("DELETE", "/api/v1/auth/claim"),
    ("POST", "/api/v1/auth/claim/code"),
    ("POST", "/api/v1/auth/register"),
    ("POST", "/api/v1/auth/login"),
    ("POST", "/api/v1/auth/refresh"),
    ("POST", "/api/v1/auth/verify-email"),
    ("POST", "/api/v1/auth/forgot-password"),
    ("POST", "/api/v1/auth/reset-password"),
    ("GET", "/api/v1/invitations/{token}"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
}


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_each_role_may_what_the_table_says(case: Case, clients: Clients, make: Factory, do: Do):
    for role in Role:
        actor, token = await make.signed_in()
        path, body = await _request(case, role, actor, make, do)
        response = await clients(token).request(case.method, path, json=body)
        expected = case.status if role in case.may.split() else case.refusal
        assert response.status_code == expected, (role, response.text)


@pytest.mark.parametrize("case", [case for case in CASES if not case.own], ids=str)
async def test_a_stranger_finds_nothing_and_nobody_is_asked_to_sign_in(
    case: Case, clients: Clients, make: Factory, do: Do
):
    path, body = await _request(case, Role.MEMBER, await make.actor(), make, do)
    _, stranger = await make.signed_in(is_admin=True)  # a site admin is a stranger to rooms they are not in
    assert (await clients(stranger).request(case.method, path, json=body)).status_code == 404
    assert (await clients().request(case.method, path, json=body)).status_code == 401


async def _request(case: Case, role: Role, actor: Any, make: Factory, do: Do) -> tuple[str, dict[str, Any] | None]:
    """Return the case's path and body in a new room where ``actor`` has ``role``, with the objects it names."""
    master = actor if role is Role.MASTER else await make.actor()
    room = await make.room({Role.MASTER: master, role: actor})
    if role is Role.MASTER:  # what is not the actor's own is somebody else's, who may do as much as can be
        master = await make.actor()
        await make.join(room, master, Role.ADMIN)
    named = _Named(make, do, room, master, actor if case.own else master)
    ids = {name: await getattr(named, name)() for name in case.names()}
    return case.path.format_map(ids), case.body and {
        key: value.format_map(ids) if isinstance(value, str) else value for key, value in case.body.items()
    }


@dataclass(frozen=True)
class _Named:
    """Creates the objects that a request can name, in a room with a master or admin, and gives their ids."""

    make: Factory
    do: Do
    place: Room
    master: Actor
    author: Actor

    async def room(self) -> UUID:
        return self.place.id

    async def message(self) -> UUID:
        return (await self.make.message(self.place, self.author)).id

    async def answer(self) -> UUID:
        """Queue an answer, whose asker may have a role that can no longer ask."""
        view = await self.do(self.master, ask_in_room, self.place.id)
        async with self.make.work.begin() as ctx:
            (await ctx.db.get_one(Message, view.id)).asked_by_id = self.author.user_id
        return view.id

    async def stopped(self) -> UUID:
        answer = await self.answer()
        await self.do(self.master, stop, answer)
        return answer

    async def link(self) -> UUID:
        return (await self.do(self.master, create_invite_link, self.place.id)).id

    async def user(self) -> UUID:
        user = await self.make.actor()
        await self.make.join(self.place, user, Role.READER)
        return user.user_id

    async def waiting(self) -> UUID:
        waiting = await self.make.actor()
        await self.make.waiting(self.place, waiting)
        return waiting.user_id

    async def invitation(self) -> UUID:
        await self.do(self.master, invite, self.place.id, str((await self.make.actor()).user_id))
        [invitation] = await self.do(self.master, pending_invitations, self.place.id)
        return invitation.id


async def test_no_route_is_forgotten(api: FastAPI):
    message = "{message_id}"
    names = {"room": "{room_id}", "link": "{link_id}", "user": "{user_id}", "waiting": "{user_id}"}
    names |= {"invitation": "{invitation_id}"} | dict.fromkeys(("message", "answer", "stopped"), message)
    names |= {"emoji": "{emoji}"}
    paths = [(case.method, case.path.partition("?")[0].replace("👍", "{emoji}")) for case in CASES]
    tested = {(method, "/api/v1/" + path.format_map(names)) for method, path in paths}
    there = {(method.upper(), path) for path, methods in api.openapi()["paths"].items() for method in methods}
    assert there == tested | WITHOUT_A_ROOM | FOR_ANYBODY


@pytest.mark.parametrize(("method", "path"), sorted(WITHOUT_A_ROOM), ids=str)
async def test_what_concerns_a_person_needs_a_session(method: str, path: str, clients: Clients):
    names = (
        "user_id",
        "token",
        "username",
        "invitation_id",
        "group_id",
        "session_id",
        "report_id",
        "job_id",
        "token_id",
        "provider",
    )
    path = path.removeprefix("/api/v1/").format_map(dict.fromkeys(names, "x"))
    assert (await clients().request(method, path, json={})).status_code == 401


THEIRS = [
    ("DELETE", "me/sessions/{session}", None, 204),
    ("DELETE", "me/api-tokens/{token}", None, 204),
    ("GET", "groups/{group}", None, 200),
    ("PATCH", "groups/{group}", {"name": "Mine now"}, 200),
    ("POST", "groups/{group}/members", {"who": "{somebody}"}, 200),
    ("DELETE", "groups/{group}/members/{somebody}", None, 200),
    ("DELETE", "groups/{group}", None, 204),
    ("POST", "me/invitations/{invitation}/accept", None, 200),
    ("POST", "me/invitations/{invitation}/decline", None, 204),
]
"""Requests about a person's own objects, by id."""
OF_THE_SITE = [
    ("GET", "outbox", 200),
    ("GET", "admin/jobs/failed", 200),
    ("POST", "admin/jobs/failed/{job}/retry", 204),
    ("DELETE", "admin/jobs/failed/{job}", 204),
    ("GET", "moderation/reports", 200),
    ("GET", "moderation/audit", 200),
    ("GET", "moderation/suspended", 200),
    ("POST", "moderation/reports/{report}/dismiss", 204),
    ("POST", "moderation/reports/{report}/delete-message", 204),
    ("POST", "moderation/reports/{report}/suspend", 204),
    ("POST", "moderation/users/{somebody}/restore", 204),
]
TO_SOMEBODY = [
    ("GET", "users/{username}", None, 200, 200),
    ("POST", "conversations", {"type": "dm", "username": "{username}"}, 201, 403),
    ("POST", "conversations", {"type": "group", "usernames": ["{username}"]}, 201, 403),
    ("POST", "users/me/contacts", {"username": "{username}"}, 201, 201),
    ("POST", "blocks/{username}", None, 200, 200),
    ("DELETE", "blocks/{username}", None, 200, 200),
    ("POST", "users/{somebody}/report", {"reason": "spam"}, 201, 201),
]
"""Requests about a person: the status for a stranger, and for somebody whom that person has blocked."""


async def _own_things(do: Do, make: Factory, owner: Any) -> dict[str, str]:
    somebody, room = await make.actor(), await make.room()
    session, _ = await make.session(owner)
    token, _ = await do(owner, make_api_token, name="Bot", scopes=["read"], password=PASSWORD)
    group = await do(owner, create_group, "Friends")
    await do(owner, add_to_group, group.id, somebody.person.username)
    async with do.work.begin() as ctx:
        ctx.db.add(invitation := RoomInvitation(room_id=room.id, user_id=owner.user_id, created_at=ctx.now))
    ids = {"session": session, "token": token.id, "group": group.id, "invitation": invitation.id}
    return {name: str(value) for name, value in (ids | {"somebody": somebody.user_id}).items()}


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, ids) for each in value]
    return value.format_map(ids) if isinstance(value, str) else value


@pytest.mark.parametrize(("method", "path", "body", "status"), THEIRS)
async def test_what_is_somebodys_own_is_not_there_for_others(
    method: str, path: str, body: Any, status: int, clients: Clients, make: Factory, do: Do
):
    owner, token = await make.signed_in()
    ids = await _own_things(do, make, owner)
    for others in [(await make.signed_in())[1], (await make.signed_in(is_admin=True))[1]]:
        response = await clients(others).request(method, path.format_map(ids), json=_filled(body, ids))
        assert response.status_code == 404, response.text
    response = await clients(token).request(method, path.format_map(ids), json=_filled(body, ids))
    assert response.status_code == status, response.text


@pytest.mark.parametrize(("method", "path", "status"), OF_THE_SITE)
async def test_what_is_the_sites_is_for_its_admins(
    method: str, path: str, status: int, clients: Clients, make: Factory, do: Do
):
    author, (reporter, token) = await make.actor(), await make.signed_in()
    room = await make.room({Role.MASTER: author, Role.MEMBER: reporter})
    message = await make.message(room, author)
    report = await do(reporter, report_message, message.id, "spam")
    ids = {"report": report, "somebody": author.user_id, "job": await do(None, failed_job)}
    path = path.format_map(ids)
    master = clients((await make.session(author))[1])
    for client in (clients(token), master):
        assert (await client.request(method, path)).status_code == 404
    _, admin = await make.signed_in(is_admin=True)
    assert (await clients(admin).request(method, path)).status_code == status


@pytest.mark.parametrize(("method", "path", "body", "stranger", "blocked"), TO_SOMEBODY)
async def test_what_one_may_do_to_somebody(
    method: str, path: str, body: Any, stranger: int, blocked: int, clients: Clients, make: Factory, do: Do
):
    _, token = await make.signed_in()
    somebody, (kept_off, kept_offs) = await make.actor(), await make.signed_in()
    await do(somebody, block_person, kept_off.person.username)
    ids = {"username": somebody.person.username, "somebody": str(somebody.user_id)}
    for who, status in ((token, stranger), (kept_offs, blocked)):
        response = await clients(who).request(method, path.format_map(ids), json=_filled(body, ids))
        assert response.status_code == status, response.text
    await do(somebody, delete_account, PASSWORD)
    response = await clients(token).request(method, path.format_map(ids), json=_filled(body, ids))
    assert response.status_code == (201 if path.endswith("/report") else 404), response.text


@pytest.mark.parametrize("who", ["suspended", "deleted", "signed out"])
async def test_suspended_or_deleted_person_gets_401(who: str, clients: Clients, make: Factory, do: Do):
    """Sends the session's token, an API token, and a cookie."""
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: await make.actor(), Role.MEMBER: actor})
    _, bot = await do(actor, make_api_token, name="Bot", scopes=["read"], password=PASSWORD)
    callers = [clients(token), clients.browser(token), *([] if who == "signed out" else [clients(bot)])]
    for caller in callers:
        assert (await caller.get(f"rooms/{room.id}")).status_code == 200
    if who == "suspended":
        async with make.work.begin() as ctx:
            (await ctx.db.get_one(User, actor.user_id)).suspended_at = ctx.now
    else:
        await (do(actor, delete_account, PASSWORD) if who == "deleted" else do(actor, sign_out))
    for caller in callers:
        for method, path in [("GET", f"rooms/{room.id}"), ("POST", "groups"), ("GET", "me/export")]:
            error(await caller.request(method, path, json={"name": "x"}), 401, "not_signed_in")


def test_what_has_an_id_in_its_address_is_asked_for_by_a_stranger():
    names = {"session": "session_id", "token": "token_id", "group": "group_id", "somebody": "user_id"}
    names |= {"invitation": "invitation_id", "report": "report_id", "username": "username", "job": "job_id"}
    wrapped = {name: f"{{{parameter}}}" for name, parameter in names.items()}
    asked = {(row[0], "/api/v1/" + row[1].format_map(wrapped)) for row in (*THEIRS, *OF_THE_SITE, *TO_SOMEBODY)}
    with_ids = {(method, path) for method, path in WITHOUT_A_ROOM if "{" in path}
    assert with_ids - asked == {
        (
            "GET",
            "/api/v1/users/{user_id}/avatar",
        ),  # for all who are signed in
        ("DELETE", "/api/v1/users/me/contacts/{user_id}"),  # of one's own contacts, by the other's id
        ("POST", "/api/v1/invitations/{token}/join"),  # the token is the permission
        ("POST", "/api/v1/me/identities/{provider}"),  # not an id: tests/api/test_identities.py
        ("DELETE", "/api/v1/me/identities/{provider}"),
    }


@pytest.mark.parametrize("case", [case for case in CASES if case.path.startswith("rooms/")], ids=str)
async def test_an_archived_room_can_be_read_opened_and_ended(case: Case, clients: Clients, make: Factory, do: Do):
    master, token = await make.signed_in()
    path, body = await _request(case, Role.MASTER, master, make, do)
    assert (await clients(token).post(f"rooms/{path.split('/')[1]}/archive")).status_code == 200
    response = await clients(token).request(case.method, path, json=body)
    if (case.method, case.path) in STAYS_WHILE_ARCHIVED:
        assert response.status_code in {case.status, case.refusal}
    else:
        error(response, 409, "room_archived")
