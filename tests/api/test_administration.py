"""Running the site over HTTP."""

import json
from unittest.mock import AsyncMock

import pytest

from chat_app.core.administration.log import exporting
from chat_app.core.kernel.errors import Unavailable
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory


async def test_people_come_page_by_page(clients: Clients, make: Factory):
    _, token = await make.signed_in(is_admin=True)
    for _ in range(4):
        await make.actor(name="Same")
    admin = clients(token)
    for sort in ("name", "newest"):
        whole = (await admin.get("admin/people", params={"sort": sort})).json()
        assert (len(whole["items"]), whole["next"]) == (5, "")
        seen, cursor = [], ""
        while True:
            page = (await admin.get("admin/people", params={"sort": sort, "limit": 2, "cursor": cursor})).json()
            seen += page["items"]
            if not (cursor := page["next"]):
                break
        assert seen == whole["items"]
        error(await admin.get("admin/people", params={"sort": sort, "cursor": "ö"}), 422, "invalid_request")


async def test_a_persons_roles_are_changed(clients: Clients, make: Factory):
    admin, token = await make.signed_in(is_admin=True)
    ben, bens = await make.signed_in(username="ben")
    path = f"admin/people/{ben.user_id}"
    changed = (await clients(token).post(f"{path}/roles", json={"roles": ["auditor"]})).json()
    assert (changed["roles"], changed["sessions"], changed["rooms"]) == (["auditor"], 1, 0)
    assert (await clients(bens).get("me")).json()["site_roles"] == ["auditor"]
    assert (await clients(bens).get("admin/audit")).json()["items"][0]["details"]["given"] == ["auditor"]
    own = f"admin/people/{admin.user_id}/roles"
    error(await clients(token).post(own, json={"roles": []}), 409, "last_admin")
    error(await clients(token).post(own, json={"roles": ["admin", "billing"]}), 403, "not_on_oneself")
    error(await clients(token).post(f"{path}/roles", json={"roles": ["king"]}), 422, "site_role_invalid")
    error(await clients(token).post(f"{path}/delete", json={"username": "x"}), 422, "username_differs")


async def test_the_log_is_filtered_and_exported_by_lines(clients: Clients, make: Factory):
    _, token = await make.signed_in(is_admin=True, username="grace")
    ben = await make.actor(username="ben")
    admin = clients(token)
    await admin.post(f"admin/people/{ben.user_id}/suspend", json={"reason": "Spam\n\u2028 again"})
    await admin.post(f"admin/people/{ben.user_id}/restore")
    found = (await admin.get("admin/audit", params={"person": "ben", "action": "suspend_user"})).json()["items"]
    assert [(each["action"], each["actor"]["username"]) for each in found] == [("suspend_user", "grace")]
    assert (await admin.get("admin/audit", params={"actor": "ben"})).json()["items"] == []
    assert (await admin.get("admin/audit", params={"until": "2020-01-01T00:00:00"})).json()["items"] == []
    exported = await admin.get("admin/audit/export", params={"person": "ben"})
    assert exported.headers["content-type"].startswith("application/x-ndjson")
    lines = [json.loads(line) for line in exported.text.strip().split("\n")]
    assert [line["action"] for line in lines] == ["restore_user", "suspend_user"]
    assert (await admin.get("admin/audit")).json()["items"][0]["action"] == "export_audit"
    error(await admin.get("admin/audit", params={"since": "yesterday"}), 422, "invalid_request")


async def test_an_export_that_cannot_be_read_is_none(
    clients: Clients, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = await make.signed_in(site_roles=["auditor"])
    monkeypatch.setattr(exporting, "read_page", AsyncMock(side_effect=Unavailable(retry_after=1)))
    error(await clients(token).get("admin/audit/export"), 503, "unavailable")


async def test_admin_gets_the_figures_of_fourteen_days(clients: Clients, make: Factory):
    _, token = await make.signed_in(is_admin=True)
    figures = (await clients(token).get("admin/overview")).json()
    assert (figures["people"], len(figures["days"])) == (1, 14)


async def test_rooms_are_paged_in_their_order(clients: Clients, make: Factory) -> None:
    _, token = await make.signed_in(site_roles=["auditor"])
    for number in range(5):
        await make.room(name=f"Place {number}", last_seq=number // 2)
    seen, cursor = [], ""
    while True:
        page = (await clients(token).get(f"admin/rooms?sort=messages&limit=2&cursor={cursor}")).json()
        seen += [(each["messages"], each["name"]) for each in page["items"]]
        if not (cursor := page["next"]):
            break
    assert len(set(seen)) == 5
    assert [messages for messages, _ in seen] == [2, 1, 1, 0, 0]
    for wrong in ("x", "1.x", f"{2**70}.{'0' * 32}"):
        assert (await clients(token).get(f"admin/rooms?cursor={wrong}")).status_code == 422
    assert (await clients(token).get("admin/rooms?sort=secrets")).status_code == 422


async def test_the_usage_of_the_site_comes_as_csv(clients: Clients, make: Factory) -> None:
    _, token = await make.signed_in(site_roles=["billing"])
    answer = await clients(token).get("admin/usage?by=room", headers={"accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.lstrip("\ufeff").splitlines() == [
        "key,label,times,prompt_tokens,completion_tokens,cost_usd,credits"
    ]
