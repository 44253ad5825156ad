"""Parley as an OpenID provider, over HTTP: what applications and browsers get when all goes well."""

from datetime import timedelta

import pytest
from authlib.oidc.discovery import OpenIDProviderMetadata

from chat_app.bootstrap import Runtime
from chat_app.core.applications.signing import PUBLISHED, forget_signing_keys, rotate_signing_keys
from chat_app.core.directory.groups import GroupEntry, provision_group
from chat_app.core.directory.tables import DirectoryUser
from chat_app.core.groups.commands import add_to_group, create_group
from chat_app.core.kernel.actor import Actor
from chat_app.settings import Settings
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.api.provider import BACK, GONE, ISSUER, RelyingParty, params_of
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(worker_database: str) -> Settings:
    return Settings(_env_file=None, database_url=worker_database, ollama_base_url=None, openid_provider="on")


@pytest.fixture
async def admin(make: Factory) -> Actor:
    return await make.actor(is_admin=True)


@pytest.fixture
async def wiki(clients: Clients, do: Do, admin: Actor) -> RelyingParty:
    return await RelyingParty.registered(clients, do, admin)


async def test_somebody_signs_in_at_an_application(clients: Clients, wiki: RelyingParty, make: Factory, clock: Clock):
    actor, token = await make.signed_in(username="aiko", email_verified_at=clock())
    browser = clients.browser(token)
    back = await wiki.allowed(browser)
    assert back.startswith(f"{BACK}?code=")
    assert params_of(back)["state"] == "the state"
    tokens = (await wiki.exchange(params_of(back)["code"])).json()
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 600
    assert tokens["scope"] == "openid profile email"
    header, claims = await wiki.verified(tokens["id_token"])
    assert header["alg"] == "RS256"
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, wiki.client_id, "the nonce")
    assert claims["sub"] == str(actor.user_id)
    assert claims["auth_time"] == int(clock().timestamp())
    assert claims["exp"] - claims["iat"] == 3600
    told = await wiki.userinfo(tokens["access_token"])
    assert told.headers["cache-control"] == "no-store"
    assert told.json() == {
        "sub": str(actor.user_id),
        "name": "Aiko",
        "preferred_username": "aiko",
        "profile": f"{ISSUER}/u/aiko",
        "locale": "en",
        "email": "aiko@example.com",
        "email_verified": True,
    }


async def test_the_page_of_consent_says_who_asks_for_what(clients: Clients, wiki: RelyingParty, make: Factory):
    _, token = await make.signed_in()
    browser = clients.browser(token)
    url = await wiki.authorize(browser, scope="email openid unheard-of")
    asked = await browser.get("me/consent", params=params_of(url))
    assert asked.json() == {"name": "Wiki", "host": "app.example", "scopes": ["openid", "email"]}


async def test_refusal_returns_with_error(clients: Clients, wiki: RelyingParty, make: Factory):
    _, token = await make.signed_in()
    browser = clients.browser(token)
    request = params_of(await wiki.authorize(browser))["request"]
    answer = (await browser.post("me/consent", json={"request": request, "allow": False})).json()
    assert answer["url"].startswith(f"{BACK}?")
    assert params_of(answer["url"]) == {"error": "access_denied", "iss": ISSUER, "state": "the state"}
    error(await browser.post("me/consent", json={"request": request, "allow": True}), 404, "oauth_request_expired")
    assert (await wiki.authorize(browser)).startswith("/consent?")  # nothing was remembered


async def test_consent_is_remembered_for_these_scopes_until_it_is_revoked(
    clients: Clients, wiki: RelyingParty, make: Factory
):
    _, token = await make.signed_in()
    browser = clients.browser(token)
    tokens = await wiki.tokens(browser, scope="openid email")
    assert "code" in params_of(await wiki.authorize(browser, scope="openid"))
    assert (await wiki.authorize(browser, scope="openid profile")).startswith("/consent?")
    assert (await wiki.authorize(browser, scope="openid", prompt="consent")).startswith("/consent?")
    [listed] = (await browser.get("me/applications")).json()["items"]
    assert (listed["client"], listed["name"], listed["scopes"]) == (wiki.client_id, "Wiki", ["openid", "email"])
    assert (await browser.delete(f"me/applications/{wiki.client_id}")).status_code == 204
    assert (await wiki.userinfo(tokens["access_token"])).status_code == 401
    assert (await wiki.refresh(tokens["refresh_token"])).json() == {"error": "invalid_grant"}
    assert (await wiki.authorize(browser, scope="openid")).startswith("/consent?")
    error(await browser.delete(f"me/applications/{wiki.client_id}"), 404, "application_not_found")


async def test_a_trusted_application_asks_nobody(clients: Clients, do: Do, admin: Actor, make: Factory):
    own = await RelyingParty.registered(clients, do, admin, trusted=True)
    _, token = await make.signed_in()
    browser = clients.browser(token)
    assert "code" in params_of(await own.authorize(browser))
    assert (await own.authorize(browser, prompt="consent")).startswith("/consent?")


async def test_strangers_sign_in_first_and_come_back(clients: Clients, wiki: RelyingParty, make: Factory):
    user = await make.user()
    browser = clients.browser()
    url = await wiki.authorize(browser)
    assert url.startswith("/sign-in?next=%2Foauth2%2Fcontinue%3Frequest%3D")
    following = params_of(url)["next"]
    assert (await browser.get(ORIGIN + following)).headers["location"] == url  # still a stranger
    answer = await browser.post("auth/login", json={"login": user.username, "password": PASSWORD})
    assert answer.status_code == 200
    assert (await browser.get(ORIGIN + following)).headers["location"].startswith("/consent?request=")


async def test_silent_requests_ask_nothing(clients: Clients, wiki: RelyingParty, make: Factory):
    stranger = clients.browser()
    assert params_of(await wiki.authorize(stranger, prompt="none"))["error"] == "login_required"
    _, token = await make.signed_in()
    browser = clients.browser(token)
    found = params_of(await wiki.authorize(browser, prompt="none"))
    assert found == {"error": "consent_required", "iss": ISSUER, "state": "the state"}
    await wiki.tokens(browser)
    assert "code" in params_of(await wiki.authorize(browser, prompt="none"))
    assert params_of(await wiki.authorize(browser, prompt="none login"))["error"] == "invalid_request"


@pytest.mark.parametrize("wanted", [{"prompt": "login"}, {"max_age": "60"}, {"max_age": "0"}])
async def test_an_application_may_have_people_sign_in_anew(
    wanted: dict[str, str], clients: Clients, do: Do, admin: Actor, make: Factory, clock: Clock
):
    own = await RelyingParty.registered(clients, do, admin, trusted=True)
    user, browser = await make.user(), clients.browser()
    proof = {"login": user.username, "password": PASSWORD}
    await browser.post("auth/login", json=proof)
    clock.advance(minutes=5)
    silent = {"prompt": "none"} | {name: value for name, value in wanted.items() if name == "max_age"}
    if "max_age" in wanted:
        assert params_of(await own.authorize(browser, **silent))["error"] == "login_required"
    url = await own.authorize(browser, **wanted)
    assert url.startswith("/sign-in?again=1&next=")
    page = await browser.get(ORIGIN + url)
    assert page.text == "page"  # although they are signed in
    following = params_of(url)["next"]
    assert (await browser.get(ORIGIN + following)).headers["location"] == url
    clock.advance(seconds=5)
    await browser.post("auth/login", json=proof)
    back = (await browser.get(ORIGIN + following)).headers["location"]
    tokens = (await own.exchange(params_of(back)["code"])).json()
    assert (await own.verified(tokens["id_token"]))[1]["auth_time"] == int(clock().timestamp())


async def test_a_session_that_is_young_enough_will_do(clients: Clients, wiki: RelyingParty, make: Factory):
    _, token = await make.signed_in()
    assert (await wiki.authorize(clients.browser(token), max_age="3600")).startswith("/consent?")


async def test_refresh_tokens_rotate(clients: Clients, wiki: RelyingParty, make: Factory, clock: Clock):
    actor, token = await make.signed_in()
    signed_in = int(clock().timestamp())
    first = await wiki.tokens(clients.browser(token))
    clock.advance(minutes=11)
    assert (await wiki.userinfo(first["access_token"])).status_code == 401
    second = (await wiki.refresh(first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert (await wiki.userinfo(second["access_token"])).json()["sub"] == str(actor.user_id)
    _, claims = await wiki.verified(second["id_token"])
    assert (claims["auth_time"], claims["sub"]) == (signed_in, str(actor.user_id))
    less = (await wiki.refresh(second["refresh_token"], scope="openid")).json()
    assert less["scope"] == "openid"
    assert (await wiki.userinfo(less["access_token"])).json() == {"sub": str(actor.user_id)}
    assert (await wiki.refresh(less["refresh_token"])).json()["scope"] == "openid profile email"


async def test_tokens_are_revoked_and_introspected(clients: Clients, wiki: RelyingParty, make: Factory):
    actor, token = await make.signed_in()
    tokens = await wiki.tokens(clients.browser(token))
    told = (await wiki.ask("introspect", token=tokens["access_token"])).json()
    assert told["active"] is True
    assert (told["sub"], told["client_id"], told["iss"]) == (str(actor.user_id), wiki.client_id, ISSUER)
    assert (await wiki.ask("revoke", token=tokens["access_token"])).status_code == 200
    assert not await wiki.is_active(tokens["access_token"])
    assert await wiki.is_active(tokens["refresh_token"])
    assert (await wiki.ask("revoke", token=tokens["refresh_token"])).status_code == 200
    assert not await wiki.is_active(tokens["refresh_token"])
    assert (await wiki.ask("revoke", token="never issued")).status_code == 200


async def test_a_public_application_signs_people_in_by_pkce(clients: Clients, do: Do, admin: Actor, make: Factory):
    app = await RelyingParty.registered(clients, do, admin, public=True, redirect_uris=["http://127.0.0.1:8123/back"])
    app.back = "http://127.0.0.1:8123/back"
    _, token = await make.signed_in()
    tokens = await app.tokens(clients.browser(token))
    assert (await app.refresh(tokens["refresh_token"])).status_code == 200


async def test_an_application_may_have_its_id_tokens_signed_by_es256(
    clients: Clients, do: Do, admin: Actor, make: Factory
):
    app = await RelyingParty.registered(clients, do, admin, signing_alg="ES256")
    _, token = await make.signed_in()
    header, _ = await app.verified((await app.tokens(clients.browser(token)))["id_token"])
    assert header["alg"] == "ES256"


async def test_groups_are_those_of_the_organisation(
    clients: Clients, wiki: RelyingParty, make: Factory, do: Do, admin: Actor, parts: Runtime
):
    actor, token = await make.signed_in()
    mine = await do(admin, create_group, "Difficult people")
    await do(admin, add_to_group, mine.id, actor.person.username)
    async with parts.work.begin() as ctx:
        ctx.db.add(DirectoryUser(user_id=actor.user_id, user_name="ben"))
    await do(None, provision_group, GroupEntry("Engineers", members=[str(actor.user_id)]))
    tokens = await wiki.tokens(clients.browser(token), scope="openid groups")
    assert (await wiki.userinfo(tokens["access_token"])).json()["groups"] == ["Engineers"]


async def test_keys_rotate_without_anything_being_refused(
    clients: Clients, wiki: RelyingParty, make: Factory, parts: Runtime, do: Do, clock: Clock
):
    _, token = await make.signed_in()
    browser = clients.browser(token)
    before = (await wiki.tokens(browser))["id_token"]
    await rotate_signing_keys(parts.work)
    after = (await wiki.tokens(browser))["id_token"]
    old, new = (await wiki.verified(before))[0]["kid"], (await wiki.verified(after))[0]["kid"]
    assert old != new
    clock.advance(seconds=(PUBLISHED + timedelta(minutes=1)).total_seconds())
    await do(None, forget_signing_keys)
    published = {key["kid"] for key in (await clients.site().get("/oauth2/jwks")).json()["keys"]}
    assert new in published
    assert old not in published


async def test_the_keys_that_are_published_are_public(clients: Clients):
    keys = (await clients.site().get("/oauth2/jwks")).json()["keys"]
    assert {key["alg"] for key in keys} == {"RS256", "ES256"}
    assert all({"d", "p", "q"}.isdisjoint(key) for key in keys)


async def test_the_metadata_is_valid_and_true(clients: Clients):
    for path in ("openid-configuration", "oauth-authorization-server"):
        response = await clients.site().get(f"/.well-known/{path}")
        assert response.headers["access-control-allow-origin"] == "*"
        metadata = OpenIDProviderMetadata(response.json())
        assert metadata["issuer"] == ISSUER
        assert metadata["token_endpoint"] == f"{ISSUER}/oauth2/token"
        metadata.update(
            {name: str(value).replace("http:", "https:") for name, value in metadata.items() if "://" in str(value)}
        )
        metadata.validate()


async def test_signing_out_at_an_application_ends_the_session(clients: Clients, wiki: RelyingParty, make: Factory):
    _, token = await make.signed_in()
    browser = clients.browser(token)
    tokens = await wiki.tokens(browser)
    wanted = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": GONE, "state": "s"}
    response = await browser.get(f"{ORIGIN}/oauth2/end-session", params=wanted)
    assert response.headers["location"] == f"{GONE}?state=s"
    assert "parley_session" in response.headers["set-cookie"]
    assert (await clients(token).get("me")).status_code == 401
    assert (await wiki.userinfo(tokens["access_token"])).status_code == 401
    assert (await wiki.refresh(tokens["refresh_token"])).status_code == 400


async def test_forms_of_other_sites_come_again_by_get(clients: Clients, wiki: RelyingParty, make: Factory):
    _, token = await make.signed_in()
    abroad = clients.browser(token, Origin="https://app.example")
    sent = await abroad.post(f"{ORIGIN}/oauth2/authorize", data=wiki.request())
    assert sent.status_code == 303
    assert sent.headers["location"].startswith("/oauth2/authorize?")
    assert (await abroad.get(ORIGIN + sent.headers["location"])).headers["location"].startswith("/consent?")


async def test_addresses_do_not_exist_if_off(clients: Clients, parts: Runtime, make: Factory):
    parts.openid = None
    _, token = await make.signed_in()
    browser = clients.browser(token)
    for path in ("oauth2/authorize", "oauth2/continue", "oauth2/jwks", "oauth2/userinfo", "oauth2/end-session"):
        error(await browser.get(f"{ORIGIN}/{path}"), 404, "not_found")
    error(await browser.get(f"{ORIGIN}/.well-known/openid-configuration"), 404, "not_found")
    for path in ("authorize", "token", "revoke", "introspect", "end-session"):
        error(await browser.post(f"{ORIGIN}/oauth2/{path}", data={"a": "b"}), 404, "not_found")
    error(await browser.get("me/consent?request=x"), 404, "not_found")
    error(await browser.post("me/consent", json={"request": "x", "allow": True}), 404, "not_found")
