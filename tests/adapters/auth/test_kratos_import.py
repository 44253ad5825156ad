"""Moving accounts to Kratos: each exactly once, also after an interruption, and never to another person's identity."""

from collections.abc import Iterator

import pytest
from passlib.hash import argon2
from sqlalchemy import select

from chat_app.adapters.auth.config import KratosConfig
from chat_app.adapters.auth.kratos.api import KratosApi
from chat_app.adapters.auth.kratos.importing import BATCH, ImportedAccounts, import_accounts
from chat_app.core.accounts.tables import User
from chat_app.core.identities.errors import AuthUnavailable
from chat_app.core.kernel.context import UnitOfWork
from tests.kratos.server import COOKIE, KratosServer
from tests.support.factory import PASSWORD, Factory

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[KratosServer]:
    with KratosServer() as server:
        yield server


@pytest.fixture
def kratos(server: KratosServer) -> KratosServer:
    server.forget()
    return server


@pytest.fixture
async def api(kratos: KratosServer) -> KratosApi:
    return KratosApi(KratosConfig(kratos.url, kratos.url, kratos.url, COOKIE))


async def moved(work: UnitOfWork, api: KratosApi, *, dry_run: bool = False) -> ImportedAccounts:
    return await import_accounts(work, api, schema="default", dry_run=dry_run)


async def linked(work: UnitOfWork) -> dict[str, str | None]:
    async with work.begin() as ctx:
        return {user.username: user.kratos_identity_id for user in await ctx.db.scalars(select(User))}


async def verified(work: UnitOfWork, user: User) -> None:
    async with work.begin() as ctx:
        (await ctx.db.get_one(User, user.id)).email_verified_at = ctx.now


async def test_everybody_is_brought_over_with_their_password(
    work: UnitOfWork, api: KratosApi, kratos: KratosServer, make: Factory
):
    aiko, ben = await make.user(username="aiko", name="愛子"), await make.user(username="ben", password_hash=None)
    await verified(work, aiko)
    assert await moved(work, api) == ImportedAccounts(made=2)
    ids = await linked(work)
    first, second = (kratos.identities[str(ids[name])] for name in ("aiko", "ben"))
    assert first["traits"] == {"email": aiko.email, "username": "aiko", "name": "愛子"}
    assert [(each["value"], each["verified"]) for each in first["verifiable_addresses"]] == [(aiko.email, True)]
    assert [each["verified"] for each in second["verifiable_addresses"]] == [False]
    assert second["metadata_admin"] == {"parley_user_id": str(ben.id)}
    assert argon2.verify(PASSWORD, kratos.hashes[first["id"]])
    assert second["id"] not in kratos.hashes


async def test_a_second_run_finds_nothing_to_do(work: UnitOfWork, api: KratosApi, kratos: KratosServer, make: Factory):
    for _ in range(BATCH + 1):
        await make.user()
    assert await moved(work, api) == ImportedAccounts(made=BATCH + 1)
    ids = await linked(work)
    assert len(set(ids.values())) == BATCH + 1
    kratos.requests.clear()
    assert await moved(work, api) == ImportedAccounts()
    assert kratos.requests == []
    assert await linked(work) == ids


async def test_a_dry_run_tells_what_would_be_and_changes_nothing(
    work: UnitOfWork, api: KratosApi, kratos: KratosServer, make: Factory
):
    aiko = await make.user(username="aiko")
    await verified(work, aiko)
    kratos.add(aiko.email)
    await make.user(username="ben")
    chloe = await make.user(username="chloe")
    kratos.add(chloe.email)
    assert await moved(work, api, dry_run=True) == ImportedAccounts(made=1, linked=1, left=["chloe"])
    assert set((await linked(work)).values()) == {None}
    assert len(kratos.identities) == 2
    assert await moved(work, api) == ImportedAccounts(made=1, linked=1, left=["chloe"])


async def test_interrupted_run_continues_with_its_accounts(
    work: UnitOfWork, api: KratosApi, kratos: KratosServer, make: Factory
):
    await make.user(username="aiko")
    assert await moved(work, api) == ImportedAccounts(made=1)
    async with work.begin() as ctx:
        (await ctx.db.scalars(select(User))).one().kratos_identity_id = None
    assert await moved(work, api) == ImportedAccounts(linked=1)
    assert set(kratos.identities) == set((await linked(work)).values())


@pytest.mark.parametrize(("here", "there"), [(True, False), (False, True), (False, False)])
async def test_unverified_address_links_no_identity(
    work: UnitOfWork, api: KratosApi, kratos: KratosServer, make: Factory, here: bool, there: bool
):
    aiko = await make.user(username="aiko")
    if here:
        await verified(work, aiko)
    kratos.add(aiko.email, verified=there)
    assert await moved(work, api) == ImportedAccounts(left=["aiko"])
    assert await linked(work) == {"aiko": None}


async def test_account_with_taken_username_is_not_moved(
    work: UnitOfWork, api: KratosApi, kratos: KratosServer, make: Factory
):
    aiko, ben = await make.user(username="aiko"), await make.user(username="ben")
    kratos.add("somebody@example.org", username="ben")
    await verified(work, aiko)
    theirs = kratos.add(aiko.email)
    await make.user(username="chloe", kratos_identity_id=theirs)
    assert await moved(work, api) == ImportedAccounts(left=["aiko", "ben"])
    assert await linked(work) == {"aiko": None, ben.username: None, "chloe": theirs}


async def test_an_outage_ends_the_run_and_the_next_one_goes_on(
    work: UnitOfWork, api: KratosApi, kratos: KratosServer, make: Factory
):
    await make.user()
    kratos.down = True
    with pytest.raises(AuthUnavailable):
        await moved(work, api)
    kratos.down = False
    assert await moved(work, api) == ImportedAccounts(made=1)


async def test_deleted_account_is_not_moved(work: UnitOfWork, api: KratosApi, make: Factory):
    user = await make.user()
    async with work.begin() as ctx:
        (await ctx.db.get_one(User, user.id)).deleted_at = ctx.now
    assert await moved(work, api) == ImportedAccounts()
