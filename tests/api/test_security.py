"""Sign-in and security over HTTP."""

from typing import Any

import httpx
import pyotp
import pytest
from fastapi import FastAPI

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.auth.mailed_links import TO_ONE_ADDRESS
from chat_app.core.auth.password_changes import FORGOTTEN
from chat_app.core.auth.tokens.jwt import ACCESS_LIFE
from chat_app.core.mail.tables import MailKind
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.api.test_openapi import FOR_ANYBODY
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.post import link_token, mails_to
from tests.support.waiting import until

pytestmark = pytest.mark.slow

NEW = {"email": "Aiko@Example.com", "username": "aiko", "password": "seven quiet herons"}
PROOF = {"password": PASSWORD}
JSON = {"Content-Type": "application/json"}


async def test_a_new_account_confirms_its_address_by_the_mailed_link(clients: Clients, parts: Runtime):
    browser = clients.browser()
    me = (await browser.post("auth/register", json=NEW)).json()["me"]
    assert me["email_verified"] is False
    token = await link_token(parts.work, "aiko@example.com", MailKind.VERIFY_EMAIL)
    assert (await clients().post("auth/verify-email", json={"token": token})).status_code == 204
    assert (await browser.get("auth/me")).json()["email_verified"] is True
    again = await clients().post("auth/verify-email", json={"token": token})
    error(again, 404, "mail_link_invalid")
    assert (await browser.post("me/email/verification")).status_code == 202


async def test_forgotten_password_gets_same_answer_for_unknown_address(clients: Clients, make: Factory):
    await make.user(username="aiko")
    answers = [
        await clients().post("auth/forgot-password", json={"email": email})
        for email in ("aiko@example.com", "nobody@example.com", "no address", "\x00")
    ]
    assert len({(each.status_code, each.text) for each in answers}) == 1
    token = await link_token(make.work, "aiko@example.com", MailKind.RESET_PASSWORD)
    body = {"token": token, "password": "seven quiet herons"}
    assert (await clients().post("auth/reset-password", json=body)).status_code == 204
    error(await clients().post("auth/reset-password", json=body), 404, "mail_link_invalid")
    login = {"login": "aiko", "password": "seven quiet herons"}
    assert (await clients.browser().post("auth/login", json=login)).status_code == 200


async def test_no_mailbox_is_filled_and_the_answer_does_not_tell(clients: Clients, make: Factory):
    await make.user(username="aiko")
    for attempt in range(FORGOTTEN.amount):
        body = {"email": "aiko@example.com"}
        assert (await clients().post("auth/forgot-password", json=body)).status_code == 202, attempt
    error(await clients().post("auth/forgot-password", json=body), 429, "rate_limited")

    async def is_full() -> bool:  # mail is made after the answer, which so takes as long for nobody's address
        return len(await mails_to(make.work, "aiko@example.com")) == TO_ONE_ADDRESS.amount

    await until(is_full)


async def test_email_and_password_are_changed(clients: Clients, make: Factory):
    _, token = await make.signed_in(username="aiko")
    client = clients(token)
    wrong = {"email": "new@example.com", "password": "guess"}
    assert error(await client.post("me/email", json=wrong), 422, "password_wrong") == {"field": "password"}
    assert (await client.post("me/email", json={"email": "new@example.com", **PROOF})).status_code == 202
    link = await link_token(make.work, "new@example.com", MailKind.CHANGE_EMAIL)
    assert (await client.post("auth/verify-email", json={"token": link})).status_code == 204
    assert (await client.get("me")).json()["email"] == "new@example.com"
    response = await client.post("me/password", json={**PROOF, "new_password": "seven quiet herons"})
    assert response.status_code == 204
    assert (await client.get("me")).status_code == 200


async def test_sessions_are_listed_and_ended(clients: Clients, make: Factory):
    _, token = await make.signed_in(username="aiko")
    login = {"login": "aiko", "password": PASSWORD, "token": True}
    other = (await clients(**{"User-Agent": "curl/8.5"}).post("auth/login", json=login)).json()["token"]
    sessions = (await clients(token).get("me/sessions")).json()["items"]
    assert sorted((each["current"], each["device"]) for each in sessions) == [(False, "curl"), (True, "test")]
    [elsewhere] = [each["id"] for each in sessions if not each["current"]]
    assert (await clients(token).delete(f"me/sessions/{elsewhere}")).status_code == 204
    error(await clients(other).get("me"), 401, "not_signed_in")
    error(await clients(token).delete(f"me/sessions/{elsewhere}"), 404, "session_not_found")
    error(await clients(token).delete("me/sessions/x"), 404, "session_not_found")


async def test_the_second_factor_from_end_to_end(clients: Clients, make: Factory, clock: Clock):
    _, token = await make.signed_in(username="aiko")
    client = clients(token)
    enrolment = (await client.post("me/two-factor", json=PROOF)).json()
    assert enrolment["qr"].startswith("data:image/svg+xml")
    totp = pyotp.TOTP(enrolment["secret"])
    codes = (await client.post("me/two-factor/confirm", json={"code": totp.at(clock())})).json()["recovery_codes"]
    assert (await client.get("me/two-factor")).json() == {"on": True, "recovery_codes": len(codes)}
    login = {"login": "aiko", "password": PASSWORD}
    response = await clients.browser().post("auth/login", json=login)
    assert error(response, 422, "code_required") == {"field": "code"}
    assert "set-cookie" not in response.headers
    error(await clients.browser().post("auth/login", json=login | {"code": "000000"}), 422, "code_wrong")
    assert (await clients.browser().post("auth/login", json=login | {"code": codes[0]})).status_code == 200
    new = await client.post("me/two-factor/recovery-codes", json={**PROOF, "code": codes[1]})
    assert not set(new.json()["recovery_codes"]) & set(codes)
    clock.advance(minutes=1)
    off = await client.post("me/two-factor/disable", json={**PROOF, "code": totp.at(clock())})
    assert off.status_code == 204
    assert (await clients.browser().post("auth/login", json=login)).status_code == 200


async def pair_of(clients: Clients) -> dict[str, Any]:
    response = await clients().post("auth/login", json={"login": "aiko", "password": PASSWORD, "jwt": True})
    assert "set-cookie" not in response.headers
    tokens: dict[str, Any] = response.json()["tokens"]
    return tokens


async def test_api_clients_have_jwts_which_are_rotated(clients: Clients, make: Factory, clock: Clock):
    await make.user(username="aiko")
    first = await pair_of(clients)
    assert (first["token_type"], first["expires_in"]) == ("Bearer", ACCESS_LIFE.total_seconds())
    assert (await clients(first["access_token"]).get("me")).status_code == 200
    clock.advance(seconds=first["expires_in"])
    error(await clients(first["access_token"]).get("me"), 401, "not_signed_in")
    response = await clients().post("auth/refresh", json={"refresh_token": first["refresh_token"]})
    second = response.json()
    assert (await clients(second["access_token"]).get("me")).status_code == 200


async def test_a_stolen_refresh_token_ends_the_session(clients: Clients, make: Factory):
    await make.user(username="aiko")
    first = await pair_of(clients)
    body = {"refresh_token": first["refresh_token"]}
    second = (await clients().post("auth/refresh", json=body)).json()
    error(await clients().post("auth/refresh", json=body), 401, "refresh_token_invalid")
    error(await clients(second["access_token"]).get("me"), 401, "not_signed_in")
    body = {"refresh_token": second["refresh_token"]}
    error(await clients().post("auth/refresh", json=body), 401, "refresh_token_invalid")
    error(await clients().post("auth/refresh", json={"refresh_token": "\x00"}), 401, "refresh_token_invalid")


async def test_an_api_client_signs_out(clients: Clients, make: Factory):
    await make.user(username="aiko")
    pair = await pair_of(clients)
    assert (await clients(pair["access_token"]).post("auth/logout")).status_code == 204
    error(await clients(pair["access_token"]).get("me"), 401, "not_signed_in")


async def api_token(client: httpx.AsyncClient, *scopes: str) -> dict[str, Any]:
    body = {"name": "Bot", "scopes": list(scopes), "days": 30, **PROOF}
    made: dict[str, Any] = (await client.post("me/api-tokens", json=body)).json()
    return made


async def test_an_api_token_is_made_listed_and_revoked(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    client = clients(token)
    made = await api_token(client, "read")
    assert (await clients(made["token"]).get("me")).status_code == 200
    [listed] = (await client.get("me/api-tokens")).json()["items"]
    assert (listed["id"], listed["scopes"], "token" in listed) == (made["id"], ["read"], False)
    assert (await client.delete(f"me/api-tokens/{made['id']}")).status_code == 204
    error(await clients(made["token"]).get("me"), 401, "not_signed_in")
    error(await client.delete(f"me/api-tokens/{made['id']}"), 404, "api_token_not_found")


async def test_an_api_token_opens_no_page(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    made = await api_token(clients(token), "read", "messages", "rooms")
    error(await clients.browser(made["token"]).get("me"), 401, "not_signed_in")


@pytest.mark.parametrize("scope", ["read", "messages", "rooms"])
async def test_an_api_token_keeps_within_its_scopes(clients: Clients, make: Factory, scope: str):
    aiko, token = await make.signed_in(is_admin=True)
    room = await make.room({Role.MASTER: aiko})
    bot = clients((await api_token(clients(token), scope))["token"])
    needs = {
        "read": await bot.get(f"rooms/{room.id}"),
        "messages": await bot.post(f"rooms/{room.id}/messages", json={"text": "Hello"}),
        "rooms": await bot.post("rooms", json={"name": "Tea"}),
    }
    for needed, response in needs.items():
        if needed == scope:
            assert response.is_success, response.text
        else:
            assert error(response, 403, "beyond_scope") == {"scope": needed}


async def test_an_api_token_that_reads_changes_nothing(clients: Clients, api: FastAPI, make: Factory):
    _, token = await make.signed_in(is_admin=True)
    bot = clients((await api_token(clients(token), "read"))["token"])
    allowed = {}
    for path, methods in api.openapi()["paths"].items():
        for method in methods.keys() - {"get"}:
            where = path.removeprefix("/api/v1/").format_map(dict.fromkeys(_names(path), "x"))
            if not path.startswith(FOR_ANYBODY):
                response = await bot.request(method, where, json={})
                if response.status_code not in (401, 403):
                    allowed[f"{method} {path}"] = response.text
    assert allowed == {}


async def test_no_api_token_reaches_the_account_or_the_site(clients: Clients, api: FastAPI, make: Factory):
    _, token = await make.signed_in(is_admin=True)
    bot = clients((await api_token(clients(token), "read", "messages", "rooms"))["token"])
    for path, methods in api.openapi()["paths"].items():
        for method, operation in methods.items():
            if operation["tags"][0] == "account" or (operation["tags"][0] == "people" and method != "get"):
                where = path.removeprefix("/api/v1/").format_map(dict.fromkeys(_names(path), "x"))
                error(await bot.request(method, where, json={}), 403, "beyond_scope")
    error(await bot.get("outbox"), 404, "not_found")
    for path in ("auth/logout", "auth/logout-all"):
        error(await bot.post(path), 403, "beyond_scope")


def _names(path: str) -> list[str]:
    return [part.strip("{}") for part in path.split("/") if part.startswith("{")]


@pytest.mark.parametrize("odd", [r"\u0000", r"\ud800", "x" * 100], ids=ascii)
async def test_malformed_tokens_and_codes_are_refused(clients: Clients, make: Factory, odd: str):
    _, token = await make.signed_in()
    for path, body, status in (
        ("auth/reset-password", '{"token": "…", "password": "seven quiet herons"}', 404),
        ("auth/verify-email", '{"token": "…"}', 404),
        ("auth/refresh", '{"refresh_token": "…"}', 401),
        ("me/two-factor/confirm", '{"code": "…"}', 409),
        ("me/password", '{"password": "…", "code": "…", "new_password": "…"}', 422),
        ("me/email", '{"password": "…", "email": "…"}', 422),
        ("me/api-tokens", '{"password": "…", "name": "…", "scopes": ["…"]}', 422),
    ):
        response = await clients(token).post(path, content=body.replace("…", odd), headers=JSON)
        assert response.status_code in {status, 422}, (path, response.text)
