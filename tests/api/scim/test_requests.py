"""SCIM requests that are not authentic, too large or invalid; and the service's description of itself."""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import pytest
from scim2_models import Context, Schema, ServiceProviderConfig
from sqlalchemy import event

from chat_app.api.scim.requests import MEMBERS_MAX, OPERATIONS_MAX
from chat_app.bootstrap import Runtime
from chat_app.settings import Settings
from tests.api.conftest import Clients
from tests.api.scim.shapes import GROUP, PATCH, USER, created, patched, person, refused
from tests.support.factory import PASSWORD, Factory

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "body",
    [
        *("", "[]", "null", "{", "[" * 100_000, '{"schemas": ["x"]}', '{"userName": 5}'),
        '{"schemas": ["' + USER + '"], "userName": "x"}',
        '{"schemas": ["' + USER + '"], "userName": "a\\u0000b", "emails": [{"value": "x"}]}',
        '{"schemas": ["' + USER + '"], "userName": "' + "a" * 400 + '@b.example"}',
    ],
)
async def test_invalid_person_is_refused(scim: httpx.AsyncClient, body: str):
    for method, path in (("POST", "Users"), ("PUT", "Users/018f6b1e-0000-7000-8000-000000000000"), ("POST", "Groups")):
        response = await scim.request(method, path, content=body)
        assert response.status_code in {400, 404}, response.text
        assert response.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "explode", "path": "active"},
        {"op": "replace", "path": "active["},
        {"op": "replace", "path": "id", "value": "x"},
        {"op": "remove", "path": "userName"},
        {"op": "replace", "path": "emails", "value": "no list"},
        {"op": "replace", "path": "userName", "value": {"a": {"b": 1}}},
    ],
)
async def test_a_patch_that_cannot_be_is_refused(scim: httpx.AsyncClient, operation: dict[str, Any]):
    made = await created(scim)
    response = await patched(scim, f"Users/{made['id']}", operation)
    assert response.status_code == 400, response.text
    assert response.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert (await scim.get(f"Users/{made['id']}")).json() == made


async def test_service_describes_its_abilities(scim: httpx.AsyncClient):
    config = (await scim.get("ServiceProviderConfig")).json()
    ServiceProviderConfig.model_validate(config, scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    assert (config["patch"]["supported"], config["bulk"]["supported"]) == (True, False)
    types = (await scim.get("ResourceTypes")).json()["Resources"]
    assert [(each["id"], each["endpoint"]) for each in types] == [("User", "/Users"), ("Group", "/Groups")]
    assert (await scim.get("ResourceTypes/User")).json()["schema"] == USER
    schemas = (await scim.get("Schemas")).json()["Resources"]
    assert [each["id"] for each in schemas] == [USER, GROUP]
    one = (await scim.get(f"Schemas/{USER}")).json()
    Schema.model_validate(one, scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    refused(await scim.get("Schemas/other"), 404)
    refused(await scim.get("Bulk"), 404)


async def test_request_without_the_directorys_token_is_refused(clients: Clients, parts: Runtime, make: Factory):
    _, session = await make.signed_in()
    for token in (None, "guess", session):
        client = clients.site(**({"Authorization": f"Bearer {token}"} if token else {}))
        for path in ("Users", "Groups", "ServiceProviderConfig", "Schemas", "ResourceTypes"):
            refused(await client.get(f"/scim/v2/{path}"), 401)
    login = {"login": "boss", "password": PASSWORD}
    browser = clients.browser()
    await browser.post("auth/login", json=login)
    site = clients.site()
    site.cookies = browser.cookies
    refused(await site.get("/scim/v2/Users"), 401)


async def test_guesses_are_limited(clients: Clients):
    client = clients.site(Authorization="Bearer guess")
    statuses = [(await client.get("/scim/v2/Users")).status_code for _ in range(120)]
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_a_short_token_is_refused_at_the_start():
    with pytest.raises(ValueError, match="at least 32"):
        Settings(_env_file=None, scim_token="short")


async def test_a_request_that_is_too_large_is_refused_before_it_is_read(scim: httpx.AsyncClient):
    made = await created(scim)
    path = f"Users/{made['id']}"
    rename = {"op": "replace", "path": "displayName", "value": "Rin"}
    assert (await patched(scim, path, *[rename] * OPERATIONS_MAX)).status_code == 200
    refused(await patched(scim, path, *[rename] * (OPERATIONS_MAX + 1)), 413)
    members = [{"value": made["id"]}] * (MEMBERS_MAX + 1)
    refused(await scim.post("Groups", json={"schemas": [GROUP], "displayName": "Staff", "members": members}), 413)
    add = {"op": "add", "path": "members", "value": members[: MEMBERS_MAX // 10]}
    refused(await patched(scim, f"Groups/{made['id']}", *[add] * 11), 413)
    refused(await scim.post("Users", json=person("mio", title="x" * 30_000)), 413)
    refused(await scim.post("Users", json=person("mio") | {"name": {"x" * 30_000: "x"}}), 413)
    long = json.dumps(person("mio", title="x" * 300_000)).encode()

    async def parts() -> AsyncIterator[bytes]:
        yield long

    for content in (long, parts()):  # announced, and not
        refused(await scim.post("Users", content=content), 413)
    for value in ("many", "1.5", "", "9" * 30, "\x00"):
        response = await scim.get("Users", params={"startIndex": value})
        assert response.status_code in {200, 400}
        assert response.headers["content-type"] == "application/scim+json"


async def test_a_request_takes_few_statements_however_many_it_names(scim: httpx.AsyncClient, parts: Runtime):
    taken: list[str] = []
    event.listen(parts.engine.sync_engine, "before_cursor_execute", lambda *told: taken.append(told[2]))
    made = [await created(scim, f"rin{at}") for at in range(12)]
    members = [{"value": each["id"]} for each in made]
    group = {"schemas": [GROUP], "displayName": "Staff", "members": members}
    path = f"Groups/{(await scim.post('Groups', json=group)).json()['id']}"
    for most, asked in (
        (3, scim.get("Users")),
        (3, scim.get("Groups")),
        (4, scim.put(f"Users/{made[0]['id']}", json=person("rin0", displayName="R."))),
        (10, patched(scim, f"Users/{made[0]['id']}", {"op": "replace", "path": "active", "value": False})),
        (6, patched(scim, path, {"op": "remove", "path": "members"})),
        (6, patched(scim, path, {"op": "add", "path": "members", "value": members})),
        (6, scim.put(path, json=group | {"members": members[:3]})),
    ):
        taken.clear()
        assert (await asked).status_code == 200
        assert len(taken) <= most, taken


HOSTILE: list[Any] = [
    *(
        None,
        True,
        0,
        -1,
        1e308,
        float("inf"),
        float("nan"),
        "",
        " ",
        "\x00",
        "\ud800",
        "x" * 5000,
        "\u202e@corp.example",
    ),
    *([], {}, [None], [[]], [{}], {"": ""}, {"value": None}, [{"value": {"value": 1}}], ["a"] * 500),
    *([{"value": "a@corp.example", "primary": True}] * 2, [{"value": "x" * 400 + "@corp.example"}], {"$ref": "x"}),
]
"""Values that no attribute has, or of another type."""


PATHS: Final = [
    *("userName", "active", "name", "name.formatted", "displayName", "emails", 'emails[type eq "work"].value', "id"),
    *(
        'emails[type eq "work"',
        "members",
        'members[value eq "x"]',
        "meta.created",
        "schemas",
        "x" * 2000,
        "",
        "[",
        "..",
        5,
    ),
    *("urn:ietf:params:scim:schemas:core:2.0:User:userName", "urn:x:y", "(" * 500, "a[b[c[d]]]", None, [], {}),
]


def nested(depth: int, leaf: Any = 1) -> Any:
    for at in range(depth):
        leaf = [leaf] if at % 2 else {"value": leaf}
    return leaf


async def test_any_request_of_a_directory_gets_no_server_error(scim: httpx.AsyncClient):
    rin, group = await created(scim), {"schemas": [GROUP], "displayName": "Staff"}
    staff = (await scim.post("Groups", json=group)).json()
    deep = [nested(depth) for depth in (5, 11, 12, 13, 100, 900)]
    bodies: list[tuple[str, str, Any]] = []
    for value in [*HOSTILE, *deep]:
        for name in ("userName", "name", "emails", "active", "externalId", "displayName", "schemas", "id", "meta"):
            bodies.append(("POST", "Users", {**person("mio"), name: value}))
            bodies.append(("PUT", f"Users/{rin['id']}", {**person("rin"), name: value}))
        for name in ("displayName", "members", "externalId", "schemas"):
            bodies.append(("POST", "Groups", {**group, "displayName": "Other", name: value}))
            bodies.append(("PUT", f"Groups/{staff['id']}", {**group, name: value}))
        for asked in (value, [value], [{"op": value}], [{"op": "replace", "path": value, "value": "x"}]):
            bodies.append(("PATCH", f"Users/{rin['id']}", {"schemas": [PATCH], "Operations": asked}))
        for at, path in enumerate(PATHS):
            asked = {"op": ("add", "replace", "remove")[at % 3], "path": path, "value": value}
            kind = ("Users", rin["id"]) if at % 2 else ("Groups", staff["id"])
            bodies.append(("PATCH", "/".join(kind), {"schemas": [PATCH], "Operations": [asked]}))
    for method, path, body in bodies[::5]:  # all of them take half a minute
        response = await scim.request(method, path, content=json.dumps(body).encode())
        assert response.status_code in {200, 201, 400, 403, 404, 409, 413}, (method, path, body, response.text)
        if response.status_code == 201:
            await scim.delete(f"{path}/{response.json()['id']}")
    assert (await scim.get(f"Groups/{staff['id']}")).status_code == 200
