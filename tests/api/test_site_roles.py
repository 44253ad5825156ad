"""Every role in running the site × every route for that, and what strangers get."""

from typing import Any, Final

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.access.site import SiteRole
from chat_app.core.applications.commands import add_application
from chat_app.core.connections.commands import create_connection
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.safety.commands import report_message
from chat_app.core.site.invitations import invite_to_site
from chat_app.core.support.commands import ask_for_help
from chat_app.core.tools.commands import add_tool_server
from tests.api.conftest import Clients
from tests.support.factory import Factory
from tests.support.jobs import failed_job
from tests.support.site_things import group_for_model, left_room, refused_file
from tests.support.use_cases import Do

ADMIN, MODERATORS, AUDITORS, PAYERS = "admin", "admin moderator", "admin auditor", "admin billing"
VIEWERS = "admin moderator billing auditor"
MODEL: Final = {"kind": "ollama", "name": "There"}
APPLICATION: Final = {"name": "Wiki", "redirect_uris": ["https://wiki.test/back"]}
SERVER: Final = {"name": "There", "url": "http://127.0.0.1:1"}

OF_THE_SITE: Final[list[tuple[str, str, str, int, Any]]] = [
    ("GET", "outbox", ADMIN, 200, None),
    ("GET", "admin/overview", AUDITORS, 200, None),
    ("GET", "admin/people", VIEWERS, 200, None),
    ("GET", "admin/people/{somebody}", VIEWERS, 200, None),
    ("POST", "admin/people/{somebody}/roles", ADMIN, 200, {"roles": ["auditor"]}),
    ("POST", "admin/people/{somebody}/suspend", MODERATORS, 204, {"reason": "Spam"}),
    ("POST", "admin/people/{somebody}/restore", MODERATORS, 204, None),
    ("POST", "admin/people/{somebody}/sign-out", ADMIN, 204, None),
    ("POST", "admin/people/{somebody}/reset-second-factor", ADMIN, 204, None),
    ("POST", "admin/people/{somebody}/delete", ADMIN, 204, {"username": "somebody"}),
    ("POST", "admin/people/{somebody}/grant", PAYERS, 204, {"amount": 5, "reason": "Sorry"}),
    ("GET", "admin/people/{somebody}/budgets", "admin billing auditor", 200, None),
    ("PUT", "admin/people/{somebody}/budget", PAYERS, 200, {"amount": 5}),
    ("DELETE", "admin/people/{somebody}/budget", PAYERS, 204, None),
    ("GET", "admin/budgets", "admin billing auditor", 200, None),
    ("PUT", "admin/budget", PAYERS, 200, {"amount": 5}),
    ("DELETE", "admin/budget", PAYERS, 204, None),
    ("POST", "admin/people/{waiting}/approve", ADMIN, 204, None),
    ("POST", "admin/people/{declined}/decline", ADMIN, 204, None),
    ("GET", "admin/settings", AUDITORS, 200, None),
    ("PATCH", "admin/settings", ADMIN, 200, {"values": {}}),
    ("PUT", "admin/branding/icon", ADMIN, 422, None),
    ("DELETE", "admin/branding/icon", ADMIN, 200, None),
    ("GET", "admin/site-invitations", AUDITORS, 200, None),
    ("POST", "admin/site-invitations", ADMIN, 201, {}),
    ("DELETE", "admin/site-invitations/{site_invitation}", ADMIN, 204, None),
    ("GET", "admin/audit", AUDITORS, 200, None),
    ("GET", "admin/audit/export", AUDITORS, 200, None),
    ("GET", "admin/jobs", AUDITORS, 200, None),
    ("GET", "admin/ratings", ADMIN, 200, None),
    ("GET", "admin/decisions", ADMIN, 200, None),
    ("POST", "admin/jobs/{job}/retry", ADMIN, 204, None),
    ("DELETE", "admin/jobs/{job}", ADMIN, 204, None),
    ("GET", "admin/connections", ADMIN, 200, None),
    ("POST", "admin/connections", ADMIN, 201, MODEL),
    ("PATCH", "admin/connections/{connection}", ADMIN, 200, {}),
    ("POST", "admin/connections/{connection}/test", ADMIN, 200, None),
    ("DELETE", "admin/connections/{connection}", ADMIN, 204, None),
    ("GET", "admin/tools", ADMIN, 200, None),
    ("POST", "admin/tools", ADMIN, 201, SERVER),
    ("PATCH", "admin/tools/{tools}", ADMIN, 200, {}),
    ("POST", "admin/tools/{tools}/test", ADMIN, 200, None),
    ("DELETE", "admin/tools/{tools}", ADMIN, 204, None),
    ("GET", "admin/applications", ADMIN, 200, None),
    ("POST", "admin/applications", ADMIN, 201, APPLICATION),
    ("PATCH", "admin/applications/{application}", ADMIN, 200, {"enabled": False}),
    ("POST", "admin/applications/{application}/secret", ADMIN, 200, None),
    ("DELETE", "admin/applications/{application}", ADMIN, 204, None),
    ("GET", "admin/models", ADMIN, 200, None),
    ("PUT", "admin/transcriber", ADMIN, 204, {"model": ""}),
    ("PUT", "admin/speaker", ADMIN, 204, {"model": ""}),
    ("GET", "admin/rooms", AUDITORS, 200, None),
    ("GET", "admin/rooms/{left}", AUDITORS, 200, None),
    ("POST", "admin/rooms/{left}/archive", ADMIN, 204, None),
    ("POST", "admin/rooms/{left}/unarchive", ADMIN, 204, None),
    ("POST", "admin/rooms/{left}/owner", ADMIN, 204, {"user_id": "{somebody}"}),
    ("POST", "admin/rooms/{left}/revoke-links", ADMIN, 204, None),
    ("POST", "admin/rooms/{left}/delete", ADMIN, 204, {"name": "Left"}),
    ("GET", "admin/groups", AUDITORS, 200, None),
    ("GET", "admin/groups/{group}", AUDITORS, 200, None),
    ("PATCH", "admin/groups/{group}", ADMIN, 200, {"name": "Others"}),
    ("DELETE", "admin/groups/{group}", ADMIN, 204, None),
    ("GET", "admin/invitations", AUDITORS, 200, None),
    ("DELETE", "admin/invitations/{link}", ADMIN, 204, None),
    ("GET", "admin/usage", "admin billing auditor", 200, None),
    ("GET", "admin/usage?format=csv&by=room", "admin billing auditor", 200, None),
    ("GET", "admin/storage", AUDITORS, 200, None),
    ("DELETE", "admin/storage/{refused}", ADMIN, 204, None),
    ("GET", "support/sessions", "admin supporter auditor", 200, None),
    ("GET", "support/sessions/{session_of_support}", "admin supporter auditor", 200, None),
    ("POST", "support/sessions/{session_of_support}/takeover", "admin supporter", 204, None),
    ("POST", "support/sessions/{session_of_support}/release", "admin supporter", 204, {}),
    ("GET", "moderation/reports", MODERATORS, 200, None),
    ("GET", "moderation/suspended", MODERATORS, 200, None),
    ("POST", "moderation/reports/{report}/dismiss", MODERATORS, 204, None),
    ("POST", "moderation/reports/{report}/delete-message", MODERATORS, 204, None),
    ("POST", "moderation/reports/{report}/suspend", MODERATORS, 204, None),
    ("POST", "moderation/users/{somebody}/restore", MODERATORS, 204, None),
]
"""Each route, the roles that may use it, the status for them, and a body."""


@pytest.mark.parametrize(
    ("method", "path", "may", "status", "body"), OF_THE_SITE, ids=lambda value: value if isinstance(value, str) else ""
)
async def test_each_role_may_what_the_table_says(
    method: str, path: str, may: str, status: int, body: Any, clients: Clients, make: Factory, do: Do
):
    author, (reporter, token) = await make.actor(username="somebody"), await make.signed_in()
    room = await make.room({Role.MASTER: author, Role.MEMBER: reporter})
    message = await make.message(room, author)
    admin = await make.actor(is_admin=True)
    ids = {"somebody": author.user_id, "report": await do(reporter, report_message, message.id, "spam")}
    ids["waiting"] = (await make.user(waits_for="approval")).id
    ids["declined"] = (await make.user(waits_for="approval")).id
    ids["site_invitation"] = (await do(admin, invite_to_site)).invitation.id
    ids["job"] = await do(None, failed_job)
    ids["connection"] = (await do(admin, create_connection, kind="ollama", name="Here")).id
    await do(author, ask_for_help, room.id)
    ids["session_of_support"] = room.id
    ids["tools"] = (await do(admin, add_tool_server, name="Here", url="http://127.0.0.1:1")).id
    ids["application"] = (await do(admin, add_application, **APPLICATION))[0].id
    ids["left"] = await do(None, left_room, author.user_id)
    ids["group"] = await do(None, group_for_model, author.user_id)
    ids["link"] = (await do(author, create_invite_link, room.id)).id
    ids["refused"] = await do(None, refused_file, room.id)
    path = path.format_map(ids)
    body = {key: value.format_map(ids) if isinstance(value, str) else value for key, value in (body or {}).items()}
    for nobody in (token, (await make.session(author))[1]):
        assert (await clients(nobody).request(method, path, json=body)).status_code == 404
    for role in sorted(SiteRole, key=lambda role: role in may.split()):  # who may, does it once, at the end
        if role in may.split() and role != may.split()[-1] and method != "GET":
            continue
        _, staff = await make.signed_in(site_roles=[role])
        answer = await clients(staff).request(method, path, json=body)
        assert answer.status_code == (status if role in may.split() else 404), (role, answer.text)
