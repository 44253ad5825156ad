"""Link external accounts in the settings, and unlink them, over HTTP."""

import pytest

from chat_app.core.auth.sessions.commands import sign_out
from tests.api.conftest import COOKIE, Clients
from tests.api.expect import error
from tests.api.identities.flows import newcomer, returned, where
from tests.oidc.server import answer_of
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

PROOF = {"password": PASSWORD}


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
