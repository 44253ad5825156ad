"""Signing in by SAML over HTTP, at a real provider; and every assertion that is not to be believed."""

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree
from sqlalchemy import select

from chat_app.bootstrap import Runtime
from chat_app.core.access.site import SiteRole
from chat_app.core.accounts.tables import User
from chat_app.core.audit.queries import AuditFilter, list_audit
from chat_app.core.groups.queries import my_groups
from chat_app.core.identities.sign_in.assertions import forget_assertions
from chat_app.core.identities.tables import KeptAssertion
from chat_app.core.kernel.actor import Actor
from chat_app.settings import Settings
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.api.test_identities import where
from tests.saml.server import SamlServer, form_of
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.post import mails_to
from tests.support.use_cases import Do

BACK = "http://parley.test/api/v1/auth/corp"
ONE = '"id": "a", "name": "A", "entity_id": "x", "metadata_url": "https://x"'
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SamlServer]:
    with SamlServer(tmp_path_factory.mktemp("saml")) as server:
        yield server


@pytest.fixture
def more(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What a test's provider is configured by besides."""
    mark = request.node.get_closest_marker("saml")
    return mark.kwargs if mark else {}


@pytest.fixture
def settings(worker_database: str, server: SamlServer, more: dict[str, Any]) -> Settings:
    file = server.file(**more)
    return Settings(_env_file=None, database_url=worker_database, saml_file=file, break_glass="boss", public_url=ORIGIN)


@pytest.fixture(autouse=True)
async def boss(make: Factory) -> Actor:
    actor = await make.actor(username="boss", email="boss@corp.example")
    async with make.work.begin() as ctx:
        user = await ctx.db.get_one(User, actor.user_id)
        user.site_roles, user.email_verified_at = [SiteRole.ADMIN], ctx.now
    return actor


async def arrived(
    browser: httpx.AsyncClient, login: str, change: Callable[[bytes], bytes] = bytes, **fault: str
) -> httpx.Response:
    """Depart, sign in at the provider, and come back with its form, whose response is changed."""
    left = await browser.get("auth/corp/start?next=/settings")
    form = await form_of(left.headers["location"], login, **fault)
    form["SAMLResponse"] = base64.b64encode(change(base64.b64decode(form["SAMLResponse"]))).decode()
    return await browser.post("auth/corp/acs", data=form, headers={"Origin": "null"})


async def returned(browser: httpx.AsyncClient, login: str) -> httpx.Response:
    response = await arrived(browser, login)
    assert response.status_code == 303, response.text
    return await browser.get(ORIGIN + response.headers["location"])


def refusal(response: httpx.Response) -> str:
    assert response.status_code == 303, response.text
    page, _, query = response.headers["location"].partition("?error=")
    assert page == "/sign-in"
    return str(query)


async def user_of(make: Factory, email: str) -> User | None:
    async with make.work.begin() as ctx:
        found: User | None = await ctx.db.scalar(select(User).where(User.email == email))
        return found


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


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("unsigned", "assertion_refused"),
        ("expired", "assertion_expired"),
        ("audience", "assertion_refused"),
        ("recipient", "assertion_refused"),
        ("sha1", "assertion_refused"),
    ],
)
async def test_a_faulty_assertion_is_refused(clients: Clients, make: Factory, fault: str, code: str):
    assert refusal(await arrived(clients.browser(), "mio", fault=fault)) == code
    assert await user_of(make, "mio@corp.example") is None


def tampered(xml: bytes) -> bytes:
    return xml.replace(b"mio@corp.example", b"boss@corp.example")


def _parts(xml: bytes) -> tuple[Any, Any]:
    root = etree.fromstring(xml)
    [assertion] = root.iter(f"{{{SAML}}}Assertion")
    return root, assertion


def _forged(assertion: Any) -> Any:
    """A copy without a signature, of somebody else."""
    forged = etree.fromstring(tampered(etree.tostring(assertion)))
    forged.set("ID", "_forged")
    for signature in list(forged.iter("{http://www.w3.org/2000/09/xmldsig#}Signature")):
        signature.getparent().remove(signature)
    return forged


def wrapped_before(xml: bytes) -> bytes:
    root, assertion = _parts(xml)
    assertion.addprevious(_forged(assertion))
    return etree.tostring(root)


def wrapped_after(xml: bytes) -> bytes:
    root, assertion = _parts(xml)
    assertion.addnext(_forged(assertion))
    return etree.tostring(root)


def wrapped_inside(xml: bytes) -> bytes:
    """The signed assertion becomes a part of the forged one's signature."""
    root, assertion = _parts(xml)
    forged = _forged(assertion)
    [signature] = assertion.iter("{http://www.w3.org/2000/09/xmldsig#}Signature")
    assertion.getparent().replace(assertion, forged)
    forged.insert(1, signature)
    kept = etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object")
    kept.append(assertion)
    return etree.tostring(root)


def wrapped_in_extensions(xml: bytes) -> bytes:
    root, assertion = _parts(xml)
    forged = _forged(assertion)
    assertion.getparent().replace(assertion, forged)
    extensions = etree.Element("{urn:oasis:names:tc:SAML:2.0:protocol}Extensions")
    extensions.append(assertion)
    root.insert(1, extensions)
    return etree.tostring(root)


def with_the_same_id(xml: bytes) -> bytes:
    root, assertion = _parts(xml)
    forged = _forged(assertion)
    forged.set("ID", assertion.get("ID"))
    assertion.addprevious(forged)
    return etree.tostring(root)


def with_comment(xml: bytes) -> bytes:
    return xml.replace(b"mio@corp.example", b"boss@corp.example<!-- -->.mio@corp.example")


def signed_by(algorithm: bytes) -> Callable[[bytes], bytes]:
    """Return a change that names another algorithm of the signature."""
    return lambda xml: re.sub(rb'(SignatureMethod Algorithm=")[^"]+', rb"\1" + algorithm, xml)


def without_signature(xml: bytes) -> bytes:
    root, _ = _parts(xml)
    for signature in list(root.iter("{http://www.w3.org/2000/09/xmldsig#}Signature")):
        signature.getparent().remove(signature)
    return etree.tostring(root)


def with_another_name(xml: bytes) -> bytes:
    return re.sub(rb"(<saml:NameID[^>]*>)", rb"\1id-boss</saml:NameID>\1", xml)


def with_entity(xml: bytes) -> bytes:
    return b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + xml.replace(b"mio of Corp", b"&e;")


def answering_another(xml: bytes) -> bytes:
    return re.sub(rb'InResponseTo="[^"]+"', b'InResponseTo="_another"', xml, count=1)


def answering_none(xml: bytes) -> bytes:
    return re.sub(rb' InResponseTo="[^"]+"', b"", xml, count=1)


@pytest.mark.parametrize(
    "change",
    [
        *(tampered, wrapped_before, wrapped_after, wrapped_inside, wrapped_in_extensions, with_the_same_id),
        *(with_comment, with_entity, answering_another, answering_none, lambda xml: b"no xml", lambda xml: b""),
        *(without_signature, with_another_name, signed_by(b"none"), signed_by(b"")),
        *(signed_by(b"http://www.w3.org/2000/09/xmldsig#hmac-sha1"),),
        *(signed_by(b"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),),
        lambda xml: b"<a/>" * 100_000,
    ],
)
async def test_a_changed_assertion_is_refused(clients: Clients, make: Factory, change: Callable[[bytes], bytes]):
    assert refusal(await arrived(clients.browser(), "mio", change)) == "assertion_refused"
    assert await user_of(make, "mio@corp.example") is None


@pytest.mark.parametrize("inside", [b"<!-- -->", b"<!---->"])
async def test_a_comment_cuts_no_value(clients: Clients, make: Factory, inside: bytes):
    """A signature goes on to be valid with comments: what is before one must not be read as the whole."""
    browser = clients.browser()
    await returned(browser, "mio")
    me = (await browser.get("me")).json()

    def commented(xml: bytes) -> bytes:
        assert xml.count(b">id-mio<") == 1
        found = xml.replace(b">id-mio<", b">id-m" + inside + b"io<")
        return found.replace(b">mio@corp.example<", b">mio@corp" + inside + b".example<")

    again = clients.browser()
    response = await arrived(again, "mio", commented)
    if "error" not in response.headers["location"]:
        await again.get(ORIGIN + response.headers["location"])
        assert (await again.get("me")).json() == me
    async with make.work.begin() as ctx:
        assert {each.email for each in await ctx.db.scalars(select(User))} == {"boss@corp.example", "mio@corp.example"}


async def test_an_assertion_works_once_and_in_the_browser_that_asked(clients: Clients, clock: Clock):
    browser, thief = clients.browser(), clients.browser()
    left = await browser.get("auth/corp/start")
    form = await form_of(left.headers["location"], "mio")
    first = await browser.post("auth/corp/acs", data=form)
    assert refusal(await browser.post("auth/corp/acs", data=form)) == "assertion_replayed"
    stolen = where(await thief.get(ORIGIN + first.headers["location"]))
    assert stolen == "/sign-in?error=sign_in_expired"
    assert where(await browser.get(ORIGIN + first.headers["location"])) == "/welcome"
    assert where(await browser.get(ORIGIN + first.headers["location"])) == "/sign-in?error=sign_in_expired"

    late = await arrived(clients.browser(), "mio")
    clock.advance(minutes=2, seconds=1)
    assert where(await browser.get(ORIGIN + late.headers["location"])) == "/sign-in?error=sign_in_expired"


async def test_what_answers_another_request_is_not_for_this_one(clients: Clients):
    browser = clients.browser()
    others = await form_of((await browser.get("auth/corp/start")).headers["location"], "mio")
    mine = await form_of((await browser.get("auth/corp/start")).headers["location"], "mio")
    mixed = others | {"RelayState": mine["RelayState"]}
    response = await browser.post("auth/corp/acs", data=mixed)
    assert where(await browser.get(ORIGIN + response.headers["location"])) == "/sign-in?error=sign_in_expired"


async def unasked(clients: Clients, server: SamlServer, browser: httpx.AsyncClient, state: str = "") -> httpx.Response:
    asked = {"acs": f"{BACK}/acs", "audience": f"{BACK}/metadata", "RelayState": state}
    form = await form_of(f"{server.url}/sso", "mio", **asked)
    return await browser.post("auth/corp/acs", data=form, headers={"Origin": server.url})


async def test_nobody_comes_unasked(clients: Clients, server: SamlServer):
    assert refusal(await unasked(clients, server, clients.browser())) == "assertion_unasked"


@pytest.mark.saml(idp_initiated=True)
async def test_people_come_unasked_where_the_settings_allow_it(clients: Clients, server: SamlServer):
    browser = clients.browser()
    response = await unasked(clients, server, browser, "https://evil.example")
    assert where(await browser.get(ORIGIN + response.headers["location"])) == "/welcome"
    assert (await browser.get("me")).json()["username"] == "mio"
    response = await unasked(clients, server, clients.browser(), "/settings")
    assert where(await browser.get(ORIGIN + response.headers["location"])) == "/welcome?next=%2Fsettings"


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
async def test_what_a_provider_changes_is_in_the_log_and_told(clients: Clients, make: Factory, do: Do, boss: Actor):
    await returned(clients.browser(), "staff-rin")
    user = await user_of(make, "staff-rin@corp.example")
    assert user
    async with make.work.begin() as ctx:
        (await ctx.db.get_one(User, user.id)).site_roles = ["auditor"]
    await returned(clients.browser(), "staff-rin")
    await returned(clients.browser(), "staff-rin")  # changes nothing more
    log = await do(replace(boss, site_roles=frozenset({SiteRole.ADMIN})), list_audit, AuditFilter(person="staff-rin"))
    assert [(entry.actor, entry.action, dict(entry.details)) for entry in log.items] == [
        (None, "change_roles", {"source": "Corp", "given": ["supporter"], "taken": ["auditor"]}),
        (None, "change_group", {"source": "Corp", "group": "Colleagues", "joined": ["staff-rin"], "left": []}),
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


async def test_what_is_over_is_forgotten(clients: Clients, make: Factory, do: Do, clock: Clock):
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
