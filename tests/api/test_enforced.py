"""The ways that stay open to people whose organisation enforces sign-in at its own provider."""

from dataclasses import replace

from chat_app.bootstrap import Runtime
from chat_app.bootstrap.sign_in.organisations import policy_of_organisations
from chat_app.core.accounts.tables import User
from chat_app.core.auth.sessions.commands import begin_session
from chat_app.core.kernel.policy import Enforced
from chat_app.settings import Settings
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.api.test_passkeys import PROOF, add, options_of
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory


async def test_api_tokens_of_an_organisation_end_with_signing_in_there(
    clients: Clients, make: Factory, parts: Runtime, clock: Clock
):
    actor, session = await make.signed_in(username="aiko", email="aiko@corp.example")
    asked = {"name": "Bot", "scopes": ["read"], **PROOF}
    token = (await clients(session).post("me/api-tokens", json=asked)).json()["token"]
    clock.advance(days=parts.work.policy.session_days, seconds=1)
    assert (await clients(token).get("me")).status_code == 200
    parts.work.policy = replace(parts.work.policy, enforced={"corp.example": Enforced("corp", "Corp")})
    error(await clients(token).get("me"), 401, "not_signed_in")
    async with make.work.begin() as ctx:
        begin_session(ctx, await ctx.db.get_one(User, actor.user_id), address="", user_agent="", provider="corp")
    assert (await clients(token).get("me")).status_code == 200
    clock.advance(days=parts.work.policy.session_days, seconds=1)
    error(await clients(token).get("me"), 401, "not_signed_in")
    parts.work.policy = replace(parts.work.policy, break_glass=frozenset({"aiko"}))
    assert (await clients(token).get("me")).status_code == 200


async def test_no_passkey_and_no_other_address_lead_past_enforced_sign_in(
    clients: Clients, make: Factory, parts: Runtime
):
    _, token = await make.signed_in(username="aiko", email="aiko@corp.example")
    device, browser = await add(clients(token)), clients.browser()
    parts.work.policy = replace(parts.work.policy, enforced={"corp.example": Enforced("corp", "Corp")})
    answer = device.answer(await options_of(browser))
    error(await browser.post("auth/passkey", json={"credential": answer}), 403, "sso_required")
    other = {"email": "aiko@private.example", "password": PASSWORD}
    error(await clients(token).post("me/email", json=other), 403, "sso_required")
    parts.work.policy = replace(parts.work.policy, break_glass=frozenset({"aiko"}))
    answer = device.answer(await options_of(browser))
    assert (await browser.post("auth/passkey", json={"credential": answer})).status_code == 200


async def test_enforced_sign_in_applies_to_every_spelling_of_a_domain(
    clients: Clients, make: Factory, parts: Runtime, settings: Settings
):
    await make.user(username="aiko", email="aiko@例え.jp")
    asked = {"login": "aiko", "password": PASSWORD}
    for written in ("例え.jp", "xn--r8jz45g.jp"):
        enforcing = settings.model_copy(update={"oidc_enforced": True, "oidc_domains": (written,)})
        parts.work.policy = replace(parts.work.policy, **policy_of_organisations(enforcing))
        error(await clients().post("auth/login", json=asked), 403, "sso_required")
