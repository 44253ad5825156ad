"""Every role in running the site × every route for that, and what strangers get."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Self

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.access.site import SiteRole
from chat_app.core.applications.commands import add_application
from chat_app.core.connections.commands import create_connection
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.kernel.actor import Actor
from chat_app.core.rooms.tables import Room
from chat_app.core.safety.commands import report_message
from chat_app.core.site.invitations import invite_to_site
from chat_app.core.support.commands import ask_for_help
from chat_app.core.tools.commands import add_tool_server
from tests.api.conftest import Clients
from tests.support.factory import Factory
from tests.support.jobs import failed_job
from tests.support.site_things import group_for_model, left_room, refused_file
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

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
    ("GET", "admin/payment-events", "admin billing auditor", 200, None),
    ("GET", "admin/alerts", AUDITORS, 200, None),
    ("POST", "admin/alerts/{target}/test", ADMIN, 202, None),
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


@dataclass(frozen=True)
class Place:
    """A room of two people, and an admin of the site."""

    do: Do
    make: Factory
    admin: Actor
    author: Actor
    reporter: Actor
    room: Room

    @classmethod
    async def of(cls, do: Do, make: Factory) -> Self:
        async with make.together() as make_all:
            admin = await make_all.actor(is_admin=True)
            author, reporter = await make_all.actor(username="somebody"), await make_all.actor()
            room = await make_all.room({Role.MASTER: author, Role.MEMBER: reporter})
        return cls(do, make, admin, author, reporter, room)

    async def ids_in(self, request: str) -> dict[str, object]:
        """Make each thing that the request names, and return their ids."""
        return {name: await THINGS[name](self) for name in sorted(set(re.findall(r"{(\w+)}", request)))}


async def reported(place: Place) -> object:
    message = await place.make.message(place.room, place.author)
    return await place.do(place.reporter, report_message, message.id, "spam")


async def somebody(place: Place) -> object:
    return place.author.user_id


async def waiting(place: Place) -> object:
    return (await place.make.user(waits_for="approval")).id


async def invited(place: Place) -> object:
    return (await place.do(place.admin, invite_to_site)).invitation.id


async def connected(place: Place) -> object:
    return (await place.do(place.admin, create_connection, kind="ollama", name="Here")).id


async def helped(place: Place) -> object:
    await place.do(place.author, ask_for_help, place.room.id)
    return place.room.id


async def server(place: Place) -> object:
    return (await place.do(place.admin, add_tool_server, name="Here", url="http://127.0.0.1:1")).id


async def client(place: Place) -> object:
    return (await place.do(place.admin, add_application, **APPLICATION))[0].id


async def linked(place: Place) -> object:
    return (await place.do(place.author, create_invite_link, place.room.id)).id


async def first_target(_: Place) -> object:
    return 0


THINGS: Final[dict[str, Callable[[Place], Awaitable[object]]]] = {
    "somebody": somebody,
    "report": reported,
    "waiting": waiting,
    "declined": waiting,
    "site_invitation": invited,
    "job": lambda place: place.do(None, failed_job),
    "connection": connected,
    "session_of_support": helped,
    "tools": server,
    "application": client,
    "left": lambda place: place.do(None, left_room, place.author.user_id),
    "group": lambda place: place.do(None, group_for_model, place.author.user_id),
    "target": first_target,
    "link": linked,
    "refused": lambda place: place.do(None, refused_file, place.room.id),
}


@pytest.mark.parametrize(
    ("method", "path", "may", "status", "body"), OF_THE_SITE, ids=lambda value: value if isinstance(value, str) else ""
)
async def test_each_site_role_has_the_permissions_of_the_table(
    method: str, path: str, may: str, status: int, body: Any, clients: Clients, make: Factory, do: Do
):
    place = await Place.of(do, make)
    ids = await place.ids_in(f"{path} {body}")
    path = path.format_map(ids)
    body = {key: value.format_map(ids) if isinstance(value, str) else value for key, value in (body or {}).items()}
    async with make.together() as make_all:
        nobodies = [(await make_all.session(actor))[1] for actor in (place.reporter, place.author)]
        staff = {role: (await make_all.signed_in(site_roles=[role]))[1] for role in SiteRole}
    for nobody in nobodies:
        assert (await clients(nobody).request(method, path, json=body)).status_code == 404
    for role in sorted(SiteRole, key=lambda role: role in may.split()):  # who may, does it once, at the end
        if role in may.split() and role != may.split()[-1] and method != "GET":
            continue
        answer = await clients(staff[role]).request(method, path, json=body)
        assert answer.status_code == (status if role in may.split() else 404), (role, answer.text)
