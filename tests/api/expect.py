"""Check error responses."""

from typing import Any

import httpx


def error(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Assert that the response is an error with this status and code; return its details."""
    assert (response.status_code, response.json()["error"]["code"]) == (status, code), response.text
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"code", "message", "details"}
    assert response.json()["error"]["message"] not in {"", code}
    assert response.headers["content-type"] == "application/json"
    details: dict[str, Any] = response.json()["error"]["details"]
    return details
