"""Attacks on Parley as an OpenID provider: by applications, by browsers, and by those who steal from either."""

import asyncio
import json
from base64 import b64encode, urlsafe_b64encode
from functools import cache
from hashlib import sha256
from typing import Any

import httpx
import pytest

from chat_app.bootstrap import Runtime
from chat_app.core.administration.commands import delete_user, sign_out_user
from chat_app.core.applications import signing
from chat_app.core.applications.authorization.authorizing import BEGUN, WAITS
from chat_app.core.applications.commands import change_application, delete_application, rotate_secret
from chat_app.core.applications.consents import revoke_application
from chat_app.core.auth.sessions.commands import sign_out
from chat_app.core.auth.tokens.api_tokens import make_api_token
from chat_app.core.kernel.actor import Actor
from chat_app.core.safety.suspending import suspend_user
from chat_app.settings import Settings
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.api.provider import BACK, GONE, ISSUER, RelyingParty, params_of
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do

new_key = cache(signing._new_key)


@pytest.fixture(autouse=True)
def _made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a site of its own, but keys of RSA take long to find."""
    monkeypatch.setattr(signing, "_new_key", new_key)


@pytest.fixture
def settings(usual_settings: Settings) -> Settings:
    return usual_settings.model_copy(update={"openid_provider": "on"})


@pytest.fixture
async def admin(make: Factory) -> Actor:
    return await make.actor(is_admin=True)


@pytest.fixture
async def wiki(clients: Clients, do: Do, admin: Actor) -> RelyingParty:
    return await RelyingParty.registered(clients, do, admin)


@pytest.fixture
async def public(clients: Clients, do: Do, admin: Actor) -> RelyingParty:
    return await RelyingParty.registered(clients, do, admin, name="Phone", public=True, trusted=True)


@pytest.fixture
async def person(make: Factory) -> tuple[Actor, str]:
    return await make.signed_in(username="victim")


@pytest.fixture
def browser(clients: Clients, person: tuple[Actor, str]) -> httpx.AsyncClient:
    return clients.browser(person[1])


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


async def test_a_code_wants_the_verifier_that_it_was_begun_with(wiki: RelyingParty, browser: httpx.AsyncClient):
    challenge = urlsafe_b64encode(sha256(wiki.verifier.encode()).digest()).rstrip(b"=").decode()
    for wrong in ("x" * 64, challenge, None, "short"):
        answer = await wiki.exchange(await wiki.code(browser), code_verifier=wrong)
        assert answer.status_code == 400
        assert answer.json()["error"] in ("invalid_grant", "invalid_request")
    without = await wiki.code(browser, code_challenge=None, code_challenge_method=None)
    assert (await wiki.exchange(without)).json()["error"] == "invalid_request"  # a verifier from elsewhere


async def test_a_code_that_was_begun_without_pkce_takes_no_verifier(wiki: RelyingParty, browser: httpx.AsyncClient):
    """Whoever takes the challenge out of a request on its way must not get a code that the application exchanges."""
    left_out = {"code_challenge": None, "code_challenge_method": None}
    assert (await wiki.exchange(await wiki.code(browser, **left_out))).json()["error"] == "invalid_request"
    assert (await wiki.exchange(await wiki.code(browser, **left_out), code_verifier=None)).status_code == 200


async def test_a_code_that_is_used_twice_ends_what_came_of_it(wiki: RelyingParty, browser: httpx.AsyncClient):
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


async def test_of_two_who_exchange_a_code_at_once_one_gets_tokens(wiki: RelyingParty, browser: httpx.AsyncClient):
    code = await wiki.code(browser)
    answers = await asyncio.gather(*(wiki.exchange(code) for _ in range(6)))
    won = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert not await wiki.is_active(won[0]["access_token"])  # somebody has stolen it, and nobody knows who


async def test_of_two_who_use_a_refresh_token_at_once_one_gets_tokens(wiki: RelyingParty, browser: httpx.AsyncClient):
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
async def test_what_is_no_form_is_refused(clients: Clients, content: str):
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


async def test_what_an_application_has_opens_nothing_else(
    wiki: RelyingParty, browser: httpx.AsyncClient, clients: Clients
):
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


async def test_nobody_is_signed_out_by_a_token_that_is_not_theirs(
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
