"""Connections and models over REST: an admin manages them, and nobody else finds them."""

import pytest

from chat_app.bootstrap import Runtime
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor

KEY = "sk-a-very-secret-one"


@pytest.mark.slow
async def test_admin_creates_tests_changes_and_deletes_a_connection(clients: Clients, make: Factory):
    _, token = await make.signed_in(is_admin=True)
    admin = clients(token)
    with ScriptedVendor(models=("one", "two")) as vendor:
        vendor.key = KEY
        body = {"kind": "compatible", "name": "Own", "base_url": vendor.url, "headers": "X-Team: blue"}
        created = (await admin.post("admin/connections", json=body)).json()
        path = f"admin/connections/{created['id']}"
        assert (created["has_key"], created["headers"], created["tested_at"]) == (False, ["x-team"], None)
        assert (await admin.post(f"{path}/test")).json()["problem"] == "connection_key_refused"
        assert (await admin.patch(path, json={"key": KEY})).json()["has_key"]
        tested = (await admin.post(f"{path}/test")).json()
        assert (tested["problem"], tested["tested_at"] is None) == (None, False)
        models = (await admin.get("admin/models")).json()["items"]
        assert [(model["id"], model["offered"]) for model in models] == [("own/one", True), ("own/two", True)]
        assert KEY not in (await admin.get("admin/connections")).text
        assert (await admin.patch(path, json={"enabled": False})).json()["enabled"] is False
        assert [model["id"] for model in (await admin.get("models")).json()["items"]] == ["demo"]
    assert (await admin.delete(path)).status_code == 204
    error(await admin.delete(path), 404, "connection_not_found")


async def test_admin_chooses_models_and_people(clients: Clients, make: Factory):
    _, token = await make.signed_in(is_admin=True)
    _, other = await make.signed_in()
    admin = clients(token)
    with ScriptedVendor(models=("one", "two", "three")) as vendor:
        await admin.post("admin/connections", json={"kind": "compatible", "name": "Own", "base_url": vendor.url})
        await admin.patch("admin/models", json={"id": "own/two", "position": 0, "label": "Second"})
        await admin.patch("admin/models", json={"id": "own/one", "offered": False})
        await admin.patch("admin/models", json={"id": "own/three", "admins_only": True, "price_in": 250})
        offered = (await admin.get("models")).json()["items"]
        assert [(model["id"], model["label"]) for model in offered] == [("own/two", "Second"), ("own/three", "three")]
        assert [model["id"] for model in (await clients(other).get("models")).json()["items"]] == ["own/two"]
        for model, status in (("own/three", 422), ("own/one", 422), ("own/two", 201)):
            body = {"text": "Hello", "nonce": "5b0e9d52-77a9-4a0a-8f0f-0a4b8f3f8f5e", "model": model}
            assert (await clients(other).post("chats", json=body)).status_code == status
        error(await admin.patch("admin/models", json={"id": "own/none", "offered": True}), 404, "model_not_listed")
        for model, decides in (("own/two", True), ("own/three", True), ("own/two", False)):
            assert (await admin.patch("admin/models", json={"id": model, "decides": decides})).status_code == 204
        listed = (await admin.get("admin/models")).json()["items"]
        assert [model["id"] for model in listed if model["decides"]] == ["own/three"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "x", "name": "A"}, "connection_kind_invalid"),
        ({"kind": "openai", "name": ""}, "connection_name_invalid"),
        ({"kind": "compatible", "name": "A"}, "connection_url_invalid"),
        ({"kind": "openai", "name": "A", "base_url": "ftp://x"}, "connection_url_invalid"),
        ({"kind": "openai", "name": "A", "key": "日本"}, "connection_key_invalid"),
        ({"kind": "openai", "name": "A", "headers": "Host: x"}, "connection_headers_invalid"),
        ({"kind": "openai", "name": "A", "headers": "x" * 20_001}, "invalid_request"),
    ],
)
async def test_bad_input_is_refused_beside_its_field(clients: Clients, make: Factory, body: dict[str, str], code: str):
    _, token = await make.signed_in(is_admin=True)
    error(await clients(token).post("admin/connections", json=body), 422, code)


async def test_others_get_not_found(clients: Clients, make: Factory, parts: Runtime):
    _, token = await make.signed_in()
    other, path = clients(token), f"admin/connections/{(await make.user()).id}"
    for answer in (
        await other.get("admin/connections"),
        await other.post("admin/connections", json={"kind": "ollama", "name": "A"}),
        await other.patch(path, json={"enabled": False}),
        await other.post(f"{path}/test"),
        await other.delete(path),
        await other.get("admin/models"),
        await other.patch("admin/models", json={"id": "x", "offered": True}),
    ):
        error(answer, 404, "connection_not_found")
