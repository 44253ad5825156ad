"""A directory's requests by SCIM, and the answers."""

from typing import Any

import httpx

TOKEN = "a token of the directory alone, for tests"


USER = "urn:ietf:params:scim:schemas:core:2.0:User"


GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


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
