"""Saved prompts over HTTP."""

from chat_app.core.auth.tokens.api_tokens import make_api_token
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do


async def test_a_prompt_from_beginning_to_end(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    client = clients(token)
    made = await client.post("prompts", json={"name": "/Summary", "text": "Sum up {{topic}} in {{language=English}}"})
    assert made.status_code == 201
    prompt = made.json()
    assert (prompt["name"], prompt["shared"], prompt["author"]) == ("summary", False, aiko.person.as_json())
    assert prompt["variables"] == [{"name": "topic", "default": ""}, {"name": "language", "default": "English"}]
    url = f"prompts/{prompt['id']}"
    assert (await client.get("prompts")).json() == {"items": [prompt], "next": ""}
    changed = (await client.patch(url, json={"description": "In short", "shared": True})).json()
    assert (changed["text"], changed["description"], changed["shared"]) == (prompt["text"], "In short", True)
    error(await client.post("prompts", json={"name": "summary", "text": "x"}), 409, "prompt_name_taken")
    error(await client.post("prompts", json={"name": "two words", "text": "x"}), 422, "prompt_name_invalid")
    assert (await client.delete(url)).status_code == 204
    error(await client.get(url), 404, "prompt_not_found")


async def test_shared_prompts_come_by_pages_and_are_their_owners(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    _, other = await make.signed_in()
    for name in ("b", "a", "c"):
        assert (
            await clients(token).post("prompts", json={"name": name, "text": "x", "shared": True})
        ).status_code == 201
    ben, found, cursor = clients(other), [], ""
    while cursor or not found:
        page = (await ben.get("prompts", params={"shared": True, "limit": 2, "cursor": cursor})).json()
        found, cursor = found + page["items"], page["next"]
    assert [each["name"] for each in found] == ["a", "b", "c"]
    assert (await ben.get("prompts")).json() == {"items": [], "next": ""}
    url = f"prompts/{found[0]['id']}"
    assert (await ben.get(url)).json() == found[0]
    error(await ben.patch(url, json={"text": "Mine now"}), 403, "not_allowed")
    error(await ben.delete(url), 403, "not_allowed")
    _, admin = await make.signed_in(is_admin=True)
    assert (await clients(admin).delete(url)).status_code == 204
    error(await ben.get("prompts", params={"cursor": "nonsense"}), 422, "invalid_request")


async def test_api_token_reads_and_manages_by_its_scopes(clients: Clients, make: Factory, do: Do):
    aiko, _ = await make.signed_in()
    bots = {}
    for scope in ("read", "rooms"):
        _, token = await do(aiko, make_api_token, name=scope, scopes=[scope], password=PASSWORD)
        bots[scope] = clients(token)
    body = {"name": "summary", "text": "Sum up"}
    assert (await bots["read"].post("prompts", json=body)).status_code == 403
    assert (await bots["rooms"].post("prompts", json=body)).status_code == 201
    assert [each["name"] for each in (await bots["read"].get("prompts")).json()["items"]] == ["summary"]
