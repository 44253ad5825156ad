"""Requests made up from the API's own description, and the people who send them.

What is drawn knows no id that exists and hardly a value that makes sense, so that nearly every answer would be 404 or
422. Some requests are therefore sent with what is there: see :class:`World`.
"""

from collections.abc import Iterator
from typing import Any, Final

import httpx
import requests
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode

from chat_app.core.access.permissions import Permission, Role
from chat_app.core.auth.sessions.commands import recognise
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.kernel.actor import Actor
from chat_app.core.rooms.access import access_room
from tests.api.conftest import ORIGIN, Clients
from tests.support.factory import PASSWORD, Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do

INVALID: Final = 2
"""The number of invalid requests for an operation."""


def sensible_of(operation: Any) -> int:
    """Return how many drawn requests are sent with existing ids: with ids alone, each would be the same request.

    It is sent twice where the second may find what the first has changed.
    """
    if operation.body or operation.query:
        return 3
    return 1 if operation.method == "get" else 2


def draw(operation: Any, mode: GenerationMode) -> list[Case]:
    """Draw the same requests in every run: those that are sent with existing ids, and one more that is valid.

    None where nothing can be invalid: any text is a valid id in a path.
    """
    if mode.is_negative and not (operation.body or operation.query):
        return []
    few = settings(
        max_examples=INVALID if mode.is_negative else sensible_of(operation) + 1,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    cases: list[Case] = []

    @few
    @given(case=operation.as_strategy(generation_mode=mode))
    def keep(case: Case) -> None:
        cases.append(case)

    keep()
    return cases


class World:
    """A room, who is in it, and somebody who is not.

    The `master`, who is the site's admin too, is alone with one more member and a message; the `stranger` is in no
    room.
    """

    def __init__(self, clients: Clients, make: Factory, do: Do, operations: list[Any]) -> None:
        self._client, self._make, self._do = clients(), make, do
        self._made_at = dict(_creations(operations))
        self._creators: dict[str, Case] = {}
        self._tokens: dict[str, str | None] = {"nobody": None}
        self.there: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    async def begin(self) -> None:
        """Create everything again."""
        async with self._make.together() as make:
            master, self._tokens["master"] = await make.signed_in(is_admin=True)
            _, self._tokens["stranger"] = await make.signed_in()
            other = await make.actor()
            room = await make.room({Role.MASTER: master, Role.MEMBER: other})
            message = await make.message(room, master)
        link = await self._do(master, create_invite_link, room.id)
        ids = {"room_id": room.id, "message_id": message.id, "link_id": link.id, "user_id": other.user_id}
        self.there = {name: str(value) for name, value in ids.items()}
        self.there |= {"username": other.person.username, "token": link.token}
        self._values = self._sensible(master, other)

    def _sensible(self, master: Actor, other: Actor) -> dict[str, Any]:
        return {
            **self.there,
            "user_ids": [str(other.user_id)],
            "reply_to": self.there["message_id"],
            "invitation": self.there["token"],
            "login": master.person.username,
            "password": PASSWORD,
            "role": Role.MEMBER.value,
            "name": "Tea",
            "text": "Hello",
            "q": "Hello",
        }

    async def holds(self) -> bool:
        """Return whether everybody is still signed in, the room open and its master's, and the stranger outside."""
        codes = []
        async with self._make.work.begin() as ctx:
            for who in ("master", "stranger"):
                ctx.actor = await recognise(ctx, self._tokens[who] or "")
                codes.append(await code_of(access_room(ctx, self.there["room_id"], Permission.DELETE_ANY_MESSAGE)))
        return codes == [None, "room_not_found"]

    async def make_sensible(self, case: Case) -> None:
        """Put existing ids and sensible values into the request."""
        for name in case.path_parameters:
            if name not in self.there and name in self._creators:
                await self.make_sensible(self._creators[name])
                await self.ask(self._creators[name], "master")
        case.path_parameters = {name: self.there.get(name, value) for name, value in case.path_parameters.items()}
        if isinstance(case.body, dict):
            case.body = {name: self._values.get(name, value) for name, value in case.body.items()}
        if case.query:
            case.query = {name: self._values.get(name, value) for name, value in case.query.items()}

    async def ask(self, case: Case, who: str) -> httpx.Response:
        """Send a request as one of the people and return the response."""
        sent = case.as_transport_kwargs(base_url=ORIGIN)
        prepared = requests.Request(**{name: sent[name] for name in sent if name in _OF_A_REQUEST}).prepare()
        kind = {"Content-Type": prepared.headers["Content-Type"]} if "Content-Type" in prepared.headers else {}
        response = await self._send(prepared.method, prepared.url, who, content=prepared.body or b"", headers=kind)
        if who == "master" and response.status_code == 201:
            self._remember(case, response)
        return response

    async def _send(self, method: Any, url: Any, who: str, **request: Any) -> httpx.Response:
        headers = request.pop("headers", {})
        if token := self._tokens[who]:
            headers["Authorization"] = f"Bearer {token}"
        return await self._client.request(method, url, headers=headers, **request)

    def _remember(self, case: Case, response: httpx.Response) -> None:
        """Keep the ids of what was created: `POST /groups` gives the `{group_id}` of `/groups/{group_id}`."""
        name = self._made_at.get(case.operation.path)
        if name and name not in self._values and "id" in (made := response.json()):
            self._creators[name] = case
            self.there[name] = made["id"]


_OF_A_REQUEST: Final = {"method", "url", "headers", "params", "json", "data", "files"}


def _creations(operations: list[Any]) -> Iterator[tuple[str, str]]:
    for operation in operations:
        collection, _, last = operation.path.rpartition("/")
        if last.startswith("{"):
            yield collection, last[1:-1]
