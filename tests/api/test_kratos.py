"""Ory Kratos as the service that keeps sessions: newcomers, failures, and what Parley then leaves to it."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import update

from chat_app.adapters.auth.kratos.service import FRESH
from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.auth.factors.proof import FRESH as PROVED
from chat_app.core.auth.sessions.commands import ended_sessions, recognise_session
from chat_app.core.auth.tables import UserSession
from chat_app.core.identities.sign_in.vouched import LEASE
from chat_app.core.invitations.links import create_invite_link
from chat_app.settings import Settings
from chat_app.web_session import actor_from_cookie_header
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.api.test_event_socket import Sockets
from tests.kratos.server import COOKIE, KratosServer
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do
from tests.support.waiting import until


@pytest.fixture(scope="module")
def server() -> Iterator[KratosServer]:
    with KratosServer() as server:
        yield server


@pytest.fixture
def kratos(server: KratosServer) -> KratosServer:
    server.forget()
    return server


@pytest.fixture
def settings(worker_database: str, kratos: KratosServer) -> Settings:
    return Settings(
        _env_file=None,
        database_url=worker_database,
        google_client_id="none",
        google_client_secret="none",
        **kratos.settings,
    )


@pytest.fixture(autouse=True)
async def first(make: Factory) -> User:
    """Create the site's first account."""
    return await make.user(is_admin=True)


class People:
    """Makes requests with sessions of Kratos."""

    def __init__(self, kratos: KratosServer, clients: Clients, make: Factory, clock: Clock) -> None:
        self.kratos, self._clients, self._make, self._clock = kratos, clients, make, clock

    async def known(self, **fields: object) -> tuple[User, str]:
        """Return the cookie of a session of somebody with an account."""
        user = await self._make.user(**fields)
        identity = self.kratos.add(user.email)
        async with self._make.work.begin() as ctx:
            (await ctx.db.get_one(User, user.id)).kratos_identity_id = identity
        return user, self.kratos.sign_in(identity, now=self._clock())

    def newcomer(self, email: str = "mio@example.com", **traits: object) -> str:
        """Return the cookie of a session of somebody without an account."""
        return self.kratos.sign_in(self.kratos.add(email, **traits), now=self._clock())  # type: ignore[arg-type]

    def browser(self, cookie: str, **headers: str) -> httpx.AsyncClient:
        return self._clients.browser(**{"Cookie": f"{COOKIE}={cookie}", **headers})

    def site(self, cookie: str) -> httpx.AsyncClient:
        return self._clients.site(**{"Cookie": f"{COOKIE}={cookie}"})


@pytest.fixture
def people(kratos: KratosServer, clients: Clients, make: Factory, clock: Clock) -> People:
    return People(kratos, clients, make, clock)


# --- newcomers --------------------------------------------------------------------------------------------------------


async def test_a_newcomer_chooses_a_username_and_is_known_from_then_on(people: People, do: Do):
    cookie = people.newcomer(name={"first": "Mio", "last": "Sato"})
    page = people.browser(cookie, **{"Accept-Language": "ja"})
    error(await page.get("me"), 401, "not_signed_in")
    claim = (await page.get("auth/claim")).json()
    assert claim == {
        "provider": {"id": "", "name": "127.0.0.1"},
        "username": "mio",
        "name": "Mio Sato",
        "email": "mio@example.com",
        "email_verified": True,
        "code_wanted": False,
    }
    response = await page.post("auth/claim", json={"username": "mio-s", "name": "Mio", "email": "x@example.com"})
    me = response.json()["me"]
    assert (response.status_code, me["username"], me["email"], me["locale"]) == (201, "mio-s", "mio@example.com", "ja")
    assert (me["email_verified"], me["has_password"], me["is_admin"]) == (True, False, False)
    assert me["account_page"] == f"{people.kratos.url}/self-service/settings/browser"
    assert "set-cookie" not in response.headers or COOKIE not in response.headers["set-cookie"]
    assert (await page.get("me")).json() == me
    error(await page.post("auth/claim", json={"username": "mio-2"}), 409, "identity_taken")
    error(await page.get("auth/claim"), 404, "session_not_found")
    async with do.work.begin() as ctx:
        identity = (await ctx.db.get_one(User, me["id"])).kratos_identity_id
    assert identity in people.kratos.identities


async def test_an_unverified_email_is_the_newcomers_to_give_and_ours_to_verify(people: People, make: Factory):
    await make.user(email="rin@example.com")
    cookie = people.kratos.sign_in(people.kratos.add("rin@example.com", verified=False))
    page = people.browser(cookie)
    assert (await page.get("auth/claim")).json()["email_verified"] is False
    body = {"username": "rin", "email": "rin@example.com"}
    error(await page.post("auth/claim", json=body), 409, "email_taken")
    made = (await page.post("auth/claim", json=body | {"email": "rin@example.net"})).json()["me"]
    assert (made["email"], made["email_verified"]) == ("rin@example.net", False)


@pytest.mark.parametrize("email", ["", None, "mio", 7])
async def test_newcomer_without_email_must_enter_one(people: People, email: object, make: Factory):
    await make.user()
    identity = people.kratos.add("mio@example.com")
    people.kratos.identities[identity]["traits"] = {"email": email, "name": {"last": None, "first": "Mio"}}
    address = {"value": email, "verified": True, "via": "email"}
    people.kratos.identities[identity]["verifiable_addresses"] = [{}, address]
    page = people.browser(people.kratos.sign_in(identity, now=people._clock()))
    claim = (await page.get("auth/claim")).json()
    assert (claim["email"], claim["email_verified"], claim["name"]) == ("", False, "Mio")
    error(await page.post("auth/claim", json={"username": "mio"}), 422, "email_invalid")
    made = (await page.post("auth/claim", json={"username": "mio", "email": "mio@example.net"})).json()["me"]
    assert (made["email"], made["email_verified"]) == ("mio@example.net", False)


async def test_an_email_finds_no_account(people: People, make: Factory):
    await make.user(email="mio@example.com")
    page = people.browser(people.newcomer())
    error(await page.get("auth/claim"), 409, "account_not_moved")
    error(await page.post("auth/claim", json={"username": "mio"}), 409, "account_not_moved")
    error(await page.get("me"), 401, "not_signed_in")


async def test_the_sites_first_person_is_its_admin(people: People, do: Do, first: User):
    async with do.work.begin() as ctx:
        await ctx.db.delete(await ctx.db.get_one(User, first.id))
    site = people.site(people.newcomer())
    assert (await site.get("/")).headers["location"] == "/sign-up?first"
    assert "/self-service/registration/browser?" in (await site.get("/sign-up?first")).headers["location"]
    made = await people.browser(people.newcomer("ada@example.com")).post("auth/claim", json={"username": "ada"})
    assert made.json()["me"]["is_admin"] is True


async def test_where_newcomers_must_be_invited_a_link_lets_them_in(people: People, make: Factory, do: Do):
    master = await make.actor()
    room = await make.room({Role.MASTER: master})
    link = await do(master, create_invite_link, room.id)
    do.work.policy = do.work.policy.__class__(sign_up="invite", account_page="https://id.example")
    page = people.browser(people.newcomer())
    error(await page.get("auth/claim"), 403, "sign_up_by_invitation")
    error(await page.post("auth/claim", json={"username": "mio"}), 403, "sign_up_by_invitation")
    error(await page.get("auth/claim?invitation=none"), 404, "invite_link_not_found")
    assert (await page.get("auth/claim", params={"invitation": link.token})).status_code == 200
    made = await page.post("auth/claim", json={"username": "mio", "invitation": link.token})
    assert made.status_code == 201
    assert [each["id"] for each in (await page.get("rooms")).json()["items"]] == [str(room.id)]


async def test_declined_claim_ends_session(people: People):
    cookie = people.newcomer()
    page = people.browser(cookie)
    assert (await page.delete("auth/claim")).status_code == 204
    await until(lambda: not people.kratos.session_of(cookie)["active"])
    error(await page.get("auth/claim"), 404, "claim_not_found")


async def test_suspended_person_sees_reason_on_claim(people: People, do: Do, parts: Runtime):
    user, cookie = await people.known()
    page = people.browser(cookie)
    assert (await page.get("me")).status_code == 200
    await do(None, _suspend, user)
    error(await page.get("auth/claim"), 403, "account_suspended")
    assert (await page.delete("auth/claim")).status_code == 204
    await until(lambda: not people.kratos.session_of(cookie)["active"])


async def _suspend(ctx: object, user: User) -> None:
    (await ctx.db.get_one(User, user.id)).suspended_at = ctx.now  # type: ignore[attr-defined]


async def test_who_deletes_the_account_may_come_again_asfirst_new(people: People, do: Do):
    user, cookie = await people.known()
    page = people.browser(cookie)
    assert (await page.request("DELETE", "me", json={"password": ""})).status_code == 204
    await until(lambda: not people.kratos.session_of(cookie)["active"])
    again = people.browser(people.kratos.sign_in(people.kratos.session_of(cookie)["identity_id"]))
    made = (await again.post("auth/claim", json={"username": "anew"})).json()["me"]
    assert made["id"] != str(user.id)


# --- an email that changes --------------------------------------------------------------------------------------------


async def test_an_email_follows_once_it_is_verified(people: People, clock: Clock):
    user, cookie = await people.known()
    page, identity = people.browser(cookie), people.kratos.session_of(cookie)["identity_id"]

    async def email() -> tuple[str, bool]:
        clock.now += FRESH
        me = (await page.get("me")).json()
        return me["email"], me["email_verified"]

    assert await email() == (user.email, True)
    people.kratos.verify(identity, "new@example.com", verified=False)
    assert await email() == (user.email, True)
    people.kratos.verify(identity, "New@Example.com")
    assert await email() == ("new@example.com", True)


@pytest.mark.parametrize("email", ["ben@example.com", "not an email", ""])
async def test_but_not_tofirst_elses_nor_to_none(people: People, make: Factory, clock: Clock, email: str):
    await make.user(email="ben@example.com")
    user, cookie = await people.known()
    people.kratos.verify(people.kratos.session_of(cookie)["identity_id"], email)
    assert (await people.browser(cookie).get("me")).json()["email"] == user.email


# --- what goes wrong there --------------------------------------------------------------------------------------------


async def test_unreachable_kratos_admits_nobody(people: People, clock: Clock, parts: Runtime, do: Do):
    _, cookie = await people.known()
    page = people.browser(cookie, **{"Accept-Language": "ja"})
    actor = await actor_from_cookie_header(parts.auth, parts.work, f"{COOKIE}={cookie}")
    assert actor
    people.kratos.down = True
    assert (await page.get("me")).status_code == 200  # it was asked just now
    clock.now += FRESH
    for response in (await page.get("me"), await page.get("auth/claim"), await page.post("auth/logout")):
        error(response, 503, "auth_unavailable")
        assert "応答しない" in response.json()["error"]["message"]
    moved = await people.site(cookie).get("/r/1?x=2")
    told = "/welcome?error=auth_unavailable&next=/r/1"
    assert moved.headers["location"] == told
    assert (await people.site(cookie).get("/sign-in?next=/r/1")).headers["location"] == told
    await parts.auth.recheck(parts.work, {actor.session_id})
    assert await do(None, recognise_session, actor.session_id) == actor
    clock.now += LEASE
    await parts.auth.recheck(parts.work, {actor.session_id})
    assert await do(None, recognise_session, actor.session_id) is None
    assert await do(None, ended_sessions, {actor.session_id}) == {actor.session_id}
    people.kratos.down = False
    assert (await page.get("me")).status_code == 200
    assert await do(None, recognise_session, actor.session_id) == actor


async def test_nor_does_a_tab_connect(people: People, parts: Runtime, clock: Clock):
    (_, cookie), sockets = await people.known(), Sockets(parts)
    assert await sockets.open(cookie) == 101
    people.kratos.down = True
    clock.now += FRESH
    assert await sockets.open(cookie) == 503
    assert await sockets.open() == 101  # a stranger's, who is nobody's business
    await sockets.close(2)


@pytest.mark.parametrize(
    "odd", [[], {"active": True}, {"active": True, "id": "x", "identity": {"id": "y", "traits": {}}}, "text", 1]
)
async def test_what_is_no_session_is_an_outage(people: People, odd: object):
    _, cookie = await people.known()
    people.kratos.odd = odd
    error(await people.browser(cookie).get("me"), 503, "auth_unavailable")


async def test_one_that_is_not_there_is_an_outage(worker_database: str):
    with KratosServer() as gone:
        told = gone.settings
    parts = _build(worker_database, told)
    try:
        with pytest.raises(Exception, match="auth_unavailable"):
            await actor_from_cookie_header(parts.auth, parts.work, f"{COOKIE}=x")
    finally:
        await parts.stop()


def _build(database: str, told: dict[str, str]) -> Runtime:
    from chat_app.bootstrap import build

    return build(Settings(_env_file=None, database_url=database, **told))


async def test_a_session_that_wants_a_second_factor_is_sent_to_give_it(people: People, parts: Runtime, clock: Clock):
    _, cookie = await people.known()
    page = people.browser(cookie)
    assert (await page.get("me")).status_code == 200
    people.kratos.session_of(cookie)["aal_missing"] = True
    clock.now += FRESH
    error(await page.get("me"), 401, "not_signed_in")
    error(await page.get("auth/claim"), 401, "second_factor_wanted")
    assert (await people.site(cookie).get("/")).headers["location"] == "/sign-in"
    query = parse_qs(urlsplit((await people.site(cookie).get("/sign-in")).headers["location"]).query)
    assert query == {"return_to": [f"{ORIGIN}/welcome"], "aal": ["aal2"]}


async def test_ended_session_stays_ended_while_kratos_is_away(people: People, parts: Runtime, clock: Clock):
    _, cookie = await people.known()
    page = people.browser(cookie)
    assert (await page.get("me")).status_code == 200
    people.kratos.down = True
    assert (await page.post("auth/logout")).status_code == 204
    for background in parts.slow:
        await background.stop()  # that is, once it has been tried
    people.kratos.down = False
    assert people.kratos.session_of(cookie)["active"] is True
    for _ in range(2):
        error(await page.get("me"), 401, "not_signed_in")
        clock.now += FRESH
    error(await page.get("auth/claim"), 404, "session_not_found")
    assert (await page.delete("auth/claim")).status_code == 204
    await until(lambda: not people.kratos.session_of(cookie)["active"])


async def test_an_identity_that_is_switched_off_is_out(people: People, clock: Clock, parts: Runtime, do: Do):
    _, cookie = await people.known()
    actor = await actor_from_cookie_header(parts.auth, parts.work, f"{COOKIE}={cookie}")
    assert actor
    people.kratos.identities[people.kratos.session_of(cookie)["identity_id"]]["state"] = "inactive"
    clock.now += FRESH
    await parts.auth.recheck(parts.work, {actor.session_id})
    assert await do(None, recognise_session, actor.session_id) is None


# --- how often, and by whom -------------------------------------------------------------------------------------------


async def test_it_is_asked_once_a_minute_and_never_by_events(people: People, clock: Clock, parts: Runtime, do: Do):
    _, cookie = await people.known()
    page = people.browser(cookie)
    for _ in range(5):
        assert (await page.get("me")).status_code == 200
    actor = await actor_from_cookie_header(parts.auth, parts.work, f"{COOKIE}={cookie}")
    assert actor
    for _ in range(5):
        assert await do(None, recognise_session, actor.session_id)
        await parts.auth.recheck(parts.work, {actor.session_id})
    assert people.kratos.requests == ["GET /sessions/whoami"]
    clock.now += FRESH
    await parts.auth.recheck(parts.work, {actor.session_id})
    assert people.kratos.requests[1:] == [f"GET /admin/sessions/{actor.session_id}"]


async def test_strangers_and_api_tokens_are_nothing_to_it(people: People, clients: Clients):
    _, cookie = await people.known()
    made = await people.browser(cookie).post("me/api-tokens", json={"name": "x", "scopes": ["read"], "password": ""})
    assert made.status_code == 201
    people.kratos.down = True
    assert (await clients(made.json()["token"]).get("me")).status_code == 200
    error(await clients().get("me"), 401, "not_signed_in")
    error(await clients("a.b.c").get("me"), 401, "not_signed_in")


async def test_a_new_cookie_of_the_same_session_is_the_same_session(people: People, parts: Runtime):
    _, cookie = await people.known()
    first = await actor_from_cookie_header(parts.auth, parts.work, f"{COOKIE}={cookie}")
    people.kratos.cookies["another"] = people.kratos.cookies[cookie]
    assert await actor_from_cookie_header(parts.auth, parts.work, f"{COOKIE}=another") == first
    async with parts.work.begin() as ctx:
        assert (await ctx.db.execute(update(UserSession).values(user_agent="x"))).rowcount == 1


# --- what is not Parley's business ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "flow", "back"),
    [
        ("/sign-in?next=/r/1", "login", "/welcome?next=/r/1"),
        ("/sign-in", "login", "/welcome"),
        ("/sign-in?next=//evil.example", "login", "/welcome"),
        ("/sign-up?next=/join/abc", "registration", "/welcome?next=/join/abc"),
        ("/forgot-password", "login", "/welcome"),
        ("/reset-password", "login", "/welcome"),
    ],
)
async def test_people_sign_in_and_up_there(clients: Clients, kratos: KratosServer, path: str, flow: str, back: str):
    response = await clients.site().get(path)
    target = urlsplit(response.headers["location"])
    assert (response.status_code, f"{target.scheme}://{target.netloc}") == (302, kratos.url)
    assert target.path == f"/self-service/{flow}/browser"
    assert parse_qs(target.query) == {"return_to": [f"{ORIGIN}{back}"]}


async def test_passwords_are_refused(people: People, clients: Clients):
    user, cookie = await people.known()
    page = people.browser(cookie)
    asked = {
        "auth/register": {"email": "a@example.com", "username": "abc", "password": "a long password here"},
        "auth/login": {"login": user.username, "password": PASSWORD},
        "auth/refresh": {"refresh_token": "x"},
        "auth/forgot-password": {"email": user.email},
        "auth/reset-password": {"token": "x", "password": "a long password here"},
        "me/email": {"email": "a@example.com", "password": PASSWORD},
        "me/password": {"password": PASSWORD, "new_password": "a long password here"},
        "me/two-factor": {"password": PASSWORD},
        "me/two-factor/confirm": {"code": "123456"},
        "me/two-factor/recovery-codes": {"password": PASSWORD},
        "me/two-factor/disable": {"password": PASSWORD},
    }
    for path, body in asked.items():
        error(await page.post(path, json=body), 403, "accounts_kept_elsewhere")
    assert (await clients().get("auth/providers")).json() == {"items": [], "next": ""}


async def test_what_is_dangerous_needs_a_sign_in_of_just_now(people: People, clock: Clock):
    _, cookie = await people.known()
    page = people.browser(cookie)
    clock.now += PROVED
    assert (await page.post("me/api-tokens", json=_token())).status_code == 201
    clock.advance(seconds=1)
    error(await page.post("me/api-tokens", json=_token()), 403, "sign_in_again")
    error(await page.request("DELETE", "me", json={"password": PASSWORD}), 403, "sign_in_again")


def _token() -> dict[str, object]:
    return {"name": "x", "scopes": ["read"], "password": ""}
