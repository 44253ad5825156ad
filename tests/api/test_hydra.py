"""Parley as the login and consent app of a Hydra, over HTTP."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import col

from chat_app.adapters.auth import hydra as adapter
from chat_app.adapters.auth.hydra import Hydra
from chat_app.bootstrap import Runtime
from chat_app.core.administration.commands import delete_user, sign_out_user
from chat_app.core.applications.authorization.hydra import HydraSteps
from chat_app.core.applications.errors import ProviderAway
from chat_app.core.auth.sessions.commands import revoke_sessions, sign_out_everywhere
from chat_app.core.auth.tables import UserSession
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.work.jobs import JobAttempt
from chat_app.core.safety.suspending import suspend_user
from chat_app.settings import Settings
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.hydra.server import HydraServer
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.jobs import run_due
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

AWAY, EXPIRED = "/consent?error=oauth_provider_away", "/consent?error=oauth_request_expired"


@pytest.fixture(scope="module")
def server() -> Iterator[HydraServer]:
    with HydraServer(app=ORIGIN) as server:
        yield server


@pytest.fixture
def hydra(server: HydraServer) -> HydraServer:
    server.forget()
    return server


@pytest.fixture
def settings(worker_database: str, server: HydraServer) -> Settings:
    return Settings(_env_file=None, database_url=worker_database, ollama_base_url=None, **server.settings)


@pytest.fixture
async def person(make: Factory) -> tuple[Actor, str]:
    return await make.signed_in(username="aiko")


@pytest.fixture
def browser(clients: Clients, person: tuple[Actor, str]) -> httpx.AsyncClient:
    return clients.browser(person[1])


async def sent(browser: httpx.AsyncClient, kind: str, challenge: str) -> str:
    """Return where the browser is sent that comes with a challenge."""
    response = await browser.get(f"{ORIGIN}/oauth2/{kind}", params={f"{kind}_challenge": challenge})
    assert response.status_code == 303, response.text
    return response.headers["location"]


async def allow(parts: Runtime, actor: Actor, url: str, *, yes: bool = True) -> str:
    assert url.startswith("/consent?challenge="), url
    assert parts.hydra is not None
    return await parts.hydra.answer(actor, dict(parse_qsl(urlsplit(url).query))["challenge"], allow=yes)


async def test_somebody_signs_in_and_allows(
    hydra: HydraServer, browser: httpx.AsyncClient, person: tuple[Actor, str], parts: Runtime
):
    actor, _ = person
    back = await sent(browser, "login", hydra.ask("login"))
    assert back.startswith(f"{hydra.url}/oauth2/auth?")
    assert hydra.answers[-1][:2] == ("login", "accept")
    assert hydra.answers[-1][2]["subject"] == str(actor.user_id)
    challenge = hydra.ask("consent", subject=str(actor.user_id))
    url = await sent(browser, "consent", challenge)
    asked = await parts.hydra.view(actor, challenge)
    assert (asked.name, asked.host, asked.scopes) == ("Files", "files.example", ("openid", "email"))
    assert (await allow(parts, actor, url)).startswith(hydra.url)
    kind, answer, body = hydra.answers[-1]
    assert (kind, answer, body["grant_scope"], body["remember"]) == ("consent", "accept", ["openid", "email"], False)
    assert body["session"]["id_token"] == {"email": "aiko@example.com", "email_verified": False}


async def test_consent_is_remembered_here_until_it_is_revoked(
    hydra: HydraServer, browser: httpx.AsyncClient, person: tuple[Actor, str], parts: Runtime
):
    actor, subject = person[0], str(person[0].user_id)
    await allow(parts, actor, await sent(browser, "consent", hydra.ask("consent", subject=subject)))
    assert (await sent(browser, "consent", hydra.ask("consent", subject=subject))).startswith(hydra.url)
    more = hydra.ask("consent", subject=subject, requested_scope=["openid", "email", "offline"])
    assert (await sent(browser, "consent", more)).startswith("/consent?")
    again = hydra.ask("consent", subject=subject, query={"prompt": "consent"})
    assert (await sent(browser, "consent", again)).startswith("/consent?")
    [listed] = (await browser.get("me/applications")).json()["items"]
    assert (listed["client"], listed["name"]) == ("hydra:files", "Files")
    hydra.down = True
    error(await browser.delete("me/applications/hydra:files"), 503, "oauth_provider_away")
    assert len((await browser.get("me/applications")).json()["items"]) == 1
    hydra.down = False
    assert (await browser.delete("me/applications/hydra:files")).status_code == 204
    assert hydra.revoked == [{"subject": subject, "client": "files"}]
    assert (await sent(browser, "consent", hydra.ask("consent", subject=subject))).startswith("/consent?")


async def test_refusal_is_reported_to_hydra(
    hydra: HydraServer, browser: httpx.AsyncClient, person: tuple[Actor, str], parts: Runtime
):
    url = await sent(browser, "consent", hydra.ask("consent", subject=str(person[0].user_id)))
    await allow(parts, person[0], url, yes=False)
    assert hydra.answers[-1][:2] == ("consent", "reject")
    assert hydra.answers[-1][2]["error"] == "access_denied"
    assert (await browser.get("me/applications")).json()["items"] == []


async def test_a_client_that_hydra_trusts_asks_nobody(
    hydra: HydraServer, browser: httpx.AsyncClient, person: tuple[Actor, str]
):
    challenge = hydra.ask("consent", subject=str(person[0].user_id), client={"client_id": "own", "skip_consent": True})
    assert (await sent(browser, "consent", challenge)).startswith(hydra.url)


async def test_strangers_sign_in_first_and_come_back(hydra: HydraServer, clients: Clients, make: Factory):
    user, browser = await make.user(), clients.browser()
    url = await sent(browser, "login", hydra.ask("login"))
    assert url.startswith("/sign-in?next=%2Foauth2%2Flogin%3Flogin_challenge%3D")
    await browser.post("auth/login", json={"login": user.username, "password": PASSWORD})
    following = dict(parse_qsl(urlsplit(url).query))["next"]
    assert (await browser.get(ORIGIN + following)).headers["location"].startswith(hydra.url)
    assert hydra.answers[-1][2]["subject"] == str(user.id)


@pytest.mark.parametrize("query", [{"prompt": "login"}, {"max_age": "60"}])
async def test_an_application_may_have_people_sign_in_anew(
    query: dict[str, str], hydra: HydraServer, clients: Clients, make: Factory, clock: Clock
):
    user, browser = await make.user(), clients.browser()
    proof = {"login": user.username, "password": PASSWORD}
    await browser.post("auth/login", json=proof)
    clock.advance(minutes=5)
    challenge = hydra.ask("login", query=query)
    assert (await sent(browser, "login", challenge)).startswith("/sign-in?again=1&next=")
    assert (await sent(browser, "login", challenge)).startswith("/sign-in?again=1&next=")
    clock.advance(seconds=5)
    await browser.post("auth/login", json=proof)
    assert (await sent(browser, "login", challenge)).startswith(hydra.url)


async def test_person_known_to_hydra_is_not_exchanged(hydra: HydraServer, browser: httpx.AsyncClient, make: Factory):
    other = str((await make.user()).id)
    await sent(browser, "login", hydra.ask("login", subject=other, skip=True))
    assert hydra.answers[-1][:2] == ("login", "reject")
    await sent(browser, "consent", hydra.ask("consent", subject=other))
    assert hydra.answers[-1][:2] == ("consent", "reject")


async def test_a_silent_login_of_a_stranger_is_rejected(hydra: HydraServer, clients: Clients):
    await sent(clients.browser(), "login", hydra.ask("login", subject="somebody", skip=True, query={"prompt": "none"}))
    assert hydra.answers[-1][2]["error"] == "login_required"


async def test_another_persons_question_is_not_there(
    hydra: HydraServer, person: tuple[Actor, str], make: Factory, parts: Runtime
):
    challenge = hydra.ask("consent", subject=str((await make.user()).id))
    for act in (parts.hydra.view(person[0], challenge), parts.hydra.answer(person[0], challenge, allow=True)):
        with pytest.raises(Exception, match="oauth_request_expired"):
            await act
    assert hydra.answers == []


@pytest.mark.parametrize("kind", ["login", "consent", "logout"])
async def test_challenges_that_are_none_are_told_to_the_person(
    kind: str, hydra: HydraServer, browser: httpx.AsyncClient, person: tuple[Actor, str]
):
    for wrong in ("", "nobody's", "é", "x" * 9000, "a\x00b"):
        assert await sent(browser, kind, wrong) == EXPIRED
    other = hydra.ask("login" if kind == "consent" else "consent")
    assert await sent(browser, kind, other) == EXPIRED
    used = hydra.ask(kind, subject=str(person[0].user_id), used=True)
    assert await sent(browser, kind, used) == EXPIRED


@pytest.mark.parametrize("kind", ["login", "consent", "logout"])
async def test_a_hydra_that_is_away_is_told_to_the_person(
    kind: str, hydra: HydraServer, browser: httpx.AsyncClient, person: tuple[Actor, str]
):
    challenge, hydra.down = hydra.ask(kind, subject=str(person[0].user_id)), True
    assert await sent(browser, kind, challenge) == AWAY
    hydra.down = False
    assert await sent(browser, kind, challenge) != AWAY


async def test_a_frozen_hydra_holds_nobody_for_long(
    browser: httpx.AsyncClient, parts: Runtime, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(adapter, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as frozen:  # which accepts, and never answers
        address = f"http://127.0.0.1:{frozen.getsockname()[1]}"
        server = Hydra(address, address)
        parts.hydra = HydraSteps(parts.work, server)
        assert await sent(browser, "login", "any") == AWAY
        assert (await browser.get("me")).status_code == 200
        await server.aclose()


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "/consent",
        "",
        "http://127.0.0.1@evil.example/",
        "http://[::1",
        "http://127.0.0.1:1\\@evil.example/",
    ],
)
async def test_the_browser_goes_only_to_hydra(url: str, hydra: HydraServer, browser: httpx.AsyncClient):
    hydra.elsewhere = url or " "
    assert await sent(browser, "login", hydra.ask("login")) == AWAY


async def left(browser: httpx.AsyncClient, challenge: str, **headers: str) -> httpx.Response:
    """Sign out at Hydra, as its person does on the page that asks."""
    headers = {"Origin": ORIGIN, **headers}
    return await browser.post(f"{ORIGIN}/oauth2/logout", json={"challenge": challenge}, headers=headers)


async def test_logout_ends_session_of_its_person(
    hydra: HydraServer, browser: httpx.AsyncClient, person: tuple[Actor, str]
):
    assert (await left(browser, hydra.ask("logout", subject="somebody else"))).json()["url"].startswith(hydra.url)
    assert (await browser.get("me")).status_code == 200
    answer = await left(browser, hydra.ask("logout", subject=str(person[0].user_id)))
    assert answer.json()["url"].startswith(hydra.url)
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert (await browser.get("me")).status_code == 401


async def test_nobody_is_signed_out_before_they_have_said_so(
    hydra: HydraServer, browser: httpx.AsyncClient, person: tuple[Actor, str]
):
    """Any page can send a browser to Hydra's logout, and Hydra sends it here."""
    challenge = hydra.ask("logout", subject=str(person[0].user_id))
    assert await sent(browser, "logout", challenge) == f"/consent?logout={challenge}"
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.test"}):
        error(await left(browser, challenge, **headers), 403, "cross_origin")
    for body in ({}, {"challenge": None}, {"challenge": ["x"]}, []):
        error(
            await browser.post(f"{ORIGIN}/oauth2/logout", json=body, headers={"Origin": ORIGIN}), 422, "invalid_request"
        )
    error(await left(browser, "forged"), 404, "oauth_request_expired")
    assert (hydra.answers, (await browser.get("me")).status_code) == ([], 200)


async def test_addresses_do_not_exist_without_hydra(browser: httpx.AsyncClient, parts: Runtime):
    parts.hydra = None
    for kind in ("login", "consent", "logout"):
        error(await browser.get(f"{ORIGIN}/oauth2/{kind}"), 404, "not_found")


@pytest.mark.parametrize("end", [suspend_user, sign_out_user, "delete", "everywhere"])
async def test_nothing_acts_at_hydra_after_access_has_ended(
    hydra: HydraServer, parts: Runtime, do: Do, make: Factory, person: tuple[Actor, str], end: Any
):
    """Hydra keeps its own tokens, so a suspended person would stay signed in to every application."""
    actor, boss = person[0], await make.actor(is_admin=True)
    hydra.revoked.clear()
    async with make.work.begin() as ctx:  # nobody needs to be signed in here for that
        await revoke_sessions(ctx, col(UserSession.user_id) == actor.user_id)
    if end == "delete":
        await do(boss, delete_user, actor.user_id, "aiko")
    elif end == "everywhere":
        await do(actor, sign_out_everywhere)
    else:
        await do(boss, end, actor.user_id, *(["spam"] if end is suspend_user else []))
    await run_due(parts.jobs)
    assert hydra.signed_out == [str(actor.user_id)]
    assert hydra.revoked == [{"subject": str(actor.user_id), "all": "true"}]


async def test_a_hydra_that_comes_back_is_told_who_was_suspended_meanwhile(
    hydra: HydraServer,
    parts: Runtime,
    do: Do,
    make: Factory,
    person: tuple[Actor, str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(adapter, "AWAY_SECONDS", 0)
    boss, rei = await make.actor(is_admin=True), await make.actor()
    parts.jobs.clock = lambda: datetime.now(UTC)  # so that a retry is not due at once
    hydra.kill()
    try:
        for each in (person[0], rei):
            await do(boss, suspend_user, each.user_id, "spam")
        await run_due(parts.jobs)
    finally:
        hydra.start()
    hydra.down = True  # and has not quite come back
    for _ in range(2):
        async with make.work.begin() as ctx:
            waiting = await ctx.db.execute(
                text("UPDATE procrastinate_jobs SET scheduled_at = now() RETURNING task_name")
            )
            assert [*waiting.scalars()].count("end_access_elsewhere") == 2
        await run_due(parts.jobs)
        assert len(hydra.signed_out) == (0 if hydra.down else 2)
        hydra.down = False
    assert sorted(hydra.signed_out) == sorted(str(each.user_id) for each in (person[0], rei))
    assert {each["subject"] for each in hydra.revoked} == set(hydra.signed_out)


async def test_jobs_do_not_wait_one_after_another_for_a_hydra_that_hangs(do: Do, monkeypatch: pytest.MonkeyPatch):
    """They would keep everything else waiting that is done in jobs."""
    monkeypatch.setattr(adapter, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        url = f"http://127.0.0.1:{hanging.getsockname()[1]}"
        server = Hydra(url, url)
        hydra = HydraSteps(do.work, server)
        for _ in range(3):
            with pytest.raises(ProviderAway):
                await hydra.end_access(JobAttempt(1, last=False), "somebody")
        await server.aclose()
        hanging.setblocking(False)
        hanging.accept()[0].close()
        with pytest.raises(BlockingIOError):
            hanging.accept()


async def test_person_unknown_to_hydra_has_nothing_to_end(
    hydra: HydraServer, parts: Runtime, person: tuple[Actor, str]
):
    hydra.unknown = True
    await parts.hydra.end_access(JobAttempt(1, last=False), str(person[0].user_id))
