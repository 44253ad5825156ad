"""The tasks that Parley leaves to an Ory Kratos: signing in and up, passwords, and the time of the last sign-in."""

from urllib.parse import parse_qs, urlsplit

import pytest

from chat_app.core.auth.factors.proof import FRESH as PROVED
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.api.kratos.people import People
from tests.kratos.server import KratosServer
from tests.support.clock import Clock
from tests.support.factory import PASSWORD


@pytest.mark.parametrize(
    ("path", "flow", "back"),
    [
        ("/sign-in?next=/r/1", "login", "/welcome?next=/r/1"),
        ("/sign-in", "login", "/welcome"),
        ("/sign-in?next=//evil.example", "login", "/welcome"),
        ("/sign-up?next=/join/abc", "registration", "/welcome?next=/join/abc"),
        ("/forgot-password", "login", "/welcome"),
        ("/reset-password", "login", "/welcome"),
    ],
)
async def test_people_sign_in_and_up_there(clients: Clients, kratos: KratosServer, path: str, flow: str, back: str):
    response = await clients.site().get(path)
    target = urlsplit(response.headers["location"])
    assert (response.status_code, f"{target.scheme}://{target.netloc}") == (302, kratos.url)
    assert target.path == f"/self-service/{flow}/browser"
    assert parse_qs(target.query) == {"return_to": [f"{ORIGIN}{back}"]}


async def test_passwords_are_refused(people: People, clients: Clients):
    user, cookie = await people.known()
    page = people.browser(cookie)
    asked = {
        "auth/register": {"email": "a@example.com", "username": "abc", "password": "a long password here"},
        "auth/login": {"login": user.username, "password": PASSWORD},
        "auth/refresh": {"refresh_token": "x"},
        "auth/forgot-password": {"email": user.email},
        "auth/reset-password": {"token": "x", "password": "a long password here"},
        "me/email": {"email": "a@example.com", "password": PASSWORD},
        "me/password": {"password": PASSWORD, "new_password": "a long password here"},
        "me/two-factor": {"password": PASSWORD},
        "me/two-factor/confirm": {"code": "123456"},
        "me/two-factor/recovery-codes": {"password": PASSWORD},
        "me/two-factor/disable": {"password": PASSWORD},
    }
    for path, body in asked.items():
        error(await page.post(path, json=body), 403, "accounts_kept_elsewhere")
    assert (await clients().get("auth/providers")).json() == {"items": [], "next": ""}


async def test_dangerous_change_needs_recent_sign_in(people: People, clock: Clock):
    _, cookie = await people.known()
    page = people.browser(cookie)
    clock.now += PROVED
    assert (await page.post("me/api-tokens", json=_token())).status_code == 201
    clock.advance(seconds=1)
    error(await page.post("me/api-tokens", json=_token()), 403, "sign_in_again")
    error(await page.request("DELETE", "me", json={"password": PASSWORD}), 403, "sign_in_again")


def _token() -> dict[str, object]:
    return {"name": "x", "scopes": ["read"], "password": ""}
