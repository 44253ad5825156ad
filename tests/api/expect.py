"""What an error looks like."""

from typing import Any

import httpx


def error(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The response is the one error shape with this status and code; returns its details."""
    assert (response.status_code, response.json()["error"]["code"]) == (status, code), response.text
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"code", "message", "details"}
    assert response.json()["error"]["message"] not in {"", code}
    assert response.headers["content-type"] == "application/json"
    details: dict[str, Any] = response.json()["error"]["details"]
    return details
