"""Go to a provider and return, in a browser."""

import httpx

from tests.api.conftest import ORIGIN, Clients
from tests.oidc.server import answer_of

BACK = f"{ORIGIN}/api/v1/auth/oidc/callback"


START = "auth/oidc/start"


async def returned(browser: httpx.AsyncClient, login: str, start: str = START) -> httpx.Response:
    """Depart, sign in at the provider, and return."""
    left = await browser.get(start)
    assert left.status_code == 302, left.text
    return await browser.get("auth/oidc/callback", params=await answer_of(left.headers["location"], login))


def where(response: httpx.Response) -> str:
    assert response.status_code == 302, response.text
    return response.headers["location"]


async def newcomer(clients: Clients, login: str, **claim: str) -> httpx.AsyncClient:
    browser = clients.browser()
    assert where(await returned(browser, login)) == "/welcome"
    response = await browser.post("auth/claim", json={"username": login} | claim)
    assert response.status_code == 201, response.text
    return browser
