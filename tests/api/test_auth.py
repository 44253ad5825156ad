"""Accounts and sessions over HTTP."""

from dataclasses import replace
from http.cookies import SimpleCookie

import httpx
import pytest
from fastapi import FastAPI

from chat_app.api.app import guard
from chat_app.bootstrap import Runtime, build
from chat_app.core.access.permissions import Role
from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.auth.sessions.commands import sign_out
from chat_app.core.invitations.links import create_invite_link
from chat_app.settings import Settings
from chat_app.web_session import cookie_name
from tests.api.conftest import COOKIE, Clients, pages
from tests.api.expect import error
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do

NEW = {"email": "Aiko@Example.com", "username": "aiko", "password": "seven quiet herons", "name": "Aiko"}


def cookie_of(response: httpx.Response) -> SimpleCookie:
    return SimpleCookie(response.headers["set-cookie"])


async def test_a_browser_registers_and_is_signed_in_by_a_cookie_it_cannot_read(clients: Clients):
    browser = clients.browser()
    response = await browser.post("auth/register", json=NEW)
    assert response.status_code == 201
    assert list(response.json()) == ["me"]
    me = response.json()["me"]
    assert (me["email"], me["username"], me["name"]) == ("aiko@example.com", "aiko", "Aiko")
    assert me["is_admin"], "the site's first account"
    cookie = cookie_of(response)[COOKIE]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["max-age"]) == ("lax", "/", str(30 * 86_400))
    assert not cookie["secure"], "over plain http the browser would throw it away"
    assert cookie.value not in response.text
    assert (await browser.get("me")).json() == me


async def test_a_program_asks_for_a_token_and_gets_no_cookie(clients: Clients):
    response = await clients().post("auth/register", json={**NEW, "token": True})
    assert response.status_code == 201
    assert "set-cookie" not in response.headers
    assert (await clients(response.json()["token"]).get("me")).json() == response.json()["me"]


async def test_the_language_of_a_new_account_is_the_browsers_unless_it_is_said(clients: Clients):
    japanese = clients.browser(**{"Accept-Language": "ja-JP,ja;q=0.9,en;q=0.5"})
    assert (await japanese.post("auth/register", json=NEW)).json()["me"]["locale"] == "ja"
    other = NEW | {"email": "b@example.com", "username": "ben", "locale": "en"}
    assert (await japanese.post("auth/register", json=other)).json()["me"]["locale"] == "en"


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"email": "aiko"}, 422, "email_invalid", "email"),
        ({"email": "a\x00b@example.com"}, 422, "email_invalid", "email"),
        ({"username": "a b"}, 422, "username_invalid", "username"),
        ({"password": "short"}, 422, "password_short", "password"),
        ({"password": "aikoaikoaiko"}, 422, "password_weak", "password"),
        ({"locale": "xx"}, 422, "choice_invalid", "locale"),
        ({"email": "taken@example.com"}, 409, "email_taken", "email"),
        ({"username": "taken"}, 409, "username_taken", "username"),
        ({"password": None}, 422, "invalid_request", "password"),
        ({"nickname": "A"}, 422, "invalid_request", "nickname"),
    ],
)
async def test_a_registration_that_is_refused_says_where(
    clients: Clients, make: Factory, change: dict[str, object], status: int, code: str, field: str
):
    await make.user(username="taken")
    response = await clients.browser().post("auth/register", json=NEW | change)
    assert error(response, status, code)["field"] == field
    assert "set-cookie" not in response.headers


async def test_sign_in_by_email_or_username(clients: Clients, make: Factory):
    user = await make.user(username="ben")
    for login in ("ben", "@Ben", " BEN@example.com "):
        browser = clients.browser()
        response = await browser.post("auth/login", json={"login": login, "password": PASSWORD})
        assert response.status_code == 200
        assert response.json()["me"]["id"] == str(user.id)
        assert (await browser.get("me")).status_code == 200


async def test_wrong_credentials_do_not_say_what_was_wrong(clients: Clients, make: Factory):
    await make.user(username="ben")
    for login, password in (("ben", "nope"), ("nobody", PASSWORD), ("no\x00body", PASSWORD), ("ben", "\x00")):
        response = await clients.browser().post("auth/login", json={"login": login, "password": password})
        assert error(response, 401, "bad_credentials") == {}


async def test_attempts_on_one_account_are_limited_wherever_they_come_from(clients: Clients, make: Factory):
    await make.user(username="ben")
    wrong = {"login": "ben", "password": "wrong"}
    for attempt in range(10):
        response = await clients(address=f"198.51.100.{attempt}").post("auth/login", json=wrong)
        error(response, 401, "bad_credentials")
    response = await clients(address="198.51.100.99").post("auth/login", json=wrong | {"password": PASSWORD})
    assert error(response, 429, "rate_limited")["retry_after"] == int(response.headers["retry-after"]) > 0


@pytest.mark.slow
async def test_attempts_from_one_address_are_limited_whatever_they_try(clients: Clients):
    client = clients(address="198.51.100.1")
    codes = [
        (await client.post("auth/login", json={"login": f"user{n}", "password": "x"})).status_code for n in range(31)
    ]
    assert codes == [401] * 30 + [429]
    response = await clients(address="198.51.100.2").post("auth/login", json={"login": "other", "password": "x"})
    assert response.status_code == 401


async def test_sign_out_ends_this_session_and_no_other(clients: Clients, make: Factory, events: list[object]):
    actor, token = await make.signed_in(username="ben")
    other = await clients().post("auth/login", json={"login": "ben", "password": PASSWORD, "token": True})
    browser = clients.browser(token)
    response = await browser.post("auth/logout")
    assert response.status_code == 204
    assert cookie_of(response)[COOKIE]["max-age"] == "0"
    assert SessionsRevoked((actor.session_id,)) in events
    error(await clients(token).get("me"), 401, "not_signed_in")
    assert (await clients(other.json()["token"]).get("me")).status_code == 200


async def test_sign_out_everywhere_ends_all(clients: Clients, make: Factory):
    _, token = await make.signed_in(username="ben")
    other = await clients().post("auth/login", json={"login": "ben", "password": PASSWORD, "token": True})
    assert (await clients(token).post("auth/logout-all")).status_code == 204
    for each in (token, other.json()["token"]):
        error(await clients(each).get("me"), 401, "not_signed_in")


async def test_signing_in_again_ends_the_session_that_the_browser_had(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    await make.user(username="ben")
    browser = clients.browser(token)
    assert (await browser.post("auth/login", json={"login": "ben", "password": PASSWORD})).status_code == 200
    error(await clients(token).get("me"), 401, "not_signed_in")


async def test_a_session_ends_by_itself(clients: Clients, make: Factory, clock: Clock):
    _, token = await make.signed_in()
    clock.advance(days=29)
    assert (await clients(token).get("me")).status_code == 200
    clock.advance(days=1)
    error(await clients(token).get("me"), 401, "not_signed_in")


@pytest.mark.parametrize(
    "authorization", ["Bearer ", "Bearer x", "Bearer \x00", "Basic YTpi", "bearer", "Bearer é", "Token abc"]
)
async def test_expired_or_unknown_token_is_not_signed_in(clients: Clients, authorization: str):
    response = await clients().get("me", headers={"Authorization": authorization.encode("latin-1")})
    error(response, 401, "not_signed_in")
    assert response.headers["www-authenticate"] == "Bearer"


async def test_a_bad_bearer_token_is_not_made_good_by_a_cookie(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    response = await clients.browser(token).get("me", headers={"Authorization": "Bearer wrong"})
    error(response, 401, "not_signed_in")


async def test_revoked_session_is_not_signed_in(clients: Clients, make: Factory, do: Do):
    actor, token = await make.signed_in()
    await do(actor, sign_out)
    error(await clients(token).get("rooms"), 401, "not_signed_in")


async def test_invite_link_permits_sign_up_and_joins_its_room(clients: Clients, parts: Runtime, make: Factory, do: Do):
    parts.work.policy = replace(parts.work.policy, sign_up="invite")
    master = await make.actor()
    room = await make.room({Role.MASTER: master})
    link = await do(master, create_invite_link, room.id, role="guest", max_uses=1)

    error(await clients.browser().post("auth/register", json=NEW), 403, "sign_up_by_invitation")
    unknown = NEW | {"invitation": "nosuchtoken"}
    error(await clients.browser().post("auth/register", json=unknown), 404, "invite_link_not_found")

    browser = clients.browser()
    assert (await browser.post("auth/register", json=NEW | {"invitation": link.token})).status_code == 201
    [joined] = (await browser.get("rooms")).json()["items"]
    assert (joined["id"], joined["role"]) == (str(room.id), "guest")

    second = NEW | {"email": "b@example.com", "username": "ben", "invitation": link.token}
    error(await clients.browser().post("auth/register", json=second), 404, "invite_link_not_found")


async def test_closed_site_admits_only_the_first_account(clients: Clients, parts: Runtime, make: Factory, do: Do):
    parts.work.policy = replace(parts.work.policy, sign_up="closed")
    assert (await clients.browser().post("auth/register", json=NEW)).json()["me"]["is_admin"]
    second = NEW | {"email": "b@example.com", "username": "ben"}
    error(await clients.browser().post("auth/register", json=second), 403, "sign_up_closed")


@pytest.mark.parametrize(
    ("changes", "headers", "secure"),
    [
        ({}, {}, False),
        ({}, {"X-Forwarded-Proto": "https"}, False),
        ({"trusted_proxy_hops": 1}, {"X-Forwarded-Proto": "https"}, True),
        ({"trusted_proxy_hops": 1}, {"X-Forwarded-Proto": "https, http"}, False),
        ({"public_url": "https://parley.test"}, {}, True),
    ],
)
async def test_the_cookie_is_secure_where_the_connection_is(
    api: FastAPI,
    parts: Runtime,
    settings: Settings,
    make: Factory,
    changes: dict,
    headers: dict[str, str],
    secure: bool,
):
    await make.user(username="ben")
    parts.settings = settings.model_copy(update=changes)
    browser = Clients(guard(api, pages, parts)).browser(**headers)
    response = await browser.post("auth/login", json={"login": "ben", "password": PASSWORD})
    (cookie,) = cookie_of(response).values()
    assert bool(cookie["secure"]) is secure
    assert cookie.key == cookie_name(parts.settings.origin)


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ("http://localhost:3000", "parley_session_3000"),
        ("http://chat.example.org", "parley_session"),
        ("http://[::1]:3001", "parley_session_3001"),
        ("https://chat.example.org", "__Host-parley_session"),
        ("https://chat.example.org:8443", "__Host-parley_session_8443"),
    ],
)
def test_the_cookies_name_carries_the_site(origin: str, name: str):
    assert cookie_name(origin) == name


async def test_two_sites_on_one_host_do_not_sign_each_other_out(
    api: FastAPI, parts: Runtime, settings: Settings, make: Factory
):
    await make.user(username="ben")
    jar = httpx.Cookies()
    sites = []
    for port in (3000, 3001):
        neighbour = build(settings.model_copy(update={"port": port}))
        neighbour.work = parts.work
        site = Clients(guard(api, pages, neighbour)).browser()
        sites.append(site)
        site._cookies = jar  # a browser has one for all ports
        await site.post("auth/login", json={"login": "ben", "password": PASSWORD})
    assert len(jar) == 2
    assert (await sites[1].post("auth/logout")).status_code == 204
    assert len(jar) == 1
