"""Passkeys by REST: added, used, and everything that is not to be believed."""

from typing import Any

import httpx
import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from chat_app.bootstrap import Runtime
from chat_app.core.auth.errors import PasskeysUnavailable
from chat_app.core.auth.factors.challenges import forget_challenges, relying_party
from chat_app.core.auth.factors.passkey_tables import PasskeyChallenge
from chat_app.core.auth.passkeys.commands import PASSKEYS_MAX
from chat_app.core.auth.passkeys.sign_in import USED
from chat_app.core.mail.tables import MailKind
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.authenticator import PRESENT, Authenticator
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.post import mails_to
from tests.support.use_cases import Do

PROOF = {"password": PASSWORD}
ORIGIN = "http://localhost:3000"


async def add(client: httpx.AsyncClient, name: str = "Phone", **proof: str) -> Authenticator:
    device = Authenticator(ORIGIN, "localhost")
    options = (await client.post("me/passkeys/options", json=PROOF | proof)).json()["options"]
    made = await client.post("me/passkeys", json={"name": name, "credential": device.make(options)})
    assert made.status_code == 201, made.text
    return device


async def options_of(client: httpx.AsyncClient) -> dict[str, Any]:
    options: dict[str, Any] = (await client.post("auth/passkey/options")).json()["options"]
    return options


async def test_a_passkey_is_added_signs_in_and_is_removed(clients: Clients, make: Factory, clock: Clock):
    actor, token = await make.signed_in(username="aiko")
    mine = clients(token)
    device = await add(mine)
    [listed] = (await mine.get("me/passkeys")).json()["items"]
    assert (listed["name"], listed["used_at"]) == ("Phone", None)

    browser = clients.browser()
    answer = device.answer(await options_of(browser))
    response = await browser.post("auth/passkey", json={"credential": answer})
    assert response.json()["me"]["username"] == "aiko"
    assert (await browser.get("me")).status_code == 200
    [listed] = (await mine.get("me/passkeys")).json()["items"]
    assert listed["used_at"]

    error(
        await mine.request("DELETE", f"me/passkeys/{listed['id']}", json={"password": "guess"}), 422, "password_wrong"
    )
    assert (await mine.request("DELETE", f"me/passkeys/{listed['id']}", json=PROOF)).status_code == 204
    error(await mine.request("DELETE", f"me/passkeys/{listed['id']}", json=PROOF), 404, "passkey_not_found")
    again = device.answer(await options_of(browser))
    error(await browser.post("auth/passkey", json={"credential": again}), 422, "passkey_unknown")
    sent = [mail.kind for mail in await mails_to(make.work, f"{actor.person.username}@example.com")]
    assert sent == [MailKind.PASSKEY_ADDED, MailKind.PASSKEY_REMOVED]


async def test_a_passkey_is_in_place_of_a_code(clients: Clients, make: Factory, clock: Clock):
    _, token = await make.signed_in(username="aiko")
    mine, browser = clients(token), clients.browser()
    device = await add(mine)
    secret = (await mine.post("me/two-factor", json=PROOF)).json()["secret"]
    await mine.post("me/two-factor/confirm", json={"code": pyotp.TOTP(secret).at(clock())})
    login = {"login": "aiko", "password": PASSWORD}
    error(await browser.post("auth/login", json=login), 422, "code_required")
    said = {"credential": device.answer(await options_of(browser))}
    code = (await browser.post("auth/passkey/code", json=said)).json()["code"]
    await make.user(username="ben")
    assert (await browser.post("auth/login", json=login | {"code": code})).status_code == 200
    error(await browser.post("auth/login", json=login | {"code": code}), 422, "code_wrong")
    said = {"credential": device.answer(await options_of(browser))}
    code = (await browser.post("auth/passkey/code", json=said)).json()["code"]
    assert (await mine.post("me/two-factor/disable", json=PROOF | {"code": code})).status_code == 204


async def test_a_code_is_its_persons_and_soon_over(clients: Clients, make: Factory, clock: Clock):
    codes = {}
    for username in ("aiko", "ben"):
        _, token = await make.signed_in(username=username)
        mine = clients(token)
        device = await add(mine)
        secret = (await mine.post("me/two-factor", json=PROOF)).json()["secret"]
        await mine.post("me/two-factor/confirm", json={"code": pyotp.TOTP(secret).at(clock())})
        said = {"credential": device.answer(await options_of(mine))}
        codes[username] = (await mine.post("auth/passkey/code", json=said)).json()["code"]
    login = {"login": "aiko", "password": PASSWORD}
    error(await clients.browser().post("auth/login", json=login | {"code": codes["ben"]}), 422, "code_wrong")
    clock.advance(minutes=2, seconds=1)
    error(await clients.browser().post("auth/login", json=login | {"code": codes["aiko"]}), 422, "code_wrong")


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"domain": "evil.example"},
        {"flags": PRESENT},
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"count": 0},
        {"handle": b"somebody else"},
    ],
    ids=lambda wrong: str(*wrong),
)
async def test_an_answer_that_proves_nothing_is_refused(clients: Clients, make: Factory, wrong: dict[str, Any]):
    _, token = await make.signed_in(username="aiko")
    device, browser = await add(clients(token)), clients.browser()
    first = {"credential": device.answer(await options_of(browser))}
    assert (await browser.post("auth/passkey", json=first)).status_code == 200
    error(await browser.post("auth/passkey", json=first), 422, "passkey_expired")  # each answer works once
    cheat = {"credential": device.answer(await options_of(browser), **wrong)}
    error(await browser.post("auth/passkey", json=cheat), 422, "passkey_refused")


async def test_challenges_are_the_sites_own_and_short_lived(clients: Clients, make: Factory, clock: Clock, do: Do):
    _, token = await make.signed_in(username="aiko")
    device, browser = await add(clients(token)), clients.browser()
    options = await options_of(browser)
    made_up = {"credential": device.answer(options, challenge="bWFkZSB1cA")}
    error(await browser.post("auth/passkey", json=made_up), 422, "passkey_expired")
    clock.advance(minutes=5, seconds=1)
    error(await browser.post("auth/passkey", json={"credential": device.answer(options)}), 422, "passkey_expired")
    await do(None, forget_challenges)
    async with make.work.begin() as ctx:
        assert await ctx.db.get(PasskeyChallenge, b"") is None


async def test_a_passkey_is_added_by_who_began_and_only_once(clients: Clients, make: Factory):
    (_, token), (_, other) = await make.signed_in(username="aiko"), await make.signed_in(username="ben")
    mine, theirs = clients(token), clients(other)
    device = Authenticator(ORIGIN, "localhost")
    options = (await mine.post("me/passkeys/options", json=PROOF)).json()["options"]
    new = {"name": "Phone", "credential": device.make(options)}
    error(await theirs.post("me/passkeys", json=new), 422, "passkey_expired")
    wrong = {"name": "Phone", "credential": device.make(options, origin="https://evil.example")}
    error(await mine.post("me/passkeys", json=wrong), 422, "passkey_refused")
    error(await mine.post("me/passkeys", json=new | {"name": " "}), 422, "name_invalid")
    assert (await mine.post("me/passkeys", json=new)).status_code == 201
    options = (await theirs.post("me/passkeys/options", json=PROOF)).json()["options"]
    taken = {"name": "Phone", "credential": device.make(options)}
    error(await theirs.post("me/passkeys", json=taken), 409, "passkey_taken")
    error(await mine.post("me/passkeys/options", json={}), 422, "password_wrong")


async def test_number_of_passkeys_is_limited(clients: Clients, make: Factory):
    _, token = await make.signed_in(username="aiko")
    mine = clients(token)
    ones = (await mine.post("me/passkeys/options", json=PROOF)).json()["options"]
    assert PASSKEYS_MAX > 1
    device = Authenticator(ORIGIN, "localhost")
    assert (await mine.post("me/passkeys", json={"name": "a", "credential": device.make(ones)})).status_code == 201
    excluded = (await mine.post("me/passkeys/options", json=PROOF)).json()["options"]["excludeCredentials"]
    assert len(excluded) == 1


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"response": {}},
        {"response": {"clientDataJSON": "%"}},
        {"response": {"clientDataJSON": "W10"}},
        {"a": "x" * 30_000},
    ],
    ids=range(5),
)
async def test_invalid_answer_is_refused(clients: Clients, make: Factory, credential: dict[str, Any]):
    _, token = await make.signed_in(username="aiko")
    for client, path, more in (
        (clients(), "auth/passkey", {}),
        (clients(), "auth/passkey/code", {}),
        (clients(token), "me/passkeys", {"name": "Phone"}),
    ):
        error(await client.post(path, json={"credential": credential} | more), 422, "passkey_refused")


async def test_attempts_are_limited(clients: Clients, parts: Runtime):
    for _ in range(USED.amount):
        error(await clients().post("auth/passkey", json={"credential": {}}), 422, "passkey_refused")
    error(await clients().post("auth/passkey", json={"credential": {}}), 429, "rate_limited")


async def test_a_passkey_gets_another_name(clients: Clients, make: Factory):
    _, token = await make.signed_in(username="aiko")
    _, other = await make.signed_in(username="ben")
    mine = clients(token)
    await add(mine)
    [listed] = (await mine.get("me/passkeys")).json()["items"]
    path = f"me/passkeys/{listed['id']}"
    assert (await mine.patch(path, json={"name": "  Work\nlaptop "})).json()["name"] == "Work laptop"
    for name in ("", " ", "x" * 51):
        error(await mine.patch(path, json={"name": name}), 422, "name_invalid")
    error(await clients(other).patch(path, json={"name": "Mine now"}), 404, "passkey_not_found")
    [listed] = (await mine.get("me/passkeys")).json()["items"]
    assert listed["name"] == "Work laptop"


async def test_the_last_way_in_is_kept(clients: Clients, make: Factory):
    _, token = await make.signed_in(username="aiko", password_hash=None)
    mine = clients(token)
    await add(mine)
    [listed] = (await mine.get("me/passkeys")).json()["items"]
    error(await mine.request("DELETE", f"me/passkeys/{listed['id']}", json={}), 409, "last_way_in")


@pytest.mark.parametrize(
    ("origin", "domain"),
    [
        ("http://127.0.0.1:3000", "localhost"),
        ("http://[::1]:3000", "localhost"),
        ("http://localhost", "localhost"),
        ("https://chat.example.org", "chat.example.org"),
        ("http://chat.example.org", None),
        ("https://192.0.2.7", None),
    ],
)
def test_passkeys_are_bound_to_the_sites_domain(origin: str, domain: str | None):
    if domain is None:
        with pytest.raises(PasskeysUnavailable):
            relying_party(origin)
    else:
        assert relying_party(origin).id == domain
