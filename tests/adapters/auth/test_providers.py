"""Profiles from providers, and refusals: a real OpenID provider, and a simulated GitHub API."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from chat_app.adapters.auth.config import ProviderConfig
from chat_app.adapters.auth.factory import build_providers
from chat_app.core.identities.ports import IdentityProvider, ProviderProfile
from tests.oidc import github
from tests.oidc.github import GitHubServer
from tests.oidc.server import CLIENT_ID, CLIENT_SECRET, OpenIdServer, answer_of
from tests.support.refusal import refused

BACK = "http://127.0.0.1:1/api/v1/auth/oidc/callback"
VERIFIED = {"email": "octo@example.com", "verified": True, "primary": True, "visibility": None}


@pytest.fixture(scope="module")
def server() -> Iterator[OpenIdServer]:
    with OpenIdServer([BACK]) as server:
        yield server


@pytest.fixture(scope="module")
def hub() -> Iterator[GitHubServer]:
    with GitHubServer() as server:
        server.add(
            "octo", 583231, {**VERIFIED, "email": "old@example.com", "primary": False}, VERIFIED, name="Octo Cat"
        )
        server.add("plain", 7)
        server.add("unsure", 8, {**VERIFIED, "verified": False})
        yield server


def configured(server: OpenIdServer) -> ProviderConfig:
    return ProviderConfig("oidc", "Example", server.issuer, CLIENT_ID, CLIENT_SECRET)


def made(config: ProviderConfig) -> IdentityProvider:
    return build_providers([config])[config.id]


@pytest.fixture
def provider(server: OpenIdServer) -> IdentityProvider:
    return made(configured(server))


@pytest.fixture
def github_provider(hub: GitHubServer) -> IdentityProvider:
    return made(ProviderConfig("github", "GitHub", hub.url, github.CLIENT_ID, github.CLIENT_SECRET))


async def test_a_departure_has_pkce_state_and_nonce_of_its_own(provider: IdentityProvider):
    first, second = await provider.depart(BACK), await provider.depart(BACK)
    asked = {name: value for name, [value] in parse_qs(urlsplit(first.url).query).items()}
    assert asked["scope"] == "openid email profile"
    assert (asked["response_type"], asked["redirect_uri"], asked["client_id"]) == ("code", BACK, CLIENT_ID)
    assert (asked["state"], asked["nonce"]) == (first.state, first.nonce)
    assert asked["code_challenge_method"] == "S256"
    assert first.code_verifier not in first.url
    assert {first.state, first.nonce, first.code_verifier}.isdisjoint(
        {second.state, second.nonce, second.code_verifier}
    )
    assert min(map(len, (first.state, first.nonce))) >= 20


@pytest.mark.parametrize(
    ("login", "email", "verified"),
    [
        ("mio", "mio@id.example", True),
        ("unverified-rin", "unverified-rin@id.example", False),
        ("nomail-ren", "", False),
    ],
)
async def test_an_openid_provider_tells_who_somebody_is(
    provider: IdentityProvider, login: str, email: str, verified: bool
):
    left = await provider.depart(BACK)
    answer = await answer_of(left.url, login)
    assert answer["state"] == left.state
    profile = await provider.profile(BACK, answer, left.nonce, left.code_verifier)
    assert profile == ProviderProfile(provider.issuer, login, email, verified, login, f"{login} from elsewhere")


async def test_answer_to_foreign_request_is_refused(provider: IdentityProvider):
    left, other = await provider.depart(BACK), await provider.depart(BACK)
    with refused("provider_refused"):  # an ID token that was made for another sign-in
        await provider.profile(BACK, await answer_of(left.url, "mio"), other.nonce, left.code_verifier)
    with refused("provider_refused"):  # a code that somebody else has left with
        await provider.profile(BACK, await answer_of(left.url, "mio"), left.nonce, other.code_verifier)
    answer = await answer_of(left.url, "mio")
    await provider.profile(BACK, answer, left.nonce, left.code_verifier)
    with refused("provider_refused"):  # a code that has been used
        await provider.profile(BACK, answer, left.nonce, left.code_verifier)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"code": "x"}, "provider_refused"),
        ({"code": "x", "iss": "https://evil.example"}, "provider_refused"),
        ({}, "provider_refused"),
        ({"error": "access_denied"}, "sign_in_cancelled"),
        ({"error": "server_error"}, "provider_refused"),
    ],
)
async def test_empty_answer_is_refused(provider: IdentityProvider, answer: dict[str, str], code: str):
    with refused(code):
        await provider.profile(BACK, answer, "nonce", "verifier")


async def test_a_secret_that_is_wrong_is_refused(server: OpenIdServer):
    provider = made(replace(configured(server), client_secret="wrong"))
    left = await provider.depart(BACK)
    with refused("provider_refused"):
        await provider.profile(BACK, await answer_of(left.url, "mio"), left.nonce, left.code_verifier)


async def test_wrong_or_missing_issuer_is_unavailable(server: OpenIdServer):
    for issuer in (server.issuer.replace("127.0.0.1", "localhost"), "http://127.0.0.1:9", f"{server.issuer}/nothing"):
        with refused("provider_unavailable"):
            await made(replace(configured(server), issuer=issuer)).depart(BACK)


@pytest.mark.parametrize(
    ("login", "number", "email", "verified", "name"),
    [
        ("octo", "583231", "octo@example.com", True, "Octo Cat"),
        ("plain", "7", "", False, ""),
        ("unsure", "8", "octo@example.com", False, ""),
    ],
)
async def test_github_tells_who_somebody_is(
    hub: GitHubServer,
    github_provider: IdentityProvider,
    login: str,
    number: str,
    email: str,
    verified: bool,
    name: str,
):
    hub.login = login
    left = await github_provider.depart(BACK)
    answer = await github.answer_of(left.url)
    assert answer["state"] == left.state
    profile = await github_provider.profile(BACK, answer, left.nonce, left.code_verifier)
    assert profile == ProviderProfile(hub.url, number, email, verified, login, name)
    with refused("provider_refused"):
        await github_provider.profile(BACK, answer, left.nonce, left.code_verifier)


async def test_at_github_too_only_who_left_comes_back(hub: GitHubServer, github_provider: IdentityProvider):
    hub.login = "octo"
    left, other = await github_provider.depart(BACK), await github_provider.depart(BACK)
    with refused("provider_refused"):
        await github_provider.profile(BACK, await github.answer_of(left.url), "", other.code_verifier)
    hub.login = ""
    with refused("sign_in_cancelled"):
        await github_provider.profile(BACK, await github.answer_of(left.url), "", left.code_verifier)


def test_no_provider_is_offered_without_settings():
    assert build_providers([]) == {}
