"""SCIM 2.0 over HTTP: a directory provisions people and groups, and sends what is not to be believed."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import httpx
import pytest
from scim2_models import Context, Group, ListResponse, Schema, ServiceProviderConfig, User
from sqlalchemy import event, select

from chat_app.api.scim.requests import MEMBERS_MAX, OPERATIONS_MAX
from chat_app.bootstrap import Runtime
from chat_app.core.access.site import SiteRole
from chat_app.core.accounts import tables as accounts
from chat_app.core.audit.queries import list_audit
from chat_app.core.groups.queries import my_groups
from chat_app.core.kernel.actor import Actor
from chat_app.core.safety.suspending import suspend_user
from chat_app.settings import Settings
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.support.factory import PASSWORD, Factory
from tests.support.post import mails_to
from tests.support.use_cases import Do

TOKEN = "a token of the directory alone, for tests"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture
def settings(worker_database: str) -> Settings:
    return Settings(
        _env_file=None, database_url=worker_database, scim_token=TOKEN, break_glass="boss", public_url=ORIGIN
    )


@pytest.fixture(autouse=True)
async def boss(make: Factory) -> Actor:
    actor = await make.actor(username="boss")
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(accounts.User, actor.user_id)).site_roles = [SiteRole.ADMIN]
    return actor


@pytest.fixture
def scim(clients: Clients) -> httpx.AsyncClient:
    client = clients.site(Authorization=f"Bearer {TOKEN}")
    client.base_url = "http://parley.test/scim/v2/"
    return client


def person(name: str = "rin", **more: Any) -> dict[str, Any]:
    emails = [{"value": f"{name}@corp.example", "type": "work", "primary": True}]
    known = {"userName": f"{name}@corp.example", "name": {"givenName": name.title(), "familyName": "Sato"}}
    return {"schemas": [USER], **known, "emails": emails, "externalId": f"e-{name}", "active": True, **more}


async def created(scim: httpx.AsyncClient, name: str = "rin", **more: Any) -> dict[str, Any]:
    response = await scim.post("Users", json=person(name, **more))
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    assert response.headers["location"] == made["meta"]["location"]
    return made


async def patched(scim: httpx.AsyncClient, path: str, *operations: dict[str, Any]) -> httpx.Response:
    return await scim.patch(path, json={"schemas": [PATCH], "Operations": list(operations)})


def refused(response: httpx.Response, status: int, scim_type: str | None = None) -> str:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/scim+json"
    body = response.json()
    assert body["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert (body["status"], body.get("scimType")) == (str(status), scim_type)
    return str(body["detail"])


async def test_a_person_is_provisioned_found_changed_suspended_and_let_go(
    scim: httpx.AsyncClient, make: Factory, clients: Clients
):
    made = await created(scim)
    assert made["userName"] == "rin@corp.example"
    assert (made["displayName"], made["active"], made["externalId"]) == ("Rin Sato", True, "e-rin")
    User.model_validate(made, scim_ctx=Context.RESOURCE_CREATION_RESPONSE)
    path = f"Users/{made['id']}"
    assert (await scim.get(path)).json() == made
    async with make.work.begin() as ctx:
        user = await ctx.db.scalar(select(accounts.User).where(accounts.User.email == "rin@corp.example"))
        assert user
        assert (user.username, user.site_roles, user.password_hash) == ("rin", [], None)
        assert user.email_verified_at

    replaced = await scim.put(path, json=person("rin", displayName="Rin S."))
    assert replaced.json()["displayName"] == "Rin S."
    renamed = await patched(scim, path, {"op": "Replace", "path": "name.formatted", "value": "R. Sato"})
    assert renamed.json()["displayName"] == "R. Sato"

    async with make.work.begin() as ctx:
        actor = Actor(user.person(), made["id"])
    _, token = await make.session(actor)
    assert (await clients(token).get("me")).status_code == 200
    off = await patched(scim, path, {"op": "replace", "value": {"active": False}})
    assert off.json()["active"] is False
    error(await clients(token).get("me"), 401, "not_signed_in")
    on = await patched(scim, path, {"op": "Replace", "path": "active", "value": "True"})
    assert on.json()["active"] is True

    assert (await scim.delete(path)).status_code == 204
    refused(await scim.get(path), 404)
    refused(await scim.delete(path), 404)
    async with make.work.begin() as ctx:
        assert (await ctx.db.get_one(accounts.User, user.id)).suspended_at


async def test_what_the_directory_changes_is_in_the_log_and_told(
    scim: httpx.AsyncClient, make: Factory, do: Do, boss: Actor
):
    made = [await created(scim, name) for name in ("rin", "mio")]
    members = [{"value": each["id"]} for each in made]
    group = {"schemas": [GROUP], "displayName": "Staff", "members": members}
    there = (await scim.post("Groups", json=group)).json()
    await scim.put(f"Groups/{there['id']}", json={**group, "members": members[:1]})
    for active in (False, True, True):
        await patched(scim, f"Users/{made[0]['id']}", {"op": "replace", "path": "active", "value": active})
    await scim.delete(f"Groups/{there['id']}")
    log = await do(replace(boss, site_roles=frozenset({SiteRole.ADMIN})), list_audit)
    about = [(entry.action, entry.person and entry.person.username, dict(entry.details)) for entry in log.items]
    of_group = {"source": "SCIM", "group": "Staff"}
    assert {entry.actor for entry in log.items} == {None}
    assert about == [
        ("change_group", "rin", {**of_group, "joined": [], "left": ["rin"]}),
        ("restore_user", "rin", {"source": "SCIM"}),
        ("suspend_user", "rin", {"source": "SCIM"}),
        ("change_group", "mio", {**of_group, "joined": [], "left": ["mio"]}),
        ("change_group", None, {**of_group, "joined": ["mio", "rin"], "left": []}),
    ]
    mails = await mails_to(make.work, "rin@corp.example")
    assert [mail.kind for mail in mails] == ["accountSuspendedThere", "accountRestored"]


async def test_who_is_suspended_stays_so_where_the_directory_says_nothing(scim: httpx.AsyncClient):
    path = f"Users/{(await created(scim))['id']}"
    await patched(scim, path, {"op": "replace", "path": "active", "value": False})
    silent = {key: value for key, value in person("rin", displayName="Rin S.").items() if key != "active"}
    replaced = (await scim.put(path, json=silent)).json()
    assert (replaced["displayName"], replaced["active"]) == ("Rin S.", False)
    renamed = await patched(scim, path, {"op": "replace", "path": "displayName", "value": "R."})
    assert renamed.json()["active"] is False


async def test_who_is_let_go_has_no_way_in_left(scim: httpx.AsyncClient, make: Factory, clients: Clients):
    rin, session = await make.signed_in(username="rin", email="rin@corp.example", email_verified_at=datetime.now(UTC))
    asked = {"name": "Bot", "scopes": ["read"], "password": PASSWORD}
    token = (await clients(session).post("me/api-tokens", json=asked)).json()["token"]
    path = f"Users/{(await created(scim))['id']}"
    assert (await clients(token).get("me")).status_code == 200
    await patched(scim, path, {"op": "replace", "path": "active", "value": False})
    for credential in (session, token):
        error(await clients(credential).get("me"), 401, "not_signed_in")
    login = {"login": "rin", "password": PASSWORD}
    error(await clients().post("auth/login", json=login), 403, "account_suspended")
    await scim.delete(path)
    await created(scim)  # hired again
    error(await clients(token).get("me"), 401, "not_signed_in")
    async with make.work.begin() as ctx:
        assert (await ctx.db.get_one(accounts.User, rin.user_id)).suspended_at is None


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "id", "value": "00000000-0000-0000-0000-000000000000"},
        {"op": "add", "path": "roles", "value": [{"value": "admin"}]},
        {"op": "add", "path": "groups", "value": [{"value": "Staff"}]},
        {"op": "replace", "path": "password", "value": "a new long password"},
        {"op": "replace", "path": "meta.created", "value": "2000-01-01T00:00:00Z"},
        {"op": "add", "value": {"id": "x", "site_roles": ["admin"], "__class__": "x", "password_hash": "x"}},
    ],
)
async def test_a_patch_changes_nothing_that_is_not_the_directorys(
    scim: httpx.AsyncClient, make: Factory, operation: dict[str, Any]
):
    made = await created(scim)
    await patched(scim, f"Users/{made['id']}", operation)
    assert (await scim.get(f"Users/{made['id']}")).json() == made
    async with make.work.begin() as ctx:
        user = await ctx.db.get_one(accounts.User, UUID(made["id"]))
        assert (user.site_roles, user.password_hash) == ([], None)


async def test_people_are_found_by_name_and_id_and_in_pages(scim: httpx.AsyncClient):
    made = [await created(scim, name) for name in ("rin", "mio", "sora")]
    for text in ('userName eq "RIN@corp.example"', 'externalId eq "e-rin"', 'emails.value eq "rin@corp.example"'):
        [found] = (await scim.get("Users", params={"filter": text})).json()["Resources"]
        assert found["id"] == made[0]["id"]
    nobody = (await scim.get("Users", params={"filter": 'userName eq "nobody"'})).json()
    assert (nobody["totalResults"], nobody.get("Resources", [])) == (0, [])
    pages = [(await scim.get("Users", params={"startIndex": at, "count": 2})).json() for at in (1, 3)]
    assert [(page["totalResults"], page["startIndex"], page["itemsPerPage"]) for page in pages] == [
        (3, 1, 2),
        (3, 3, 1),
    ]
    assert {each["id"] for page in pages for each in page["Resources"]} == {each["id"] for each in made}
    ListResponse[User].model_validate(pages[0], scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    assert (await scim.get("Users", params={"count": 0})).json()["totalResults"] == 3
    assert (await scim.get("Users", params={"startIndex": -5, "count": 10**6})).json()["startIndex"] == 1


@pytest.mark.parametrize(
    "text",
    [
        *('userName co "a"', 'userName eq "a" and active eq true', 'password eq "x"', "userName", "userName eq 3"),
        *("(" * 900, 'userName eq "' + "a" * 2000 + '"', "' OR 1=1 --", 'title eq "x"'),
    ],
)
async def test_other_filters_are_refused(scim: httpx.AsyncClient, text: str):
    refused(await scim.get("Users", params={"filter": text}), 400, "invalidFilter")


async def test_a_group_has_its_people(scim: httpx.AsyncClient, do: Do, boss: Actor):
    rin, mio = [await created(scim, name) for name in ("rin", "mio")]
    sent = {"schemas": [GROUP], "displayName": "Staff", "externalId": "g1", "members": [{"value": rin["id"]}]}
    response = await scim.post("Groups", json=sent)
    assert response.status_code == 201, response.text
    made = response.json()
    Group.model_validate(made, scim_ctx=Context.RESOURCE_CREATION_RESPONSE)
    path = f"Groups/{made['id']}"
    assert [each["value"] for each in made["members"]] == [rin["id"]]
    [group] = await do(boss, my_groups)
    assert (group.name, [each.username for each in group.people]) == ("Staff", ["rin"])
    both = await patched(scim, path, {"op": "add", "path": "members", "value": [{"value": mio["id"]}]})
    assert {each["value"] for each in both.json()["members"]} == {rin["id"], mio["id"]}
    one = await patched(scim, path, {"op": "remove", "path": f'members[value eq "{rin["id"]}"]'})
    assert [each["value"] for each in one.json()["members"]] == [mio["id"]]
    none = await patched(scim, path, {"op": "remove", "path": "members", "value": [{"value": mio["id"]}]})
    assert none.json().get("members", []) == []
    renamed = await patched(scim, path, {"op": "replace", "value": {"displayName": "Everybody"}})
    assert renamed.json()["displayName"] == "Everybody"
    [found] = (await scim.get("Groups", params={"filter": 'displayName eq "Everybody"'})).json()["Resources"]
    assert found["id"] == made["id"]
    replaced = await scim.put(path, json=sent | {"members": [{"value": mio["id"]}]})
    assert [each["value"] for each in replaced.json()["members"]] == [mio["id"]]
    refused(await scim.post("Groups", json=sent), 409, "uniqueness")
    strangers = sent | {"displayName": "Others", "members": [{"value": str(boss.user_id)}]}
    refused(await scim.post("Groups", json=strangers), 400, "invalidValue")
    assert (await scim.delete(path)).status_code == 204
    refused(await scim.get(path), 404)


async def test_an_account_with_the_address_is_taken_over_once(scim: httpx.AsyncClient, make: Factory, clients: Clients):
    actor, token = await make.signed_in(username="ren", email="ren@corp.example")
    made = await created(scim, "ren")
    assert made["id"] == str(actor.user_id)
    error(await clients(token).get("me"), 401, "not_signed_in")  # whoever made it had never verified the address
    refused(await scim.post("Users", json=person("ren")), 409, "uniqueness")
    refused(await scim.post("Users", json=person("ren", userName="other")), 409, "uniqueness")
    mio = await created(scim, "mio")
    refused(await scim.put(f"Users/{mio['id']}", json=person("ren")), 409, "uniqueness")


async def test_who_runs_the_site_is_not_suspended(scim: httpx.AsyncClient, make: Factory, boss: Actor):
    async with make.work.begin() as ctx:
        user = await ctx.db.get_one(accounts.User, boss.user_id)
        user.email, user.email_verified_at = "boss@corp.example", ctx.now
    made = await created(scim, "boss")
    refused(await patched(scim, f"Users/{made['id']}", {"op": "replace", "value": {"active": False}}), 403)
    refused(await scim.delete(f"Users/{made['id']}"), 403)
    refused(await scim.put(f"Users/{made['id']}", json=person("other")), 403)  # whoever gets their mail becomes them


async def test_accounts_of_the_staff_whose_address_nobody_has_verified_are_not_taken_over(
    scim: httpx.AsyncClient, make: Factory, boss: Actor
):
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(accounts.User, boss.user_id)).email = "boss@corp.example"
    refused(await scim.post("Users", json=person("boss")), 409)


async def test_a_suspension_by_the_staff_stays(scim: httpx.AsyncClient, make: Factory, do: Do, boss: Actor):
    made = await created(scim)
    await do(replace(boss, site_roles=frozenset({"admin"})), suspend_user, made["id"], "Spam")
    await scim.put(f"Users/{made['id']}", json=person("rin"))
    assert (await scim.get(f"Users/{made['id']}")).json()["active"] is False


@pytest.mark.parametrize(
    "body",
    [
        *("", "[]", "null", "{", "[" * 100_000, '{"schemas": ["x"]}', '{"userName": 5}'),
        '{"schemas": ["' + USER + '"], "userName": "x"}',
        '{"schemas": ["' + USER + '"], "userName": "a\\u0000b", "emails": [{"value": "x"}]}',
        '{"schemas": ["' + USER + '"], "userName": "' + "a" * 400 + '@b.example"}',
    ],
)
async def test_what_is_no_person_is_refused(scim: httpx.AsyncClient, body: str):
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


async def test_the_service_says_what_it_can(scim: httpx.AsyncClient):
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


async def test_only_the_directory_may(clients: Clients, parts: Runtime, make: Factory):
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


@pytest.mark.slow
async def test_nothing_that_a_directory_sends_is_a_bug(scim: httpx.AsyncClient):
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
