"""People who leave an LDAP directory cannot sign in any more: the job that asks the directory."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from chat_app.adapters.auth import ldap
from chat_app.bootstrap.sign_in.organisations import open_directory
from chat_app.core.accounts.tables import User
from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.auth.password_changes import mail_reset_link
from chat_app.core.directory.errors import DirectoryDoubtful
from chat_app.core.directory.leavers import FEW
from chat_app.core.identities.errors import ProviderUnavailable
from chat_app.core.identities.tables import Identity
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.work.jobs import JobAttempt
from chat_app.core.mail.tables import MailKind
from chat_app.core.safety.suspending import suspend_user
from chat_app.settings import Settings
from chat_app.worker.directory import FOLLOW_DIRECTORY
from tests.api.conftest import Clients, Runtime
from tests.api.expect import error
from tests.ldap.server import BASE, SERVICE, LdapServer
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.post import link_token
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

NOT_LOCKED = "(&(|(uid={login})(mail={login}))(!(locked=yes)))"
Follow = Callable[[], Awaitable[None]]


@pytest.fixture
def server() -> Iterator[LdapServer]:
    with LdapServer() as server:
        server.add("rin", "rins own password")
        server.add("sora", "soras own password")
        yield server


@pytest.fixture
def settings(worker_database: str, server: LdapServer) -> Settings:
    told = {"ldap_url": server.url, "ldap_base_dn": BASE, "ldap_domains": "corp.example", "ldap_filter": NOT_LOCKED}
    account = {"ldap_bind_dn": SERVICE[0], "ldap_bind_password": SERVICE[1]}
    return Settings(_env_file=None, database_url=worker_database, break_glass="keeper", **told, **account)


@pytest.fixture(autouse=True)
async def boss(make: Factory) -> Actor:
    return replace(await make.actor(username="boss", is_admin=True), site_roles=frozenset({"admin"}))


@pytest.fixture
def follow(parts: Runtime, clock: Clock) -> Follow:
    handler = parts.jobs.handlers[FOLLOW_DIRECTORY]

    async def follow() -> None:
        clock.advance(minutes=15)
        await handler(JobAttempt(1, last=True))

    return follow


def login(name: str, password: str = "") -> dict[str, Any]:
    return {"login": name, "password": password or f"{name}s own password", "token": True}


async def entered(clients: Clients, name: str) -> str:
    token: str = (await clients().post("auth/login", json=login(name))).json()["token"]
    return token


async def suspended(make: Factory) -> set[str]:
    async with make.work.begin() as ctx:
        return set(await ctx.db.scalars(select(User.username).where(User.suspended_at.is_not(None))))


async def test_person_who_left_directory_cannot_sign_in(
    clients: Clients, server: LdapServer, make: Factory, follow: Follow
):
    rin, sora = await entered(clients, "rin"), await entered(clients, "sora")
    asked = {"name": "Bot", "scopes": ["read"], "password": ""}
    token = (await clients(rin).post("me/api-tokens", json=asked)).json()["token"]
    await follow()
    assert await suspended(make) == set()
    gone = server.entries.pop(f"uid=rin,ou=people,{BASE}")
    await follow()
    assert await suspended(make) == {"rin"}
    for credential in (rin, token):
        error(await clients(credential).get("me"), 401, "not_signed_in")
    error(await clients().post("auth/login", json=login("rin")), 401, "bad_credentials")
    assert (await clients(sora).get("me")).status_code == 200
    async with make.work.begin() as ctx:
        [entry] = await ctx.db.scalars(select(AuditEntry).where(AuditEntry.action == Action.SUSPEND_USER))
    assert entry.details == {"source": "LDAP"}
    server.entries[f"uid=rin,ou=people,{BASE}"] = gone
    await follow()
    assert await suspended(make) == set()
    assert (await clients(token).get("me")).status_code == 200


async def test_disabled_person_is_suspended_and_restored_at_sign_in(
    clients: Clients, server: LdapServer, make: Factory, follow: Follow
):
    await entered(clients, "rin")
    entry = server.entries[f"uid=rin,ou=people,{BASE}"]
    entry["locked"] = ["yes"]
    await follow()
    assert await suspended(make) == {"rin"}
    del entry["locked"]
    await entered(clients, "rin")
    assert await suspended(make) == set()


async def test_suspension_by_staff_stays(
    clients: Clients, server: LdapServer, make: Factory, follow: Follow, do: Do, boss: Actor
):
    token = await entered(clients, "rin")
    who = (await clients(token).get("me")).json()["id"]
    await do(boss, suspend_user, who, "Spam")
    await follow()
    error(await clients().post("auth/login", json=login("rin")), 403, "account_suspended")


@pytest.mark.parametrize("case", ["last admin", "break glass"])
async def test_last_admin_is_not_suspended(
    clients: Clients, server: LdapServer, make: Factory, follow: Follow, case: str
):
    await entered(clients, "rin")
    async with make.work.begin() as ctx:
        await ctx.db.execute(update(User).where(User.username == "boss").values(site_roles=[]))
        changed = {"username": "keeper"} if case == "break glass" else {"site_roles": ["admin"]}
        await ctx.db.execute(update(User).where(User.username == "rin").values(**changed))
    del server.entries[f"uid=rin,ou=people,{BASE}"]
    await follow()
    assert await suspended(make) == set()


async def test_a_list_that_is_probably_wrong_suspends_nobody(
    clients: Clients, server: LdapServer, make: Factory, follow: Follow, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ldap, "LISTING", 1.0)
    token = await entered(clients, "rin")
    server.broken = "hangs"
    await follow()
    server.broken, kept, server.entries = "", server.entries, {}
    with pytest.raises(DirectoryDoubtful):
        await follow()
    server.entries = kept
    async with make.work.begin() as ctx:
        me = await ctx.db.scalar(select(Identity).where(Identity.subject == "uuid-rin"))
        assert me
    for _ in range(FEW + 1):
        other = await make.user()
        async with make.work.begin() as ctx:
            ctx.db.add(Identity(user_id=other.id, issuer=me.issuer, subject=other.username, created_at=ctx.now))
    with pytest.raises(DirectoryDoubtful):
        await follow()
    assert await suspended(make) == set()
    assert (await clients(token).get("me")).status_code == 200


async def test_list_without_any_of_those_who_are_here_suspends_nobody(
    clients: Clients, server: LdapServer, make: Factory, follow: Follow
):
    """The base or the attribute of the ids is another one now."""
    for name in ("rin", "sora"):
        await entered(clients, name)
        server.entries[f"uid={name},ou=people,{BASE}"]["entryUUID"] = [f"another-{name}"]
    with pytest.raises(DirectoryDoubtful):
        await follow()
    assert await suspended(make) == set()


async def test_any_of_several_ids_counts(clients: Clients, server: LdapServer, make: Factory, follow: Follow):
    """A server may send them in another order each time."""
    ids = server.entries[f"uid=rin,ou=people,{BASE}"]["entryUUID"]
    ids.append("uuid-of-before")
    await entered(clients, "rin")
    ids.reverse()
    await follow()
    assert await suspended(make) == set()


async def test_everybody_is_listed_page_by_page(
    clients: Clients, server: LdapServer, make: Factory, follow: Follow, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ldap, "PAGE", 2)
    for number in range(5):
        server.add(f"other{number}", "password")
    last = server.entries.pop(f"uid=rin,ou=people,{BASE}")
    server.entries[f"uid=rin,ou=people,{BASE}"] = last
    await entered(clients, "rin")
    await follow()
    assert (await suspended(make), server.pages) == (set(), 4)


async def test_list_without_an_end_is_given_up(server: LdapServer, settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ldap, "LISTING", 0.2)
    server.endless = True
    directory: Any = open_directory(settings)
    with pytest.raises(ProviderUnavailable):
        await directory.listed()
    async with asyncio.timeout(20):  # its thread ends, too
        await asyncio.to_thread(directory._threads.shutdown)


async def test_people_of_the_directory_have_no_password_here(
    clients: Clients, server: LdapServer, make: Factory, follow: Follow, do: Do
):
    """One that is kept here from before, or set by a mailed link, would open after they have left."""
    verified = {"email_verified_at": datetime.now(UTC)}
    await make.user(username="rin", email="rin@corp.example", **verified)
    keeper = await make.user(username="keeper", email="sora@corp.example", **verified)
    assert (await clients().post("auth/login", json=login("rin", PASSWORD))).status_code == 200
    token = await entered(clients, "rin")
    await entered(clients, "sora")
    error(await clients().post("auth/login", json=login("rin", PASSWORD)), 401, "bad_credentials")
    change = {"password": "", "new_password": "seven quiet herons"}
    error(await clients(token).post("me/password", json=change), 409, "directory_password")
    await do(None, mail_reset_link, "rin@corp.example")
    link = {
        "token": await link_token(make.work, "rin@corp.example", MailKind.RESET_PASSWORD),
        "password": "seven quiet herons",
    }
    error(await clients().post("auth/reset-password", json=link), 409, "directory_password")
    async with make.work.begin() as ctx:  # one from a version before
        await ctx.db.execute(update(User).where(User.username == "rin").values(password_hash="x"))
    await follow()
    async with make.work.begin() as ctx:
        kept = {each.username: each.password_hash for each in await ctx.db.scalars(select(User))}
    assert kept["rin"] is None
    assert kept["keeper"] == keeper.password_hash
