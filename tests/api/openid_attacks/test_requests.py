"""Attacks on requests, consent and signing out, by applications and by browsers."""

import asyncio
import json
from base64 import urlsafe_b64encode
from typing import Any

import httpx
import pytest

from chat_app.bootstrap import Runtime
from chat_app.core.applications.authorization.authorizing import BEGUN, WAITS
from chat_app.core.applications.commands import change_application
from chat_app.core.applications.consents import revoke_application
from chat_app.core.auth.tokens.api_tokens import make_api_token
from chat_app.core.kernel.actor import Actor
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.api.provider import BACK, GONE, ISSUER, RelyingParty, params_of
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do

ELSEWHERE = [
    "https://evil.example/callback",
    f"{BACK}/",
    f"{BACK}/../evil",
    f"{BACK}%2f..%2fevil",
    f"{BACK}?next=https://evil.example",
    f"{BACK}#fragment",
    f"{BACK}#@evil.example",
    "https://app.example@evil.example/callback",
    "https://app.example:443/callback",
    "https://APP.example/callback",
    "http://app.example/callback",
    "https://app.example.evil.example/callback",
    "https://app.example\\@evil.example/callback",
    "https://app。example/callback",
    "https://аpp.example/callback",
    "https://app.example/callback\u202e",
    "https://app.example/callback ",
    " https://app.example/callback",
    "https://app.example/callback\t",
    "//app.example/callback",
    "javascript:alert(1)//https://app.example/callback",
    "data:text/html,hello",
    'https://app.example/callback"><script>',
    "https://app.example/callb%61ck",
    "https://[::1",
]


@pytest.mark.parametrize("uri", ELSEWHERE)
async def test_the_browser_is_sent_only_where_the_application_is(
    wiki: RelyingParty, browser: httpx.AsyncClient, uri: str
):
    for changes in ({}, {"response_type": "token"}, {"scope": "nothing"}, {"prompt": "none"}):
        url = await wiki.authorize(browser, redirect_uri=uri, **changes)
        assert url == "/consent?error=oauth_request_refused", changes


@pytest.mark.parametrize("client", ["", "nobody", "01a22350-32df-760b-8b52-02a18de00000", "{", "a" * 5000])
async def test_an_unknown_application_is_told_to_the_person_alone(
    wiki: RelyingParty, browser: httpx.AsyncClient, client: str
):
    url = await wiki.authorize(browser, client_id=client)
    assert url == "/consent?error=oauth_request_refused"


async def test_a_parameter_that_comes_twice_is_refused(wiki: RelyingParty, browser: httpx.AsyncClient):
    doubled = [*wiki.request().items(), ("redirect_uri", "https://evil.example/")]
    response = await browser.get(f"{ORIGIN}/oauth2/authorize", params=doubled)
    assert response.headers["location"] == "/consent?error=oauth_request_refused"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"request_uri": "https://evil.example/request"}, "request_uri_not_supported"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"prompt": "none consent"}, "invalid_request"),
    ],
)
async def test_other_mistakes_are_told_to_the_application(
    wiki: RelyingParty, browser: httpx.AsyncClient, changes: dict[str, str | None], code: str
):
    url = await wiki.authorize(browser, **changes)
    assert url.startswith(f"{BACK}?"), url
    found = params_of(url)
    assert (found["error"], found["state"], found["iss"]) == (code, "the state", ISSUER)


async def test_a_public_application_cannot_leave_pkce_out(public: RelyingParty, browser: httpx.AsyncClient):
    left_out = {"code_challenge": None, "code_challenge_method": None}
    assert params_of(await public.authorize(browser, **left_out))["error"] == "invalid_request"
    plain = {"code_challenge": public.verifier, "code_challenge_method": "plain"}
    assert params_of(await public.authorize(browser, **plain))["error"] == "invalid_request"
    assert (await public.exchange(await public.code(browser), code_verifier=None)).json()["error"] == "invalid_request"


async def test_an_address_that_was_removed_meanwhile_gets_no_code(
    wiki: RelyingParty, browser: httpx.AsyncClient, do: Do, admin: Actor
):
    request = params_of(await wiki.authorize(browser))["request"]
    await do(admin, change_application, wiki.client_id, redirect_uris=["https://app.example/new"])
    error(await browser.post("me/consent", json={"request": request, "allow": True}), 403, "oauth_request_refused")


async def test_only_a_browsers_own_session_authorizes(
    wiki: RelyingParty, person: tuple[Actor, str], clients: Clients, do: Do, browser: httpx.AsyncClient
):
    actor, token = person
    _, program = await do(actor, make_api_token, name="Bot", scopes=["read"], password=PASSWORD)
    tokens = await wiki.tokens(browser)
    for credential in (token, program, tokens["access_token"]):
        asked = clients(credential)
        assert (await wiki.authorize(asked)).startswith("/sign-in?")
    for credential in (program, tokens["access_token"], tokens["refresh_token"], tokens["id_token"]):
        answer = await clients(credential).get("me/consent?request=x")
        assert answer.status_code in (401, 403), credential
        answer = await clients(credential).post("me/consent", json={"request": "x", "allow": True})
        assert answer.status_code in (401, 403)


async def test_another_sites_page_cannot_answer(
    wiki: RelyingParty, browser: httpx.AsyncClient, person: tuple[Actor, str], clients: Clients
):
    request = params_of(await wiki.authorize(browser))["request"]
    evil = clients.browser(person[1], Origin="https://evil.example")
    error(await evil.post("me/consent", json={"request": request, "allow": True}), 403, "cross_origin")
    crossing = clients.browser(person[1], **{"Sec-Fetch-Site": "cross-site"})
    error(await crossing.post("me/consent", json={"request": request, "allow": True}), 403, "cross_origin")
    error(await evil.delete(f"me/applications/{wiki.client_id}"), 403, "cross_origin")


async def test_no_page_shows_these_in_a_frame(wiki: RelyingParty, browser: httpx.AsyncClient, clients: Clients):
    for path in ("/consent?request=x", "/oauth2/authorize", "/oauth2/userinfo", "/oauth2/end-session"):
        response = await browser.get(ORIGIN + path)
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"], path


async def test_an_answer_counts_once_and_not_for_ever(wiki: RelyingParty, browser: httpx.AsyncClient, clock: Clock):
    request = params_of(await wiki.authorize(browser))["request"]
    answers = await asyncio.gather(
        *(browser.post("me/consent", json={"request": request, "allow": True}) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404]
    request = params_of(await wiki.authorize(browser, prompt="consent"))["request"]
    clock.advance(seconds=WAITS.total_seconds() + 1)
    error(await browser.post("me/consent", json={"request": request, "allow": True}), 404, "oauth_request_expired")
    for wrong in ("", "x", "é" * 50, request[:-1]):
        error(await browser.get("me/consent", params={"request": wrong}), 404, "oauth_request_expired")


async def test_consent_does_not_stand_in_for_signing_in_anew(
    wiki: RelyingParty, browser: httpx.AsyncClient, clock: Clock
):
    clock.advance(minutes=5)
    following = params_of(await wiki.authorize(browser, prompt="login"))["next"]
    request = params_of(following)["request"]
    error(await browser.post("me/consent", json={"request": request, "allow": True}), 404, "oauth_request_expired")


def forged(claims: dict[str, Any], algorithm: str = "none") -> str:
    def part(value: dict[str, Any]) -> str:
        return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(claims)}."


async def test_foreign_id_token_signs_nobody_out(
    wiki: RelyingParty, browser: httpx.AsyncClient, person: tuple[Actor, str], clients: Clients, make: Factory
):
    _, other = await make.signed_in()
    others = (await wiki.tokens(clients.browser(other)))["id_token"]
    mine = (await wiki.tokens(browser))["id_token"]
    claims = {"iss": ISSUER, "aud": wiki.client_id, "sub": str(person[0].user_id), "exp": 9_999_999_999}
    for hint in (None, others, forged(claims), forged(claims, "RS256"), mine[:-4] + "AAAA", "x", "a.b.c", "..", "é"):
        wanted = {"post_logout_redirect_uri": "https://evil.example/"} | ({"id_token_hint": hint} if hint else {})
        response = await browser.get(f"{ORIGIN}/oauth2/end-session", params=wanted)
        assert response.headers["location"] == "/consent?logout=here", hint
        assert (await browser.get("me")).status_code == 200
    response = await browser.get(
        f"{ORIGIN}/oauth2/end-session", params={"id_token_hint": others, "post_logout_redirect_uri": GONE}
    )
    assert response.headers["location"] == GONE
    assert (await browser.get("me")).status_code == 200


async def test_after_signing_out_the_browser_goes_only_where_the_application_is(
    wiki: RelyingParty, browser: httpx.AsyncClient
):
    hint = (await wiki.tokens(browser))["id_token"]
    wanted = {"id_token_hint": hint, "post_logout_redirect_uri": f"{GONE}@evil.example"}
    response = await browser.get(f"{ORIGIN}/oauth2/end-session", params=wanted)
    assert response.headers["location"] == "/sign-in"


async def test_requests_are_limited(wiki: RelyingParty, clients: Clients, parts: Runtime):
    browser = clients.browser(address="198.51.100.7")
    urls = [await wiki.authorize(browser) for _ in range(BEGUN.amount + 1)]
    assert urls[-1] == "/consent?error=rate_limited"


async def test_a_request_that_is_too_long_is_not_kept(wiki: RelyingParty, browser: httpx.AsyncClient):
    assert await wiki.authorize(browser, state="x" * 7000) == "/consent?error=oauth_request_refused"


@pytest.mark.parametrize("client", [None, 7, [], "\ud800", "\x00", "x" * 100_000], ids=lambda client: repr(client)[:9])
async def test_an_application_that_is_none_is_not_there(do: Do, person: tuple[Actor, str], client: Any):
    assert await code_of(do(person[0], revoke_application, client)) == "application_not_found"
