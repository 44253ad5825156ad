"""Applications of a Hydra sign people in by Parley: login and consent."""

from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from chat_app.bootstrap import Runtime
from chat_app.core.kernel.actor import Actor
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.api.hydra.flows import sent
from tests.hydra.server import HydraServer
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory

pytestmark = pytest.mark.slow


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
