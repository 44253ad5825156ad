"""Sign in by an external account, over HTTP."""

from urllib.parse import urlsplit

import pytest
from pyotp import TOTP
from sqlalchemy import delete

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.auth.two_factor import begin_two_factor, confirm_two_factor
from chat_app.core.identities.commands import link_identity
from chat_app.core.identities.ports import ProviderProfile
from chat_app.core.identities.sign_in.attempts import DEPARTURES
from chat_app.core.identities.tables import AccountClaim
from chat_app.core.invitations.links import create_invite_link
from tests.api.conftest import COOKIE, Clients
from tests.api.expect import error
from tests.api.identities.flows import START, newcomer, returned, where
from tests.oidc.server import OpenIdServer, answer_of
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow


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
async def test_redirects_stay_on_this_site(clients: Clients, target: str):
    browser = clients.browser()
    left = await browser.get(START, params={"next": target})
    answer = await answer_of(left.headers["location"], "mio")
    assert where(await browser.get("auth/oidc/callback", params=answer)) == "/welcome"


async def test_known_email_does_not_sign_in(clients: Clients, make: Factory):
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
