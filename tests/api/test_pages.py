"""The guards around the pages, the headers of responses, the documentation and the health checks."""

import hashlib
import re
from base64 import b64encode
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from chat_app.api.app import guard
from chat_app.api.middleware.headers import content_security_policy
from chat_app.api.texts import preferred_locale
from chat_app.bootstrap import Runtime, build
from chat_app.settings import Settings
from tests.api.conftest import COOKIE, Clients, pages
from tests.api.expect import error
from tests.support.factory import Factory


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/", "/sign-in"),
        ("/settings", "/sign-in?next=/settings"),
        ("/r/018f?x=1&y=é", "/sign-in?next=/r/018f%3Fx%3D1%26y%3D%25C3%25A9"),
    ],
)
async def test_signed_out_person_is_redirected_to_sign_in_and_back(clients: Clients, make: Factory, path: str, to: str):
    await make.user()
    site = clients.site()
    response = await site.get(path)
    assert (response.status_code, response.headers["location"]) == (302, to)
    assert response.headers["cache-control"] == "no-store"
    site.cookies.set(COOKIE, "stale")
    assert (await site.head(path)).status_code == 302
    site.cookies.set(COOKIE, (await make.signed_in())[1])
    assert (await site.get(path)).text == "page"


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/sign-in", "/"),
        ("/sign-up", "/"),
        ("/sign-in?next=/r/018f", "/r/018f"),
        ("/sign-in?next=/r/018f%3Fx%3D1", "/r/018f?x=1"),
        ("/sign-in?next=//evil.example", "/"),
        ("/sign-in?next=https://evil.example", "/"),
        ("/sign-in?next=/%09/evil.example", "/"),
    ],
)
async def test_signed_in_person_is_redirected_from_sign_in(clients: Clients, make: Factory, path: str, to: str):
    await make.user()
    site = clients.site()
    assert (await site.get(path)).text == "page"
    site.cookies.set(COOKIE, (await make.signed_in())[1])
    response = await site.get(path)
    assert (response.status_code, response.headers["location"]) == (302, to)


async def test_first_visitor_is_redirected_to_sign_up_and_later_ones_are_not(clients: Clients, make: Factory):
    site = clients.site()
    for path in ("/", "/r/018f", "/settings", "/sign-in", "/sign-up", "/sign-up?next=/"):
        assert (await site.get(path)).headers["location"] == "/sign-up?first", path
    assert (await site.get("/sign-up?first")).text == "page"
    await make.user()
    assert (await site.get("/sign-up?first")).headers["location"] == "/sign-up"
    assert (await site.get("/")).headers["location"] == "/sign-in"
    assert (await site.get("/sign-up")).text == "page"


@pytest.mark.parametrize("path", ["/join/abc", "/assets/a.js", "/ping", "/locales/en.json", "/r", "/x/r/1"])
async def test_other_pages_need_no_session(clients: Clients, path: str):
    assert (await clients.site().get(path)).text == "page"


async def test_every_response_carries_the_guarding_headers(clients: Clients):
    site = clients.site()
    for path in ("/join/x", "/api/v1/me", "/api/v1/nothing", "/healthz", "/"):
        headers = (await site.get(path)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"].partition("style-src")[0]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-request-id"]


@pytest.mark.parametrize(
    ("path", "cache"),
    [
        ("/join/x", "no-cache"),
        ("/assets/page-a1b2c3.js", "public, max-age=31536000, immutable"),
        ("/fonts/%2e%2e/index.html", "no-cache"),
        ("/api/v1/models", "no-store"),
    ],
)
async def test_hashed_files_are_cached_and_pages_are_not(clients: Clients, path: str, cache: str):
    assert (await clients.site().get(path)).headers["cache-control"] == cache


def test_the_policy_admits_the_scripts_that_the_build_wrote_and_no_other(tmp_path: Path):
    page = '<script src="/a.js"></script><script type="module" async="">let a = 1\n</script>'
    (tmp_path / "index.html").write_text(page)
    policy = content_security_policy(tmp_path)
    expected = b64encode(hashlib.sha256(b"let a = 1\n").digest()).decode()
    assert re.search(r"script-src ([^;]*)", policy)[1] == f"'self' 'sha256-{expected}'"


def test_the_policy_admits_where_files_are_sent_to_and_read_from(tmp_path: Path):
    both = "https://files.s3.amazonaws.com https://d1.cloudfront.net"
    policy = content_security_policy(tmp_path, both.split())
    for kind in ("img-src", "media-src", "connect-src"):
        assert f"{kind} 'self' {both}" in policy


async def test_request_ids_are_taken_over_where_they_are_usable(clients: Clients):
    site = clients.site()
    assert (await site.get("/healthz", headers={"X-Request-ID": "abc-1"})).headers["x-request-id"] == "abc-1"
    for odd in ("", "x" * 65, "a b", 'a"b'):
        given = (await site.get("/healthz", headers={"X-Request-ID": odd})).headers["x-request-id"]
        assert re.fullmatch(r"[0-9a-f]{32}", given)


async def test_errors_speak_the_callers_language(clients: Clients):
    for wish, word in (("ja", "サイン"), ("en", "sign in"), ("fr", "sign in")):
        message = (await clients(**{"Accept-Language": wish}).get("me")).json()["error"]["message"]
        assert word in message


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("", "en"),
        ("ja", "ja"),
        ("JA-jp", "ja"),
        ("fr, ja;q=0.2", "ja"),
        ("ja;q=0.5, en;q=0.9", "en"),
        ("en, ja", "en"),
        ("*", "en"),
        ("jam, jaq;q=x", "en"),
        ("ja;q=99999", "en"),
    ],
)
def test_preferred_language_of_the_browser_is_used(header: str, locale: str):
    assert preferred_locale(header) == locale


async def test_the_documentation_loads_nothing_from_elsewhere(clients: Clients):
    site = clients.site()
    page = await site.get("/api/docs")
    assert page.status_code == 200
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) == 4
    for path in [*loaded, "/api/openapi.json"]:
        assert re.match(r"/\w", path)
        assert (await site.get(path)).status_code == 200
    assert "<script>" not in page.text, "the policy admits no inline script"


async def test_healthy_site_says_that_it_is_ready(clients: Clients, parts: Runtime):
    await parts.hub.start()
    site = clients.site()
    assert (await site.get("/healthz")).json() == {"status": "ok"}
    ready = await site.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"database": True, "hub": True})


async def test_not_ready_without_a_database(api: FastAPI, settings: Settings):
    gone = SecretStr("postgresql+psycopg://nobody:x@127.0.0.1:9/none")
    parts = build(settings.model_copy(update={"database_url": gone}))
    clients = Clients(guard(api, pages, parts))
    ready = await clients.site().get("/readyz")
    assert (ready.status_code, ready.json()["database"]) == (503, False)
    assert (await clients.site().get("/healthz")).status_code == 200
    error(await clients("token").get("me"), 503, "unavailable")
