"""Signing in by SAML over HTTP, at a real provider."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import select

from chat_app.bootstrap import Runtime
from chat_app.core.access.site import SiteRole
from chat_app.core.accounts.tables import User
from chat_app.core.administration.log.queries import AuditFilter, list_audit
from chat_app.core.groups.queries import my_groups
from chat_app.core.identities.sign_in.assertions import forget_assertions
from chat_app.core.identities.tables import KeptAssertion
from chat_app.core.kernel.actor import Actor
from chat_app.settings import Settings
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.api.identities.flows import where
from tests.api.saml.arriving import BACK, arrived, refusal, returned, user_of
from tests.saml.server import SamlServer
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.post import mails_to
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

ONE = '"id": "a", "name": "A", "entity_id": "x", "metadata_url": "https://x"'


async def test_a_person_is_let_in_and_comes_back_as_the_same(clients: Clients, make: Factory):
    browser = clients.browser()
    assert where(await returned(browser, "mio")) == "/welcome?next=%2Fsettings"
    me = (await browser.get("me")).json()
    assert (me["username"], me["name"], me["email"], me["email_verified"]) == (
        "mio",
        "mio of Corp",
        "mio@corp.example",
        True,
    )
    assert me["has_password"] is False
    again = clients.browser()
    await returned(again, "mio")
    assert (await again.get("me")).json()["id"] == me["id"]


async def test_a_session_ends_when_the_provider_says(clients: Clients, clock: Clock, parts: Runtime):
    for login, days, lasts in (("mio", 1, 1), ("sora", 400, parts.work.policy.session_days)):
        clock.now = datetime.now(UTC)
        browser, ends = clients.browser(), clock.now + timedelta(days=days)
        response = await arrived(browser, login, ends=f"{ends:%Y-%m-%dT%H:%M:%SZ}")
        await browser.get(ORIGIN + response.headers["location"])
        [session] = (await browser.get("me/sessions")).json()["items"]
        found = datetime.fromisoformat(session["expires_at"])
        assert abs(found - clock.now - timedelta(days=lasts)) < timedelta(seconds=2)
        assert (await browser.get("me")).status_code == 200
        clock.advance(days=lasts, seconds=1)
        error(await browser.get("me"), 401, "not_signed_in")


async def test_a_session_that_has_ended_there_does_not_begin(clients: Clients, make: Factory):
    for ends in ("2020-01-01T00:00:00Z", "soon"):
        assert refusal(await arrived(clients.browser(), "mio", ends=ends)) in {"assertion_expired", "assertion_refused"}
    assert await user_of(make, "mio@corp.example") is None


async def test_the_metadata_says_where_assertions_go(clients: Clients):
    response = await clients().get("auth/corp/metadata")
    assert response.headers["content-type"].startswith("application/samlmetadata+xml")
    found = etree.fromstring(response.content)
    assert found.get("entityID") == f"{BACK}/metadata"
    assert f'Location="{BACK}/acs"' in response.text
    assert 'WantAssertionsSigned="true"' in response.text
    error(await clients().get("auth/other/metadata"), 404, "provider_not_found")


@pytest.mark.saml(groups={"staff": "Colleagues"}, roles={"it": "supporter"})
async def test_groups_there_are_groups_and_roles_here(clients: Clients, make: Factory, do: Do, boss: Actor):
    browser = clients.browser()
    await returned(browser, "staff-rin")
    user = await user_of(make, "staff-rin@corp.example")
    assert user
    assert user.site_roles == ["supporter"]
    [group] = await do(boss, my_groups)
    assert (group.name, [person.username for person in group.people]) == ("Colleagues", ["staff-rin"])
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, user.id)).site_roles = ["auditor", "supporter"]
    mio = clients.browser()
    await returned(mio, "mio")
    other = await user_of(make, "mio@corp.example")
    assert other
    assert other.site_roles == []
    await returned(browser, "staff-rin")
    again = await user_of(make, "staff-rin@corp.example")
    assert again
    assert again.site_roles == ["auditor", "supporter"]


@pytest.mark.saml(attributes={"name": "groups", "groups": "displayName"}, roles={"mio of Corp": "auditor"})
async def test_attributes_have_the_names_that_the_file_says(clients: Clients, make: Factory):
    await returned(clients.browser(), "mio")
    user = await user_of(make, "mio@corp.example")
    assert user
    assert (user.name, user.site_roles) == ("guests", ["auditor"])


@pytest.mark.saml(groups={"staff": "Colleagues"}, roles={"it": "supporter", "guests": "auditor"})
async def test_providers_changes_are_logged_and_mailed(clients: Clients, make: Factory, do: Do, boss: Actor):
    await returned(clients.browser(), "staff-rin")
    user = await user_of(make, "staff-rin@corp.example")
    assert user
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, user.id)).site_roles = ["auditor"]
    await returned(clients.browser(), "staff-rin")
    await returned(clients.browser(), "staff-rin")  # changes nothing more
    log = await do(replace(boss, site_roles=frozenset({SiteRole.ADMIN})), list_audit, AuditFilter(person="staff-rin"))
    of_group = {"source": "Corp", "group": "Colleagues", "group_id": str(log.items[1].group)}
    assert [(entry.actor, entry.action, dict(entry.details)) for entry in log.items] == [
        (None, "change_roles", {"source": "Corp", "given": ["supporter"], "taken": ["auditor"]}),
        (None, "change_group", {**of_group, "joined": ["staff-rin"], "left": []}),
        (None, "change_roles", {"source": "Corp", "given": ["supporter"], "taken": []}),
    ]
    assert [mail.kind for mail in await mails_to(make.work, user.email)] == ["rolesChanged"] * 2
    [first, _] = await mails_to(make.work, "boss@corp.example")
    assert (first.kind, first.details["person"]) == ("rolesFollowed", "staff-rin of Corp (@staff-rin)")
    assert first.details["source"] == "Corp"


async def test_an_account_with_the_address_is_its_persons(clients: Clients, make: Factory):
    """One that somebody else may have made with it is theirs alone from now on."""
    ren, token = await make.signed_in(username="ren", email="ren@corp.example")
    browser = clients.browser()
    await returned(browser, "ren")
    assert (await browser.get("me")).json()["id"] == str(ren.user_id)
    error(await clients(token).get("me"), 401, "not_signed_in")
    login = {"login": "ren", "password": PASSWORD}
    error(await clients().post("auth/login", json=login), 401, "bad_credentials")


@pytest.mark.saml(enforced=True)
async def test_enforced_sign_in_leaves_no_other_way(clients: Clients, make: Factory):
    await make.user(username="ren", email="ren@corp.example")
    for login in ("ren", "ren@corp.example"):
        details = error(
            await clients().post("auth/login", json={"login": login, "password": PASSWORD}), 403, "sso_required"
        )
        assert details == {"provider": "corp", "name": "Corp"}
    error(await clients().post("auth/login", json={"login": "ren", "password": "guess"}), 401, "bad_credentials")
    guess = {"login": "nobody@corp.example", "password": "guess"}
    error(await clients().post("auth/login", json=guess), 403, "sso_required")
    guess = {"login": "boss@corp.example", "password": "guess"}
    error(await clients().post("auth/login", json=guess), 403, "sso_required")  # who may is not told
    new = {"email": "new@corp.example", "username": "newby", "password": "seven quiet herons"}
    error(await clients().post("auth/register", json=new), 403, "sso_required")
    assert await user_of(make, "new@corp.example") is None
    boss = {"login": "boss@corp.example", "password": PASSWORD}
    assert (await clients().post("auth/login", json=boss)).status_code == 200
    await make.user(username="guest", email="guest@other.example")
    guest = {"login": "guest", "password": PASSWORD}
    assert (await clients().post("auth/login", json=guest)).status_code == 200
    browser = clients.browser()
    await returned(browser, "ren")
    assert (await browser.get("me")).json()["username"] == "ren"


async def test_the_metadata_of_the_provider_is_enough(server: SamlServer, worker_database: str, clients: Clients):
    from chat_app.bootstrap import build

    file = server.file(metadata_url=f"{server.url}/metadata")
    parts = build(Settings(_env_file=None, database_url=worker_database, saml_file=file, public_url=ORIGIN))
    left = await parts.providers["corp"].depart(f"{BACK}/callback")
    assert left.url.startswith(f"{server.url}/sso?SAMLRequest=")
    await parts.stop()


async def test_expired_assertions_are_forgotten(clients: Clients, make: Factory, do: Do, clock: Clock):
    await returned(clients.browser(), "mio")
    await do(None, forget_assertions)
    async with make.work.begin() as ctx:
        assert (await ctx.db.scalars(select(KeptAssertion))).all()
    clock.advance(days=400)  # the provider's time is the real one
    await do(None, forget_assertions)
    async with make.work.begin() as ctx:
        assert (await ctx.db.scalars(select(KeptAssertion))).all() == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("no json", "not JSON"),
        ('[{"id": "corp"}]', "SAML_FILE, 0.name"),
        ('[{"id": "corp", "name": "Corp"}]', "needs metadata"),
        ('[{"id": "google", "name": "Corp", "entity_id": "x", "metadata_url": "https://x"}]', "another meaning"),
        (f'[{{{ONE}, "enforced": true}}]', "needs domains"),
        (f'[{{{ONE}, "domains": ["@"]}}]', "not domains"),
        (f'[{{{ONE}, "domains": ["*.a.b"]}}]', "not domains"),
        ('[{"id": "ldap", "name": "A", "entity_id": "x", "metadata_url": "https://x"}]', "another meaning"),
        (f'[{{{ONE}, "enforced": true, "domains": ["a.b"]}}]', "PARLEY_BREAK_GLASS"),
    ],
)
def test_a_wrong_file_is_said_at_the_start(tmp_path: Path, wrong: str, said: str):
    (tmp_path / "saml.json").write_text(wrong)
    with pytest.raises(ValueError, match=said):
        Settings(_env_file=None, saml_file=tmp_path / "saml.json", public_url=ORIGIN)


def test_the_runtime_offers_it(parts: Runtime):
    assert list(parts.providers) == ["corp"]
