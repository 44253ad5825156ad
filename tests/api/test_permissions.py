"""The permissions of REST: every route for each of the five roles, a stranger, and without a session."""

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.api.routes import CASES, FOR_ANYBODY, STAYS_WHILE_ARCHIVED, WITHOUT_A_ROOM
from tests.api.scene import Scene
from tests.support.factory import Factory
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _unlimited(parts: Runtime) -> None:
    """One person sends what many would."""
    parts.work.policy = replace(parts.work.policy, limited=False)


@pytest.mark.parametrize("role", Role)
async def test_each_role_has_the_permissions_of_the_table(role: Role, clients: Clients, make: Factory, do: Do):
    actor, token = await make.signed_in()
    scene, client = await Scene.of(actor, role, make, do), clients(token)
    found = {str(case): (await scene.answer(client, case)).status_code for case in CASES}
    assert found == {str(case): case.status if role in case.may.split() else case.refusal for case in CASES}


async def test_a_stranger_finds_nothing_and_nobody_is_asked_to_sign_in(clients: Clients, make: Factory, do: Do):
    scene = await Scene.of(await make.actor(), Role.MEMBER, make, do)
    _, token = await make.signed_in(is_admin=True)  # a site admin is a stranger to rooms they are not in
    for client, status in ((clients(token), 404), (clients(), 401)):
        found = {str(case): (await scene.answer(client, case)).status_code for case in CASES}
        assert found == dict.fromkeys(found, status)


async def test_an_archived_room_can_be_read_opened_and_ended(clients: Clients, make: Factory, do: Do):
    master, token = await make.signed_in()
    scene, client = await Scene.of(master, Role.MASTER, make, do), clients(token)
    assert (await client.post(f"rooms/{scene.ids[False]['room']}/archive")).status_code == 200
    for case in CASES:
        if case.path.startswith("rooms/"):
            response = await scene.answer(client, case)
            if (case.method, case.path) in STAYS_WHILE_ARCHIVED:
                assert response.status_code in {case.status, case.refusal}, case
            else:
                error(response, 409, "room_archived")


async def test_no_route_is_forgotten(api: FastAPI):
    message = "{message_id}"
    names = {"room": "{room_id}", "link": "{link_id}", "user": "{user_id}", "call": "{call_id}", "waiting": "{user_id}"}
    names |= dict.fromkeys(("file", "draft", "words"), "{attachment_id}")
    answers = ("message", "answer", "stopped", "cut", "written")
    names |= {"invitation": "{invitation_id}"} | dict.fromkeys(answers, message)
    names |= {"emoji": "{emoji}", "n": "{n}"}
    paths = [(case.method, case.path.partition("?")[0].replace("👍", "{emoji}")) for case in CASES]
    paths = [(method, path.replace("branches/2/", "branches/{n}/")) for method, path in paths]
    tested = {(method, "/api/v1/" + path.format_map(names)) for method, path in paths}
    there = {(method.upper(), path) for path, methods in api.openapi()["paths"].items() for method in methods}
    assert there == tested | WITHOUT_A_ROOM | FOR_ANYBODY


async def test_personal_routes_need_session(clients: Clients):
    client, found = clients(), {}
    for method, path in WITHOUT_A_ROOM:
        sent = re.sub("{[a-z_]+}", "x", path.removeprefix("/api/v1/"))
        found[method, path] = (await client.request(method, sent, json={})).status_code
    assert found == dict.fromkeys(WITHOUT_A_ROOM, 401)
