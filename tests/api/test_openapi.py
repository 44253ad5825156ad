"""The API keeps its own OpenAPI description, for any request of anybody."""

import json
from dataclasses import dataclass, field, replace
from typing import Any, Final

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from chat_app.bootstrap import Runtime
from tests.api.conftest import Clients
from tests.api.promises import World, draw, sensible_of
from tests.support.factory import Factory
from tests.support.use_cases import Do

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
ADVICE: Final = {
    "ServerError": "The log has the bug. What cannot be done is a DomainError.",
    "UndefinedStatusCode": "Include the router with `responses=_ERRORS` (chat_app/api/app.py), or name the status.",
    "UndefinedContentType": "Name it by `response_class`, or in `responses`.",
    "JsonSchemaError": "The endpoint's `response_model` is not what it returns.",
    "AcceptedNegativeData": "The body's model admits more than it says: StrictInt, StrictBool, an enum, max_length.",
}
FOR_ANYBODY: Final = (
    *("/api/v1/site/", "/api/v1/tabs"),
    *("/healthz", "/readyz", "/api/v1/auth/", "/api/v1/invitations/{token}"),
    *("/api/v1/plans", "/api/v1/webhooks/"),  # what signs an event proves who sends it
)
"""Paths without a session; all others answer 401 to strangers."""
MOST: Final = {200, 202, 204, 401, 404, 409, 422}
STATUSES: Final = {"rooms": {*MOST, 201}, "own": MOST, "others": {*MOST, 201, 403}}
"""The parts of the API, one test for each so that more than one process takes part, and what each answers at least."""
OF_A_ROOM: Final = {"room_id", "message_id"}
NOT_KNOWING: Final = {404, 422}
"""The answers for people who are not in a room: not found, unless the request is unreadable."""


@pytest.fixture(scope="session")
def operations(api: FastAPI) -> list[Any]:
    """Return all operations: creating ones first, deleting ones last."""
    description = json.loads(json.dumps(api.openapi()))
    operations = [each.ok() for each in schemathesis.openapi.from_dict(description).get_all_operations()]
    return sorted(operations, key=lambda each: (each.method != "post", each.method == "delete", each.path))


@pytest.fixture
async def world(parts: Runtime, clients: Clients, make: Factory, do: Do, operations: list[Any]) -> World:
    await parts.hub.start()
    parts.work.policy = replace(parts.work.policy, limited=False)
    world = World(clients, make, do, operations)
    await world.begin()
    return world


@dataclass
class Examiner:
    """Sends requests, and collects each kind of fault of an operation once."""

    world: World
    faults: dict[tuple[str, ...], str] = field(default_factory=dict)
    statuses: set[int] = field(default_factory=set)
    changed: bool = False
    """Whether a request since the last beginning may have changed the world."""

    async def examine(self, operation: Any) -> None:
        """Send what was drawn for the operation, as everybody who can make a difference."""
        if self.changed:
            await self._begin_again()
        for number, case in enumerate(draw(operation, GenerationMode.POSITIVE)):
            sensible = number < sensible_of(operation)
            if number == 0 or operation.path.startswith(FOR_ANYBODY):
                await self._ask(case, "nobody", sensible=sensible)
            if sensible:
                await self._ask(case, "stranger", sensible=True)
            await self._ask(case, "master", sensible=sensible)
        for case in draw(operation, GenerationMode.NEGATIVE):
            await self._ask(case, "master", sensible=False)

    async def _ask(self, case: Case, who: str, *, sensible: bool) -> None:
        if sensible:
            await self.world.make_sensible(case)
        response = await self.world.ask(case, who)
        self._look(case, who, response)
        if response.is_success and case.method != "GET":
            self.changed = True
            if not await self.world.holds():
                await self._begin_again()

    async def _begin_again(self) -> None:
        await self.world.begin()
        self.changed = False

    def _look(self, case: Case, who: str, response: httpx.Response) -> None:
        self.statuses.add(response.status_code)
        if who == "nobody" and response.status_code != 401 and not case.operation.path.startswith(FOR_ANYBODY):
            self._note(case, who, response, "AskedOfNobody", "Take `ctx: Reading` or a like, or add to FOR_ANYBODY.")
        of_a_room = not OF_A_ROOM.isdisjoint(case.path_parameters)
        if who == "stranger" and of_a_room and response.status_code not in NOT_KNOWING:
            self._note(case, who, response, "SeenByAStranger", "Have the room by access_room, before anything else.")
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as group:
            for failure in group.exceptions:
                kind = type(failure).__name__
                self._note(case, who, response, kind, f"{failure.message}\n{ADVICE.get(kind, '')}")

    def _note(self, case: Case, who: str, response: httpx.Response, kind: str, told: str) -> None:
        request = response.request
        sent = f"{request.method} {request.url} {request.content[:200].decode('utf-8', 'replace')}"
        lines = (
            f"{case.operation.label} ({who}): {kind}, status {response.status_code}",
            told,
            sent,
            response.text[:300],
        )
        self.faults.setdefault((case.operation.label, kind, str(response.status_code)), "\n  ".join(lines))


@pytest.mark.parametrize("part", STATUSES)
@pytest.mark.slow
async def test_every_answer_is_described(world: World, operations: list[Any], part: str):
    examiner = Examiner(world)
    for operation in operations:
        if part_of(operation.path) == part:
            await examiner.examine(operation)
    assert not examiner.faults, "\n\n".join(["", *examiner.faults.values()])
    assert examiner.statuses >= STATUSES[part]


def part_of(path: str) -> str:
    """Return the part of an operation; what is made at a path is in the part of those that name it."""
    root = path.removeprefix("/api/v1/").partition("/")[0]
    return {"rooms": "rooms", "me": "own", "messages": "own"}.get(root, "others")
