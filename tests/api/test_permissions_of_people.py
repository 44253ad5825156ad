"""The permissions of REST outside rooms: own things, those of the site, and actions on other people."""

import re
from typing import Any
from uuid import UUID

import pytest

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.assistants.commands import create_assistant
from chat_app.core.assistants.pictures import set_assistant_picture
from chat_app.core.auth.factors.passkey_tables import Passkey
from chat_app.core.auth.sessions.commands import sign_out
from chat_app.core.auth.tokens.api_tokens import make_api_token
from chat_app.core.direct.blocking import block_person
from chat_app.core.groups.commands import add_to_group, create_group
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import new_id
from chat_app.core.personal.commands import delete_account
from chat_app.core.pictures.pictures import Pictures
from chat_app.core.prompts.commands import create_prompt
from chat_app.core.rooms.tables import RoomInvitation
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.api.routes import WITHOUT_A_ROOM
from tests.api.test_site_roles import OF_THE_SITE
from tests.core.assistants.test_assistants import png
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

THEIRS = [
    ("DELETE", "me/sessions/{session}", None, 204),
    ("DELETE", "me/api-tokens/{token}", None, 204),
    ("PATCH", "me/passkeys/{passkey}", {"name": "Mine now"}, 200),
    ("DELETE", "me/passkeys/{passkey}", {"password": PASSWORD}, 204),
    ("GET", "groups/{group}", None, 200),
    ("PATCH", "groups/{group}", {"name": "Mine now"}, 200),
    ("POST", "groups/{group}/members", {"who": "{somebody}"}, 200),
    ("DELETE", "groups/{group}/members/{somebody}", None, 200),
    ("GET", "groups/{group}/budgets", None, 200),
    ("PUT", "groups/{group}/budget", {"amount": 5}, 200),
    ("DELETE", "groups/{group}/budget", None, 204),
    ("DELETE", "groups/{group}", None, 204),
    ("GET", "assistants/{assistant}", None, 200),
    ("PATCH", "assistants/{assistant}", {"name": "Mine now"}, 200),
    ("DELETE", "assistants/{assistant}", None, 204),
    ("POST", "assistants/{assistant}/chats", None, 201),
    ("GET", "assistants/{assistant}/picture", None, 200),
    ("PUT", "assistants/{assistant}/picture", None, 422),
    ("DELETE", "assistants/{assistant}/picture", None, 200),
    ("GET", "prompts/{prompt}", None, 200),
    ("PATCH", "prompts/{prompt}", {"text": "Mine now"}, 200),
    ("DELETE", "prompts/{prompt}", None, 204),
    ("POST", "me/invitations/{invitation}/accept", None, 200),
    ("POST", "me/invitations/{invitation}/decline", None, 204),
]
"""Requests about a person's own objects, by id."""
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


async def _own_things(names: set[str], do: Do, make: Factory, pictures: Pictures, owner: Actor) -> dict[str, str]:
    """Create the named things of the owner; return their ids."""
    ids: dict[str, Any] = {"somebody": (somebody := await make.actor()).user_id}
    if "session" in names:
        ids["session"], _ = await make.session(owner)
    if "token" in names:
        token, _ = await do(owner, make_api_token, name="Bot", scopes=["read"], password=PASSWORD)
        ids["token"] = token.id
    if "group" in names:
        ids["group"] = (await do(owner, create_group, "Friends")).id
        await do(owner, add_to_group, ids["group"], somebody.person.username)
    if "prompt" in names:
        ids["prompt"] = (await do(owner, create_prompt, "mine", "Hello")).id
    if "assistant" in names:
        ids["assistant"] = (await do(owner, create_assistant, "mine", "Mine")).id
        await set_assistant_picture(pictures, owner, ids["assistant"], png())
    if "invitation" in names:
        ids["invitation"] = await do(None, _invited, (await make.room()).id, owner)
    if "passkey" in names:
        ids["passkey"] = await do(None, _registered, owner)
    return {name: str(value) for name, value in ids.items()}


async def _invited(ctx: Context, room_id: UUID, owner: Actor) -> UUID:
    ctx.db.add(invitation := RoomInvitation(room_id=room_id, user_id=owner.user_id, created_at=ctx.now))
    return invitation.id


async def _registered(ctx: Context, owner: Actor) -> UUID:
    key = {"credential_id": new_id().bytes, "public_key": b"", "created_at": ctx.now}
    ctx.db.add(passkey := Passkey(user_id=owner.user_id, name="Phone", **key))
    return passkey.id


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, ids) for each in value]
    return value.format_map(ids) if isinstance(value, str) else value


@pytest.mark.parametrize(("method", "path", "body", "status"), THEIRS)
async def test_personal_things_are_not_found_for_others(
    method: str, path: str, body: Any, status: int, clients: Clients, make: Factory, do: Do, parts: Runtime
):
    owner, token = await make.signed_in()
    names = set(re.findall(r"{(\w+)}", path))
    ids = await _own_things(names, do, make, parts.pictures, owner)
    for others in [(await make.signed_in())[1], (await make.signed_in(is_admin=True))[1]]:
        response = await clients(others).request(method, path.format_map(ids), json=_filled(body, ids))
        assert response.status_code == 404, response.text
    response = await clients(token).request(method, path.format_map(ids), json=_filled(body, ids))
    assert response.status_code == status, response.text


@pytest.mark.parametrize(("method", "path", "body", "stranger", "blocked"), TO_SOMEBODY)
async def test_actions_on_a_person_follow_the_relation(
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


def test_every_route_with_id_is_tried_by_stranger():
    names = {
        "session": "session_id",
        "token": "token_id",
        "passkey": "passkey_id",
        "group": "group_id",
        "somebody": "user_id",
    }
    names |= {"invitation": "invitation_id", "report": "report_id", "username": "username", "job": "job_id"}
    names["session_of_support"] = "session_id"
    names |= {"connection": "connection_id", "prompt": "prompt_id", "tools": "server_id", "assistant": "assistant_id"}
    names |= {"session_of_support": "session_id", "site_invitation": "invitation_id"}
    names |= {"waiting": "user_id", "declined": "user_id", "application": "application_id"}
    names |= {"left": "room_id", "link": "invitation_id", "refused": "file_id", "target": "target_id"}
    wrapped = {name: f"{{{parameter}}}" for name, parameter in names.items()}
    asked = {(row[0], "/api/v1/" + row[1].format_map(wrapped)) for row in (*THEIRS, *OF_THE_SITE, *TO_SOMEBODY)}
    with_ids = {(method, path) for method, path in WITHOUT_A_ROOM if "{" in path}
    assert with_ids - asked == {
        (
            "GET",
            "/api/v1/users/{user_id}/avatar",
        ),  # for all who are signed in
        ("DELETE", "/api/v1/users/me/contacts/{user_id}"),  # of one's own contacts, by the other's id
        ("DELETE", "/api/v1/me/applications/{client}"),  # of one's own consents, by the application's id
        ("POST", "/api/v1/invitations/{token}/join"),  # the token is the permission
        ("POST", "/api/v1/me/identities/{provider}"),  # not an id: tests/api/test_identities.py
        ("DELETE", "/api/v1/me/identities/{provider}"),
        ("PUT", "/api/v1/admin/branding/{name}"),  # not an id: test_site_roles.py asks for it
        ("DELETE", "/api/v1/admin/branding/{name}"),
    }
