"""SCIM 2.0 over HTTP: a directory provisions people and groups."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from scim2_models import Context, Group, ListResponse, User
from sqlalchemy import select

from chat_app.core.access.site import SiteRole
from chat_app.core.accounts import tables as accounts
from chat_app.core.administration.log.queries import list_audit
from chat_app.core.groups.queries import my_groups
from chat_app.core.kernel.actor import Actor
from chat_app.core.safety.suspending import suspend_user
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.api.scim.shapes import GROUP, created, patched, person, refused
from tests.support.factory import PASSWORD, Factory
from tests.support.post import mails_to
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


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


async def test_directorys_changes_are_logged_and_mailed(scim: httpx.AsyncClient, make: Factory, do: Do, boss: Actor):
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
    of_group = {"source": "SCIM", "group": "Staff", "group_id": there["id"]}
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


async def test_suspended_person_stays_suspended_without_active_value(scim: httpx.AsyncClient):
    path = f"Users/{(await created(scim))['id']}"
    await patched(scim, path, {"op": "replace", "path": "active", "value": False})
    silent = {key: value for key, value in person("rin", displayName="Rin S.").items() if key != "active"}
    replaced = (await scim.put(path, json=silent)).json()
    assert (replaced["displayName"], replaced["active"]) == ("Rin S.", False)
    renamed = await patched(scim, path, {"op": "replace", "path": "displayName", "value": "R."})
    assert renamed.json()["active"] is False


async def test_deprovisioned_person_cannot_sign_in(scim: httpx.AsyncClient, make: Factory, clients: Clients):
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


async def test_last_admin_is_not_suspended(scim: httpx.AsyncClient, make: Factory, boss: Actor):
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
