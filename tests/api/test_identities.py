"""Signing in through an account elsewhere, over HTTP, at a real OpenID provider."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from pyotp import TOTP
from sqlalchemy import delete

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.auth.sessions.commands import sign_out
from chat_app.core.auth.two_factor import begin_two_factor, confirm_two_factor
from chat_app.core.identities.commands import link_identity
from chat_app.core.identities.ports import ProviderProfile
from chat_app.core.identities.sign_in.attempts import DEPARTURES
from chat_app.core.identities.tables import AccountClaim
from chat_app.core.invitations.links import create_invite_link
from chat_app.settings import Settings
from tests.api.conftest import COOKIE, ORIGIN, Clients
from tests.api.expect import error
from tests.oidc.server import OpenIdServer, answer_of
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

BACK = f"{ORIGIN}/api/v1/auth/oidc/callback"
START = "auth/oidc/start"
PROOF = {"password": PASSWORD}


@pytest.fixture(scope="module")
def server() -> Iterator[OpenIdServer]:
    with OpenIdServer([BACK]) as server:
        yield server


@pytest.fixture
def settings(worker_database: str, server: OpenIdServer) -> Settings:
    return Settings(_env_file=None, database_url=worker_database, oidc_name="Example ID", **server.settings)


@pytest.fixture(autouse=True)
async def _somebody(make: Factory) -> None:
    await make.user()


async def returned(browser: httpx.AsyncClient, login: str, start: str = START) -> httpx.Response:
    """Depart, sign in at the provider, and return."""
    left = await browser.get(start)
    assert left.status_code == 302, left.text
    return await browser.get("auth/oidc/callback", params=await answer_of(left.headers["location"], login))


def where(response: httpx.Response) -> str:
    assert response.status_code == 302, response.text
    return response.headers["location"]


async def newcomer(clients: Clients, login: str, **claim: str) -> httpx.AsyncClient:
    browser = clients.browser()
    assert where(await returned(browser, login)) == "/welcome"
    response = await browser.post("auth/claim", json={"username": login} | claim)
    assert response.status_code == 201, response.text
    return browser


async def test_the_providers_are_what_is_configured(clients: Clients):
    assert (await clients().get("auth/providers")).json() == {
        "items": [{"id": "oidc", "name": "Example ID"}],
        "next": "",
    }


async def test_a_newcomer_claims_a_username_and_comes_back_as_the_same(clients: Clients):
    browser = clients.browser(**{"Accept-Language": "ja"})
    assert where(await returned(browser, "mio", f"{START}?next=/r/018f")) == "/welcome?next=%2Fr%2F018f"
    error(await browser.get("me"), 401, "not_signed_in")
    claim = (await browser.get("auth/claim")).json()
    provider = {"id": "oidc", "name": "Example ID"}
    told = {"username": "mio", "name": "mio from elsewhere", "email": "mio@id.example"}
    assert claim == {"provider": provider, **told, "email_verified": True, "code_wanted": False}
    response = await browser.post("auth/claim", json={"username": "Mio", "name": "Mio", "email": "other@example.com"})
    me = response.json()["me"]
    assert (response.status_code, me["username"], me["email"]) == (201, "mio", "mio@id.example")
    assert (me["locale"], me["is_admin"]) == ("ja", False)
    assert (await browser.get("me")).json() == me
    error(await browser.get("auth/claim"), 404, "claim_not_found")
    again = clients.browser()
    assert where(await returned(again, "mio")) == "/welcome"
    assert (await again.get("me")).json() == me


async def test_sign_in_cookies_are_httponly_and_encrypted(clients: Clients):
    browser = clients.browser()
    left = await browser.get(START)
    back = await browser.get("auth/oidc/callback", params=await answer_of(left.headers["location"], "mio"))
    for response, name in ((left, "parley_departure_3000"), (back, "parley_claim_3000")):
        cookie = response.headers["set-cookie"]
        assert cookie.startswith(f"{name}=")
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert response.headers["cache-control"] == "no-store"


async def test_only_the_browser_that_left_comes_back_and_once(clients: Clients):
    victim, attacker = clients.browser(), clients.browser()
    left = await attacker.get(START)
    answer = await answer_of(left.headers["location"], "attacker")
    assert where(await victim.get("auth/oidc/callback", params=answer)) == "/sign-in?error=sign_in_expired"
    await victim.get(START)
    assert where(await victim.get("auth/oidc/callback", params=answer)) == "/sign-in?error=sign_in_expired"
    assert where(await attacker.get("auth/oidc/callback", params=answer)) == "/welcome"
    assert where(await attacker.get("auth/oidc/callback", params=answer)) == "/sign-in?error=sign_in_expired"


async def test_two_tabs_of_a_browser_may_be_away_at_once(clients: Clients):
    browser = clients.browser()
    first, second = await browser.get(START), await browser.get(START)
    for left in (first, second):
        answer = await answer_of(left.headers["location"], "mio")
        assert where(await browser.get("auth/oidc/callback", params=answer)) == "/welcome"


@pytest.mark.parametrize("forged", [{"iss": "https://evil.example"}, {"code": "x"}, {"error": "access_denied"}])
async def test_an_answer_that_is_not_the_providers_comes_back_as_a_message(clients: Clients, forged: dict[str, str]):
    browser = clients.browser()
    left = await browser.get(f"{START}?next=/r/1")
    answer = await answer_of(left.headers["location"], "mio") | forged
    code = "sign_in_cancelled" if "error" in forged else "provider_refused"
    back = await browser.get("auth/oidc/callback", params=answer)
    assert where(back) == f"/sign-in?error={code}&next=%2Fr%2F1"


async def test_errors_on_the_way_out_come_back_as_a_message(clients: Clients, parts: Runtime):
    browser = clients.browser()
    assert where(await browser.get("auth/github/start")) == "/sign-in?error=provider_not_found"
    assert where(await browser.get("auth/github/callback")) == "/sign-in?error=provider_not_found"
    assert where(await browser.get("auth/oidc/callback?state=x")) == "/sign-in?error=sign_in_expired"
    for _ in range(40):
        await parts.work.limiter.hit(DEPARTURES, "192.0.2.2")
    left = [where(await browser.get(START)) for _ in range(3)]  # the window slides
    assert left[-1] == "/sign-in?error=rate_limited"


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "/\x00"])
async def test_nobody_is_sent_to_another_site(clients: Clients, target: str):
    browser = clients.browser()
    left = await browser.get(START, params={"next": target})
    answer = await answer_of(left.headers["location"], "mio")
    assert where(await browser.get("auth/oidc/callback", params=answer)) == "/welcome"


async def test_an_email_of_somebodys_account_lets_nobody_in(clients: Clients, make: Factory):
    await make.user(email="mio@id.example")
    assert where(await returned(clients.browser(), "mio")) == "/sign-in?error=identity_email_known"
    await make.user(email="unverified-rin@id.example")
    browser = clients.browser()
    assert where(await returned(browser, "unverified-rin")) == "/welcome"
    body = {"username": "rin", "email": "unverified-rin@id.example"}
    assert error(await browser.post("auth/claim", json=body), 409, "email_taken") == {"field": "email"}
    assert (await browser.post("auth/claim", json=body | {"email": "rin@example.com"})).status_code == 201


async def test_a_closed_site_says_so_before_anything_is_chosen(clients: Clients, do: Do, make: Factory):
    master = await make.actor()
    room = await make.room({Role.MASTER: master})
    link = await do(master, create_invite_link, room.id)
    do.work.policy = do.work.policy.__class__(sign_up="invite")
    assert where(await returned(clients.browser(), "mio")) == "/sign-in?error=sign_up_by_invitation"
    invited = clients.browser()
    path = f"/join/{link.token}"
    assert urlsplit(where(await returned(invited, "mio", f"{START}?next={path}"))).path == "/welcome"
    assert (await invited.post("auth/claim", json={"username": "mio"})).status_code == 201
    assert [each["id"] for each in (await invited.get("rooms")).json()["items"]] == [str(room.id)]
    refusal = where(await returned(clients.browser(), "rin", f"{START}?next=/join/none"))
    assert refusal == "/sign-in?error=invite_link_not_found&next=%2Fjoin%2Fnone"


async def test_a_claim_needs_its_cookie_and_ends(clients: Clients, do: Do):
    browser = clients.browser()
    error(await browser.get("auth/claim"), 404, "claim_not_found")
    error(await browser.post("auth/claim", json={"username": "mio"}), 404, "claim_not_found")
    await returned(browser, "mio")
    async with do.work.begin() as ctx:
        await ctx.db.execute(delete(AccountClaim))
    error(await browser.post("auth/claim", json={"username": "mio"}), 404, "claim_not_found")


async def test_linking_and_unlinking_in_the_settings(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    browser = clients.browser(token)
    [before] = (await browser.get("me/identities")).json()["items"]
    assert before == {"id": "oidc", "name": "Example ID", "linked": False, "label": "", "since": None}
    left = (await browser.post("me/identities/oidc", json=PROOF)).json()["url"]
    back = await browser.get("auth/oidc/callback", params=await answer_of(left, "mio"))
    assert where(back) == "/settings?linked=oidc"
    [linked] = (await browser.get("me/identities")).json()["items"]
    assert (linked["linked"], linked["label"]) == (True, "mio@id.example")
    other = clients.browser()
    assert where(await returned(other, "mio")) == "/welcome"
    assert (await other.get("me")).json()["id"] == str(aiko.user_id)
    assert (await browser.request("DELETE", "me/identities/oidc", json=PROOF)).status_code == 204
    assert where(await returned(clients.browser(), "mio")) == "/welcome"


async def test_linking_and_unlinking_require_proof(clients: Clients, make: Factory, clock: Clock):
    browser = clients.browser((await make.signed_in())[1])
    for proof in ({}, {"password": "guess-guess-guess"}):
        details = error(await browser.post("me/identities/oidc", json=proof), 422, "password_wrong")
        assert details == {"field": "password"}
        error(await browser.request("DELETE", "me/identities/oidc", json=proof), 422, "password_wrong")
    newly = await newcomer(clients, "mio")
    clock.advance(minutes=11)
    error(await newly.request("DELETE", "me/identities/oidc", json={}), 403, "sign_in_again")
    error(await newly.post("me/identities/oidc", json={}), 403, "sign_in_again")
    await returned(newly, "mio")
    assert "url" in (await newly.post("me/identities/oidc", json={})).json()


async def test_a_deleted_account_leaves_its_account_elsewhere_free(clients: Clients, make: Factory):
    """The provider's account no longer signs anybody in, and its owner can sign up again."""
    browser = await newcomer(clients, "mio")
    before = (await browser.get("me")).json()["id"]
    assert (await browser.request("DELETE", "me", json={})).status_code == 204
    again = await newcomer(clients, "mio")
    assert (await again.get("me")).json()["id"] != before


async def test_the_last_way_in_and_what_is_not_offered_cannot_be_unlinked(clients: Clients):
    browser = await newcomer(clients, "mio")
    error(await browser.request("DELETE", "me/identities/oidc", json=PROOF), 409, "last_way_in")
    error(await browser.request("DELETE", "me/identities/google", json=PROOF), 404, "provider_not_found")
    error(await browser.post("me/identities/google", json=PROOF), 404, "provider_not_found")


async def test_identity_of_another_person_is_not_linked(clients: Clients, make: Factory):
    await newcomer(clients, "mio")
    browser = clients.browser((await make.signed_in())[1])
    left = (await browser.post("me/identities/oidc", json=PROOF)).json()["url"]
    back = await browser.get("auth/oidc/callback", params=await answer_of(left, "mio"))
    assert where(back) == "/settings?error=identity_taken"


async def test_unrequested_link_is_refused(clients: Clients, make: Factory, do: Do):
    _, token = await make.signed_in()
    ben, bens = await make.signed_in()
    browser = clients.browser(token)
    left = (await browser.post("me/identities/oidc", json=PROOF)).json()["url"]
    answer = await answer_of(left, "mio")
    browser.cookies.set(COOKIE, bens)
    assert where(await browser.get("auth/oidc/callback", params=answer)) == "/settings?error=sign_in_expired"
    assert (await browser.get("me/identities")).json()["items"][0]["linked"] is False
    left = (await browser.post("me/identities/oidc", json=PROOF)).json()["url"]
    await do(ben, sign_out)
    answer = await answer_of(left, "mio")
    assert where(await browser.get("auth/oidc/callback", params=answer)) == "/settings?error=sign_in_expired"
    error(await browser.post("me/identities/oidc", json=PROOF), 401, "not_signed_in")
    foreign = clients.browser(token, Origin="https://evil.example")
    error(await foreign.post("me/identities/oidc", json=PROOF), 403, "cross_origin")


async def test_second_sign_in_ends_earlier_session(clients: Clients, make: Factory):
    await newcomer(clients, "mio")
    _, token = await make.signed_in()
    browser = clients.browser(token)
    back = await returned(browser, "mio")
    new = clients.browser(back.cookies[COOKIE])
    assert (await new.get("me")).json()["username"] == "mio"
    error(await clients.browser(token).get("me"), 401, "not_signed_in")


async def test_an_authenticator_is_asked_for_here_too(
    clients: Clients, make: Factory, do: Do, clock: Clock, server: OpenIdServer
):
    aiko = await make.actor()
    await do(aiko, link_identity, ProviderProfile(server.issuer, "mio"))
    secret = (await do(aiko, begin_two_factor, PASSWORD)).secret
    now = int(clock().timestamp()) // 30
    await do(aiko, confirm_two_factor, TOTP(secret).generate_otp(now))
    browser = clients.browser()
    assert where(await returned(browser, "mio")) == "/welcome"
    error(await browser.get("me"), 401, "not_signed_in")
    assert (await browser.get("auth/claim")).json()["code_wanted"]
    error(await browser.post("auth/claim", json={"username": "mio"}), 409, "identity_taken")
    assert error(await browser.post("auth/claim/code", json={"code": ""}), 422, "code_required") == {"field": "code"}
    error(await browser.post("auth/claim/code", json={"code": "123"}), 422, "code_wrong")
    response = await browser.post("auth/claim/code", json={"code": TOTP(secret).generate_otp(now + 1)})
    assert (response.status_code, response.json()["me"]["id"]) == (200, str(aiko.user_id))
    assert (await browser.get("me")).status_code == 200
    error(await browser.post("auth/claim/code", json={"code": "123"}), 404, "claim_not_found")


async def test_suspended_person_sees_error_and_gets_no_session(
    clients: Clients, make: Factory, do: Do, server: OpenIdServer
):
    aiko = await make.actor()
    await do(aiko, link_identity, ProviderProfile(server.issuer, "mio"))
    async with do.work.begin() as ctx:
        (await ctx.db.get_one(User, aiko.user_id)).suspended_at = ctx.now
    browser = clients.browser()
    assert where(await returned(browser, "mio")) == "/sign-in?error=account_suspended"
    error(await browser.get("me"), 401, "not_signed_in")
