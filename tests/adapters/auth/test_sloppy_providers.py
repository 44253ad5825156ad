"""Providers that deviate from the specification: the accepted and the refused deviations."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from chat_app.adapters.auth import client
from chat_app.adapters.auth.claims import address, subject
from chat_app.adapters.auth.config import GOOGLE, ProviderConfig
from chat_app.adapters.auth.factory import build_providers
from chat_app.adapters.auth.openid import OpenIdProvider
from chat_app.core.identities.organisation import Organisation
from chat_app.core.identities.ports import IdentityProvider, ProviderProfile
from tests.oidc import github
from tests.oidc.github import GitHubServer
from tests.oidc.sloppy import CLIENT_ID, SloppyServer
from tests.support.refusal import refused

BACK = "http://127.0.0.1:1/callback"
MAIL = "mio@id.example"


@pytest.fixture(scope="module")
def running() -> Iterator[SloppyServer]:
    with SloppyServer() as server:
        yield server


@pytest.fixture
def server(running: SloppyServer) -> SloppyServer:
    running.claims, running.userinfo, running.slash, running.drips = {}, {}, "", False
    return running


async def profile_of(server: SloppyServer, domains: Sequence[str] = (), **claims: Any) -> ProviderProfile:
    """Who has come back with these claims."""
    organisation = Organisation(frozenset(domains))
    config = ProviderConfig("oidc", "Example", server.issuer, CLIENT_ID, "secret", organisation)
    provider: IdentityProvider = build_providers([config])["oidc"]
    left = await provider.depart(BACK)
    server.claims = {"nonce": left.nonce} | claims
    return await provider.profile(BACK, {"code": "x"}, left.nonce, left.code_verifier)


@pytest.mark.parametrize("value", [None, "", "  ", "mio", "mio@", "@id.example", "a@b@c", 7, [MAIL], {"a": MAIL}])
@pytest.mark.parametrize("verified", [True, "true"])
def test_an_email_that_is_none_is_never_verified(value: object, verified: object):
    assert address({"email": value, "email_verified": verified}) == address({"email_verified": verified}) == ("", False)


@pytest.mark.parametrize("value", [True, "true"])
def test_true_says_that_an_email_is_verified(value: object):
    assert address({"email": " Mio@ID.example", "email_verified": value}) == (MAIL, True)


@pytest.mark.parametrize("value", [False, "false", "False", "TRUE ", "yes", "1", "", 1, 1.0, [True], {"true": 1}, None])
def test_only_true_verifies_an_email(value: object):
    assert address({"email": MAIL, "email_verified": value}) == address({"email": MAIL}) == (MAIL, False)


@pytest.mark.parametrize("odd", ["", " ", None, True, False, 1.0, 1e20, [1], {"a": 1}, "x" * 256, "a\0b", "a\ud800"])
def test_ambiguous_subject_is_refused(odd: object):
    with refused("provider_refused"):
        subject(odd)


def test_subjects_stay_as_they_are():
    for value in ("A", "a", " a", "a|b", "é", "e\u0301"):
        assert subject(value) == value
    assert subject(12345678901234567890) == "12345678901234567890"


async def test_missing_claims_come_from_userinfo_together(server: SloppyServer):
    server.userinfo = {"sub": "mio", "email": MAIL, "name": "Mio"}
    told = await profile_of(server, email=None, email_verified=True)
    assert (told.email, told.email_verified, told.name) == (MAIL, False, "Mio"), "verified was something else"
    server.userinfo["email_verified"] = "true"
    assert (await profile_of(server, email="mio", email_verified=False)).email_verified
    server.userinfo["sub"] = "somebody else"
    told = await profile_of(server, email="", email_verified=True)
    assert (told.email, told.email_verified) == ("", False)


@pytest.mark.parametrize("verified", [True, "true"])
async def test_an_organisation_verifies_no_address_of_others(server: SloppyServer, verified: object):
    for mail, known in ((MAIL, True), ("mio@other.example", False), ("mio@id.example.evil.example", False)):
        told = await profile_of(server, ["id.example"], email=mail, email_verified=verified)
        assert (told.email, told.email_verified) == (mail, known)


async def test_endless_answer_of_provider_is_unavailable(server: SloppyServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client, "PATIENCE", 0.5)
    server.drips = True
    with refused("provider_unavailable"):
        await profile_of(server)


@pytest.mark.parametrize(("described", "written"), [("", "/"), ("/", ""), ("/", "/")])
async def test_issuer_with_trailing_slash_is_accepted(server: SloppyServer, described: str, written: str):
    server.slash = described
    assert (await profile_of(server, iss=server.issuer + written)).issuer == server.issuer


@pytest.mark.parametrize(
    "odd",
    [
        {"iss": "http://evil.example"},
        {"iss": "accounts.google.com"},
        {"aud": ["another"], "azp": CLIENT_ID},
        {"at_hash": "x"},
        {"sub": ""},
        {"sub": ...},
    ],
)
async def test_unsafe_token_is_refused(server: SloppyServer, odd: dict[str, Any]):
    with refused("provider_refused"):
        await profile_of(server, **odd)


def test_googles_issuer_may_lack_its_scheme():
    issuers = OpenIdProvider(ProviderConfig("google", "Google", GOOGLE, CLIENT_ID))._issuers()
    assert issuers == ["https://accounts.google.com", "https://accounts.google.com/", "accounts.google.com"]


async def test_numeric_subject_is_accepted(server: SloppyServer):
    server.userinfo = {"sub": "12345678901234567890", "email": MAIL}
    profile = await profile_of(server, sub=12345678901234567890)
    assert (profile.subject, profile.email) == ("12345678901234567890", MAIL)


@pytest.mark.parametrize(
    ("emails", "email", "verified"),
    [
        ({"message": "Not Found"}, "", False),
        ([None, "x", {}], "", False),
        ([{"email": None, "primary": True, "verified": True}], "", False),
        ([{"email": MAIL, "primary": True, "verified": "false"}], MAIL, False),
    ],
)
async def test_github_gives_the_primary_address(emails: Any, email: str, verified: bool):
    with GitHubServer("octo", {"octo": {"user": {"id": 7, "login": "octo", "name": None}, "emails": emails}}) as hub:
        config = ProviderConfig("github", "GitHub", hub.url, github.CLIENT_ID, github.CLIENT_SECRET)
        provider = build_providers([config])["github"]
        left = await provider.depart(BACK)
        answer = await github.answer_of(left.url)
        profile = await provider.profile(BACK, answer, left.nonce, left.code_verifier)
    assert (profile.subject, profile.email, profile.email_verified) == ("7", email, verified)
