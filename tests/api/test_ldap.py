"""Signing in by a password that an LDAP directory knows."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chat_app.adapters.auth import ldap
from chat_app.adapters.auth.ldap import LdapConfig, LdapDirectory
from chat_app.core.directory.passwords import PER_LOGIN
from chat_app.core.groups.queries import my_groups
from chat_app.core.identities.errors import ProviderUnavailable
from chat_app.core.identities.organisation import Organisation
from chat_app.core.kernel.actor import Actor
from chat_app.settings import Settings
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.ldap.server import BASE, GARBAGE, SERVICE, LdapServer
from tests.support.certificates import Certificates
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

BOTH = "(|(uid={login})(mail={login}))"
STAFF = f"cn=staff,ou=groups,{BASE}"


@pytest.fixture
def server() -> Iterator[LdapServer]:
    with LdapServer() as server:
        server.add("rin", "rins own password", memberOf=[STAFF])
        yield server


@pytest.fixture
def settings(worker_database: str, server: LdapServer) -> Settings:
    told = {
        "ldap_url": server.url,
        "ldap_base_dn": BASE,
        "ldap_domains": "corp.example",
        "ldap_filter": BOTH,
        "ldap_groups": {STAFF: "Staff"},
    }
    account = {"ldap_bind_dn": SERVICE[0], "ldap_bind_password": SERVICE[1]}
    return Settings(_env_file=None, database_url=worker_database, directory_owner="boss", **told, **account)


@pytest.fixture(autouse=True)
async def boss(make: Factory) -> Actor:
    return await make.actor(username="boss")


def told(login: str, password: str) -> dict[str, Any]:
    return {"login": login, "password": password, "token": True}


async def test_a_person_of_the_directory_gets_an_account(clients: Clients, do: Do, boss: Actor):
    first = (await clients().post("auth/login", json=told("rin", "rins own password"))).json()
    assert (first["me"]["username"], first["me"]["name"], first["me"]["email"]) == (
        "rin",
        "rin Sato",
        "rin@corp.example",
    )
    again = (await clients().post("auth/login", json=told("rin@corp.example", "rins own password"))).json()
    assert again["me"]["id"] == first["me"]["id"]
    assert again["me"]["has_password"] is False
    [group] = await do(boss, my_groups)
    assert (group.name, [each.username for each in group.people]) == ("Staff", ["rin"])
    error(await clients().post("auth/login", json=told("rin", "guess")), 401, "bad_credentials")


async def test_passwords_that_are_kept_here_work_too(clients: Clients):
    assert (await clients().post("auth/login", json=told("boss", PASSWORD))).status_code == 200


@pytest.mark.parametrize("login", ["*", "rin)(uid=*", "*)(|(mail=*", "r\\2a", "rin\x00", "ri*"])
async def test_a_login_is_no_part_of_the_filter(clients: Clients, server: LdapServer, login: str):
    error(await clients().post("auth/login", json=told(login, "rins own password")), 401, "bad_credentials")
    assert set(server.asked) <= {login}  # as a whole, and as a value


async def test_empty_password_is_refused(clients: Clients):
    error(await clients().post("auth/login", json=told("rin", "")), 401, "bad_credentials")


async def test_ambiguous_login_is_refused(clients: Clients, server: LdapServer):
    server.add("rin2", "rins own password", uid=["rin"])
    error(await clients().post("auth/login", json=told("rin", "rins own password")), 401, "bad_credentials")


async def test_a_person_of_another_domain_is_not_let_in(clients: Clients, server: LdapServer):
    server.add("sora", "soras password", mail=["sora@other.example"])
    error(await clients().post("auth/login", json=told("sora", "soras password")), 401, "bad_credentials")


async def test_unreachable_directory_does_not_affect_other_accounts(clients: Clients, server: LdapServer):
    server.passwords[SERVICE[0]] = "changed"
    assert (await clients().post("auth/login", json=told("boss", PASSWORD))).status_code == 200
    error(await clients().post("auth/login", json=told("rin", "rins own password")), 409, "provider_unavailable")


@pytest.mark.parametrize("broken", ["hangs", "drips", "closes", *GARBAGE])
async def test_silent_directory_is_unavailable(
    clients: Clients, server: LdapServer, broken: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ldap, "PATIENCE", 0.3)
    server.broken = broken
    error(await clients().post("auth/login", json=told("rin", "rins own password")), 409, "provider_unavailable")
    assert (await clients().post("auth/login", json=told("boss", PASSWORD))).status_code == 200


async def test_two_of_one_address_are_not_one_person(clients: Clients, server: LdapServer):
    first = (await clients().post("auth/login", json=told("rin", "rins own password"))).json()
    server.add("rei", "reis own password", mail=["rin@corp.example"])
    error(await clients().post("auth/login", json=told("rei", "reis own password")), 409, "identity_email_known")
    again = (await clients().post("auth/login", json=told("rin", "rins own password"))).json()
    assert again["me"] == first["me"]


async def test_an_address_that_becomes_another_persons_brings_nobody_into_their_account(
    clients: Clients, server: LdapServer
):
    server.add("rei", "reis own password")
    rin, rei = [
        (await clients().post("auth/login", json=told(name, f"{name}s own password"))).json()["me"]
        for name in ("rin", "rei")
    ]
    server.entries[f"uid=rin,ou=people,{BASE}"]["mail"] = ["rei@corp.example"]
    again = (await clients().post("auth/login", json=told("rin", "rins own password"))).json()["me"]
    assert (again["id"], again["email"]) == (rin["id"], "rin@corp.example")
    assert (await clients().post("auth/login", json=told("rei", "reis own password"))).json()["me"] == rei


@pytest.mark.parametrize("mail", [[], ["boss@other.example"], ["boss@corp.example.evil.example"], ["@corp.example"]])
async def test_an_address_that_is_not_the_organisations_lets_nobody_in(
    clients: Clients, server: LdapServer, make: Factory, mail: list[str]
):
    await make.user(username="other", email="boss@other.example", email_verified_at=datetime.now(UTC))
    server.add("sora", "soras own password", mail=mail)
    error(await clients().post("auth/login", json=told("sora", "soras own password")), 401, "bad_credentials")


async def test_guesses_are_limited(clients: Clients):
    statuses = [
        (await clients().post("auth/login", json=told("rin", "guess"))).status_code
        for _ in range(PER_LOGIN.amount + 60)
    ]
    assert statuses[-1] == 429


async def test_directory_needs_trusted_tls(tmp_path: Path):
    own = Certificates(tmp_path)
    with LdapServer((own.certificate, own.key)) as server:
        server.add("rin", "rins own password")
        with pytest.raises(ProviderUnavailable):
            await directory(server.url).verify("rin", "rins own password")
        known = await directory(server.url, ca_file=own.authority).verify("rin", "rins own password")
        assert known
        assert known.email_verified


def directory(url: str, **more: Any) -> LdapDirectory:
    names = ("entryUUID", "mail", "cn", "memberOf")
    one = (url, BASE, *SERVICE, "(uid={login})", names, Organisation(frozenset({"corp.example"})))
    return LdapDirectory(LdapConfig(*one, **more))


async def test_no_password_is_sent_where_tls_is_refused(server: LdapServer):
    with pytest.raises(ProviderUnavailable):
        await directory(server.url, start_tls=True).verify("rin", "rins own password")
    assert server.binds == []


async def test_no_other_server_is_asked_for_it(server: LdapServer):
    with LdapServer() as other:
        other.add("rin", "rins own password")
        server.referral = f"{other.url}/{BASE}"
        assert await directory(server.url).verify("rin", "rins own password") is None
        assert (other.binds, other.asked) == ([], [])


async def test_person_without_permanent_id_is_refused(clients: Clients, server: LdapServer):
    """The next person of the name would become this one."""
    server.add("sora", "soras password")
    del server.entries[f"uid=sora,ou=people,{BASE}"]["entryUUID"]
    error(await clients().post("auth/login", json=told("sora", "soras password")), 401, "bad_credentials")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ldap_url": "ldap://ldap.example.org"}, "unencrypted"),
        ({"ldap_url": "https://ldap.example.org"}, "not an address"),
        ({"ldap_url": "ldaps://ldap.example.org"}, "LDAP_BASE_DN and LDAP_DOMAINS"),
    ],
)
def test_unsafe_settings_are_refused(wrong: dict[str, Any], said: str):
    with pytest.raises(ValueError, match=said):
        Settings(_env_file=None, **wrong)
