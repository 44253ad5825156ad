"""Attacks on codes and tokens of applications, by those who steal them, and by applications."""

import asyncio
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

import httpx
import pytest

from chat_app.core.administration.commands import delete_user, sign_out_user
from chat_app.core.applications.commands import change_application, delete_application, rotate_secret
from chat_app.core.auth.sessions.commands import sign_out
from chat_app.core.auth.tokens.api_tokens import make_api_token
from chat_app.core.kernel.actor import Actor
from chat_app.core.safety.suspending import suspend_user
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.api.provider import BACK, RelyingParty, params_of
from tests.support.clock import Clock
from tests.support.factory import PASSWORD
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


async def test_a_code_wants_the_verifier_that_it_was_begun_with(wiki: RelyingParty, browser: httpx.AsyncClient):
    challenge = urlsafe_b64encode(sha256(wiki.verifier.encode()).digest()).rstrip(b"=").decode()
    for wrong in ("x" * 64, challenge, None, "short"):
        answer = await wiki.exchange(await wiki.code(browser), code_verifier=wrong)
        assert answer.status_code == 400
        assert answer.json()["error"] in ("invalid_grant", "invalid_request")
    without = await wiki.code(browser, code_challenge=None, code_challenge_method=None)
    assert (await wiki.exchange(without)).json()["error"] == "invalid_request"  # a verifier from elsewhere


async def test_a_code_that_was_begun_without_pkce_takes_no_verifier(wiki: RelyingParty, browser: httpx.AsyncClient):
    """An attacker who removes the challenge from a request must not get a code that the application exchanges."""
    left_out = {"code_challenge": None, "code_challenge_method": None}
    assert (await wiki.exchange(await wiki.code(browser, **left_out))).json()["error"] == "invalid_request"
    assert (await wiki.exchange(await wiki.code(browser, **left_out), code_verifier=None)).status_code == 200


async def test_second_use_of_code_revokes_its_tokens(wiki: RelyingParty, browser: httpx.AsyncClient):
    code = await wiki.code(browser)
    tokens = (await wiki.exchange(code)).json()
    assert await wiki.is_active(tokens["access_token"])
    assert (await wiki.exchange(code)).json() == {
        "error": "invalid_grant",
        "error_description": "Invalid 'code' in request.",
    }
    assert not await wiki.is_active(tokens["access_token"])
    assert (await wiki.userinfo(tokens["access_token"])).status_code == 401
    assert (await wiki.refresh(tokens["refresh_token"])).json() == {"error": "invalid_grant"}


async def test_concurrent_exchanges_of_a_code_issue_tokens_once(wiki: RelyingParty, browser: httpx.AsyncClient):
    code = await wiki.code(browser)
    answers = await asyncio.gather(*(wiki.exchange(code) for _ in range(6)))
    won = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert not await wiki.is_active(won[0]["access_token"])  # somebody has stolen it, and nobody knows who


async def test_concurrent_uses_of_a_refresh_token_issue_tokens_once(wiki: RelyingParty, browser: httpx.AsyncClient):
    tokens = await wiki.tokens(browser)
    answers = await asyncio.gather(*(wiki.refresh(tokens["refresh_token"]) for _ in range(6)))
    assert sum(answer.status_code == 200 for answer in answers) == 1


async def test_a_code_expires(wiki: RelyingParty, browser: httpx.AsyncClient, clock: Clock):
    code = await wiki.code(browser)
    clock.advance(seconds=61)
    assert (await wiki.exchange(code)).json()["error"] == "invalid_grant"


async def test_a_code_wants_its_own_address(clients: Clients, do: Do, admin: Actor, browser: httpx.AsyncClient):
    two = await RelyingParty.registered(clients, do, admin, trusted=True, redirect_uris=[BACK, f"{BACK}2"])
    code = await two.code(browser)
    assert (await two.exchange(code, redirect_uri=f"{BACK}2")).json()["error"] == "invalid_grant"
    assert (await two.exchange(await two.code(browser), redirect_uri=None)).json()["error"] == "invalid_grant"


async def test_another_application_gets_nothing_for_what_it_stole(
    wiki: RelyingParty, public: RelyingParty, clients: Clients, do: Do, admin: Actor, browser: httpx.AsyncClient
):
    thief = await RelyingParty.registered(clients, do, admin, name="Thief")
    tokens, code = await wiki.tokens(browser), await wiki.code(browser)
    for who in (thief, public):
        assert (await who.exchange(code, code_verifier=wiki.verifier)).json()["error"] == "invalid_grant"
        assert (await who.refresh(tokens["refresh_token"])).json() == {"error": "invalid_grant"}
        assert (await who.ask("revoke", token=tokens["refresh_token"])).json() == {"error": "invalid_grant"}
    assert not await thief.is_active(tokens["access_token"])
    assert (await wiki.exchange(code)).status_code == 200
    assert (await wiki.refresh(tokens["refresh_token"])).status_code == 200


async def test_a_stolen_refresh_token_ends_its_family(wiki: RelyingParty, browser: httpx.AsyncClient):
    first = await wiki.tokens(browser)
    second = (await wiki.refresh(first["refresh_token"])).json()
    third = (await wiki.refresh(second["refresh_token"])).json()
    assert (await wiki.refresh(first["refresh_token"])).json() == {"error": "invalid_grant"}
    assert (await wiki.refresh(third["refresh_token"])).json() == {"error": "invalid_grant"}
    assert (await wiki.userinfo(third["access_token"])).status_code == 401


async def test_refresh_tokens_get_no_more_than_was_granted(wiki: RelyingParty, browser: httpx.AsyncClient):
    tokens = await wiki.tokens(browser, scope="openid")
    assert (await wiki.refresh(tokens["refresh_token"], scope="openid email")).json()["error"] == "invalid_scope"


async def test_an_application_asks_for_no_more_than_it_may(
    clients: Clients, do: Do, admin: Actor, browser: httpx.AsyncClient
):
    small = await RelyingParty.registered(clients, do, admin, scopes=["openid"], trusted=True)
    tokens = await small.tokens(browser, scope="openid email profile groups offline_access admin")
    assert tokens["scope"] == "openid"
    assert set((await small.userinfo(tokens["access_token"])).json()) == {"sub"}


@pytest.mark.parametrize("secret", ["", "wrong", "x" * 4000, "é", "%00"])
async def test_an_application_must_prove_itself(wiki: RelyingParty, browser: httpx.AsyncClient, secret: str):
    code = await wiki.code(browser)
    right, wiki.secret = wiki.secret, secret
    for answer in (
        await wiki.exchange(code),
        await wiki.ask("revoke", token="x"),
        await wiki.ask("introspect", token="x"),
    ):
        assert answer.status_code in (400, 401)
        assert answer.json()["error"] == "invalid_client"
    wiki.secret = right
    assert (await wiki.exchange(code)).status_code == 200


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !", "Basic /w==", "Bearer x", "Basic " + b64encode(b"no colon").decode()]
)
async def test_headers_that_are_none_are_refused(clients: Clients, wiki: RelyingParty, header: str):
    data = {"grant_type": "authorization_code", "code": "x"}
    answer = await clients.site().post("/oauth2/token", data=data, headers={"Authorization": header})
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in ("invalid_client", "invalid_request")


async def test_a_secret_that_was_renewed_is_worth_nothing(wiki: RelyingParty, do: Do, admin: Actor):
    old, wiki.secret = wiki.secret, await do(admin, rotate_secret, wiki.client_id)
    assert (await wiki.ask("introspect", token="x")).json() == {"active": False}
    wiki.secret = old
    assert (await wiki.ask("introspect", token="x")).status_code == 401


@pytest.mark.parametrize("content", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
async def test_invalid_form_is_refused(clients: Clients, content: str):
    for endpoint in ("token", "revoke", "introspect"):
        answer = await clients.site().post(
            f"/oauth2/{endpoint}", content=b"grant_type=authorization_code", headers={"Content-Type": content}
        )
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


@pytest.mark.parametrize("body", [b"\xff=\xff", b"a=%ff", b"code=a&code=b", b"code=%00", b"a=" + b"b" * 20_000])
async def test_forms_that_cannot_be_read_are_refused(clients: Clients, body: bytes):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await clients.site().post("/oauth2/token", content=body, headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


@pytest.mark.parametrize(
    "grant", ["password", "client_credentials", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", ""]
)
async def test_other_grants_there_are_not(wiki: RelyingParty, grant: str):
    answer = await wiki.ask("token", grant_type=grant, username="victim", password=PASSWORD)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


async def suspended(do: Do, admin: Actor, actor: Actor) -> None:
    await do(admin, suspend_user, actor.user_id, "Spam")


async def deleted(do: Do, admin: Actor, actor: Actor) -> None:
    await do(admin, delete_user, actor.user_id, "victim")


async def signed_out(do: Do, admin: Actor, actor: Actor) -> None:
    await do(actor, sign_out)


async def signed_out_by_staff(do: Do, admin: Actor, actor: Actor) -> None:
    await do(admin, sign_out_user, actor.user_id)


@pytest.mark.parametrize("ended", [suspended, deleted, signed_out, signed_out_by_staff])
async def test_tokens_end_with_the_person(
    ended: Any, wiki: RelyingParty, person: tuple[Actor, str], browser: httpx.AsyncClient, do: Do, admin: Actor
):
    tokens, code = await wiki.tokens(browser), await wiki.code(browser)
    request = params_of(await wiki.authorize(browser, prompt="consent"))["request"]
    await ended(do, admin, person[0])
    assert (await wiki.userinfo(tokens["access_token"])).status_code == 401
    assert not await wiki.is_active(tokens["access_token"])
    assert (await wiki.refresh(tokens["refresh_token"])).status_code == 400
    assert (await wiki.exchange(code)).json()["error"] == "invalid_grant"
    error(await browser.post("me/consent", json={"request": request, "allow": True}), 401, "not_signed_in")


async def test_tokens_end_with_the_application(
    wiki: RelyingParty, browser: httpx.AsyncClient, do: Do, admin: Actor, clients: Clients
):
    tokens = await wiki.tokens(browser)
    request = params_of(await wiki.authorize(browser, prompt="consent"))["request"]
    await do(admin, change_application, wiki.client_id, enabled=False)
    assert (await wiki.userinfo(tokens["access_token"])).status_code == 401
    assert (await wiki.refresh(tokens["refresh_token"])).json()["error"] == "invalid_client"
    assert await wiki.authorize(browser) == "/consent?error=oauth_request_refused"
    error(await browser.post("me/consent", json={"request": request, "allow": True}), 403, "oauth_request_refused")
    await do(admin, change_application, wiki.client_id, enabled=True)
    assert (await wiki.userinfo(tokens["access_token"])).status_code == 401
    await do(admin, delete_application, wiki.client_id)
    assert (await wiki.refresh(tokens["refresh_token"])).json()["error"] == "invalid_client"
    assert (await browser.get("me/applications")).json()["items"] == []


async def test_applications_tokens_open_nothing_else(wiki: RelyingParty, browser: httpx.AsyncClient, clients: Clients):
    tokens = await wiki.tokens(browser)
    for name in ("access_token", "refresh_token", "id_token"):
        error(await clients(tokens[name]).get("me"), 401, "not_signed_in")
        error(await clients(tokens[name]).get("rooms"), 401, "not_signed_in")


async def test_userinfo_takes_access_tokens_alone(
    wiki: RelyingParty, browser: httpx.AsyncClient, person: tuple[Actor, str], do: Do
):
    tokens = await wiki.tokens(browser)
    _, program = await do(person[0], make_api_token, name="Bot", scopes=["read"], password=PASSWORD)
    for wrong in (tokens["refresh_token"], tokens["id_token"], person[1], program, "", "x" * 100_000):
        answer = await wiki.userinfo(wrong)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert (await browser.get(f"{ORIGIN}/oauth2/userinfo")).status_code == 401  # the cookie does not count
