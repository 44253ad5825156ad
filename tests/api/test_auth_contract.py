"""The contract of every service that keeps sessions: a live session is admitted, and nothing else is."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update

from chat_app.adapters.auth.kratos.service import FRESH
from chat_app.bootstrap import Runtime
from chat_app.core.accounts.tables import User
from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.auth.sessions.commands import begin_session, ended_sessions, recognise_session
from chat_app.core.auth.tables import UserSession
from chat_app.core.identities.sign_in.vouched import LEASE
from chat_app.core.kernel.actor import Actor
from chat_app.settings import Settings
from chat_app.web_session import actor_from_cookie_header
from tests.api.conftest import COOKIE, ORIGIN, Clients
from tests.api.expect import error
from tests.kratos.server import COOKIE as KRATOS_COOKIE
from tests.kratos.server import KratosServer
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.support.waiting import until

HOURS = 30 * 24


class Keeper(ABC):
    """Begins and ends sessions in the service."""

    cookie: str

    def __init__(self, parts: Runtime, make: Factory) -> None:
        self._parts, self._make = parts, make

    @abstractmethod
    async def sign_in(self, user: User) -> str:
        """Begin a session and return its token."""

    @abstractmethod
    async def end(self, token: str) -> None:
        """End the session in the service without a notification."""

    @abstractmethod
    def has(self, token: str) -> bool | None:
        """Return whether the session is live in the service; unknown where there is no service."""


class Here(Keeper):
    cookie = COOKIE

    async def sign_in(self, user: User) -> str:
        async with self._parts.work.begin() as ctx:
            return begin_session(ctx, user, address="192.0.2.7", user_agent="Firefox/140.0 Linux")[1]

    async def end(self, token: str) -> None:
        async with self._parts.work.begin() as ctx:
            await ctx.db.execute(update(UserSession).values(revoked_at=ctx.now))

    def has(self, token: str) -> bool | None:
        return None


class Elsewhere(Keeper):
    cookie = KRATOS_COOKIE
    kratos: KratosServer

    async def sign_in(self, user: User) -> str:
        async with self._parts.work.begin() as ctx:
            known = (await ctx.db.get_one(User, user.id)).kratos_identity_id or self.kratos.add(user.email)
            (await ctx.db.get_one(User, user.id)).kratos_identity_id = known
        return self.kratos.sign_in(known, now=self._parts.work.clock())

    async def end(self, token: str) -> None:
        self.kratos.session_of(token)["active"] = False

    def has(self, token: str) -> bool | None:
        return bool(self.kratos.session_of(token)["active"])


@pytest.fixture(scope="module")
def kratos() -> Iterator[KratosServer]:
    with KratosServer() as server:
        yield server


@pytest.fixture(params=["local", "kratos"])
def kind(request: pytest.FixtureRequest, kratos: KratosServer) -> str:
    kratos.forget()
    return str(request.param)


@pytest.fixture
def settings(worker_database: str, kind: str, kratos: KratosServer) -> Settings:
    told = kratos.settings if kind == "kratos" else {}
    return Settings(_env_file=None, database_url=worker_database, **told)


@pytest.fixture
def keeper(kind: str, parts: Runtime, make: Factory, kratos: KratosServer) -> Keeper:
    if kind == "local":
        return Here(parts, make)
    elsewhere = Elsewhere(parts, make)
    elsewhere.kratos = kratos
    return elsewhere


def browser(clients: Clients, keeper: Keeper, token: str) -> httpx.AsyncClient:
    return clients.browser(**{"Cookie": f"other=1; {keeper.cookie}={token}"})


async def handshake(parts: Runtime, keeper: Keeper, token: str) -> Actor | None:
    return await actor_from_cookie_header(parts.auth, parts.work, f"other=1; {keeper.cookie}={token}")


async def test_session_identifies_its_person(clients: Clients, parts: Runtime, keeper: Keeper, make: Factory, do: Do):
    user = await make.user(is_admin=True)
    token = await keeper.sign_in(user)
    assert (await browser(clients, keeper, token).get("me")).json()["id"] == str(user.id)
    actor = await handshake(parts, keeper, token)
    assert actor
    assert (actor.person, actor.site_roles, actor.scopes) == (user.person(), frozenset({"admin"}), None)
    assert await do(None, recognise_session, actor.session_id) == actor
    assert (await clients(token).get("me")).json()["id"] == str(user.id)


@pytest.mark.parametrize("forged", ["x", "x" * 5000, '"', "a b", "=", "é", "x.y.z", "{token}x", "{token},{token}"])
async def test_unknown_token_identifies_nobody(
    clients: Clients, parts: Runtime, keeper: Keeper, make: Factory, forged: str
):
    token = await keeper.sign_in(await make.user())
    assert await handshake(parts, keeper, token)
    forged = forged.format(token=token)
    assert await handshake(parts, keeper, forged) is None
    if forged.isascii():
        error(await browser(clients, keeper, forged).get("me"), 401, "not_signed_in")
        error(await clients(forged).get("me"), 401, "not_signed_in")
    assert await handshake(parts, keeper, token)


async def test_cookie_of_other_session_service_identifies_nobody(parts: Runtime, keeper: Keeper, make: Factory):
    token = await keeper.sign_in(await make.user())
    other = {COOKIE: KRATOS_COOKIE, KRATOS_COOKIE: COOKIE}[keeper.cookie]
    assert await actor_from_cookie_header(parts.auth, parts.work, f"{other}={token}") is None


async def test_a_session_that_ends_where_it_is_kept_is_soon_over(
    clients: Clients, parts: Runtime, keeper: Keeper, make: Factory, clock: Clock, do: Do
):
    token = await keeper.sign_in(await make.user())
    actor = await handshake(parts, keeper, token)
    assert actor
    await keeper.end(token)
    clock.now += FRESH
    error(await browser(clients, keeper, token).get("me"), 401, "not_signed_in")
    assert await handshake(parts, keeper, token) is None
    assert await do(None, recognise_session, actor.session_id) is None


async def test_session_that_ended_elsewhere_ends_for_listening_tabs(
    parts: Runtime, keeper: Keeper, make: Factory, clock: Clock, do: Do, events: list[object]
):
    tokens = [await keeper.sign_in(await make.user()) for _ in range(2)]
    ended, lives = [actor.session_id for token in tokens if (actor := await handshake(parts, keeper, token))]
    if isinstance(keeper, Elsewhere):
        await keeper.end(tokens[0])
    else:
        async with parts.work.begin() as ctx:
            await ctx.db.execute(update(UserSession).where(UserSession.id == ended).values(revoked_at=ctx.now))  # type: ignore[arg-type]
    clock.now += FRESH
    await parts.auth.recheck(parts.work, {ended, lives})
    assert await do(None, ended_sessions, {ended, lives}) == {ended}
    assert [event for event in events if isinstance(event, SessionsRevoked)] in ([], [SessionsRevoked((ended,))])


async def test_session_lasts_while_used_and_no_longer_than_its_limit(
    parts: Runtime, keeper: Keeper, make: Factory, clock: Clock, do: Do
):
    token = await keeper.sign_in(await make.user())
    actor = await handshake(parts, keeper, token)
    assert actor
    for _ in range(4):
        clock.now += LEASE - timedelta(seconds=1)
        await parts.auth.recheck(parts.work, {actor.session_id})
        assert await do(None, recognise_session, actor.session_id) == actor
    clock.advance(hours=HOURS)
    if isinstance(keeper, Elsewhere):
        await keeper.end(token)  # as its own clock would
    assert await do(None, recognise_session, actor.session_id) is None
    assert await handshake(parts, keeper, token) is None


@pytest.mark.parametrize("path", ["auth/logout", "auth/logout-all"])
async def test_signing_out_ends_it_everywhere(
    clients: Clients, parts: Runtime, keeper: Keeper, make: Factory, events: list[object], path: str
):
    user = await make.user()
    token = await keeper.sign_in(user)
    page = browser(clients, keeper, token)
    [session] = (await page.get("me/sessions")).json()["items"]
    assert (session["device"], session["address"]) == ("Firefox, Linux", "192.0.2.7")
    assert (await page.post(path)).status_code == 204
    error(await page.get("me"), 401, "not_signed_in")
    assert await handshake(parts, keeper, token) is None
    assert SessionsRevoked((UUID(session["id"]),)) in events
    await until(lambda: not keeper.has(token))
    error(await page.post(path), 401, "not_signed_in")
    assert await handshake(parts, keeper, await keeper.sign_in(user))


async def test_a_session_of_another_device_is_ended_from_the_list(
    clients: Clients, parts: Runtime, keeper: Keeper, make: Factory
):
    user = await make.user()
    here, there = await keeper.sign_in(user), await keeper.sign_in(user)
    other = await handshake(parts, keeper, there)
    assert other
    page = browser(clients, keeper, here)
    assert len((await page.get("me/sessions")).json()["items"]) == 2
    assert (await page.delete(f"me/sessions/{other.session_id}")).status_code == 204
    assert await handshake(parts, keeper, there) is None
    await until(lambda: not keeper.has(there))
    assert (await page.get("me")).status_code == 200


async def test_suspended_person_is_refused(clients: Clients, parts: Runtime, keeper: Keeper, make: Factory, do: Do):
    user = await make.user()
    token = await keeper.sign_in(user)
    actor = await handshake(parts, keeper, token)
    assert actor
    async with parts.work.begin() as ctx:
        (await ctx.db.get_one(User, user.id)).suspended_at = ctx.now
    assert await handshake(parts, keeper, token) is None
    assert await do(None, recognise_session, actor.session_id) is None
    error(await browser(clients, keeper, token).get("me"), 401, "not_signed_in")


async def test_another_sites_page_can_do_nothing_with_the_cookie(clients: Clients, keeper: Keeper, make: Factory):
    token = await keeper.sign_in(await make.user())
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        page = clients.browser(**{"Cookie": f"{keeper.cookie}={token}", **headers})
        error(await page.post("auth/logout"), 403, "cross_origin")
    told_nothing = clients(**{"Cookie": f"{keeper.cookie}={token}"})
    error(await told_nothing.post("auth/logout"), 403, "cross_origin")
    assert (await browser(clients, keeper, token).get("me")).status_code == 200


@pytest.mark.parametrize("path", ["/", "/settings", "/r/1"])
async def test_page_without_session_redirects(clients: Clients, keeper: Keeper, make: Factory, path: str):
    token = await keeper.sign_in(await make.user())
    known = clients.site(**{"Cookie": f"{keeper.cookie}={token}"})
    assert (await known.get(path)).text == "page"
    stranger = clients.site()
    wanted = "" if path == "/" else f"?next={path}"
    assert (await stranger.get(path)).headers["location"] == f"/sign-in{wanted}"
    back = await known.get(f"/sign-in{wanted}")
    assert (back.status_code, back.headers["location"]) == (302, path)
    assert ORIGIN
