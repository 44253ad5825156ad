"""Sessions that an Ory Kratos keeps: its failures, and how often it is asked."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update

from chat_app.adapters.auth.kratos.service import FRESH
from chat_app.bootstrap import Runtime
from chat_app.core.auth.sessions.commands import ended_sessions, recognise_session
from chat_app.core.auth.tables import UserSession
from chat_app.core.identities.sign_in.vouched import LEASE
from chat_app.settings import Settings
from chat_app.web_session import actor_from_cookie_header
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.api.kratos.people import People
from tests.api.test_event_socket import Sockets
from tests.kratos.server import COOKIE, KratosServer
from tests.support.clock import Clock
from tests.support.use_cases import Do
from tests.support.waiting import until

pytestmark = pytest.mark.slow


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


async def test_tab_does_not_connect_while_kratos_is_away(people: People, parts: Runtime, clock: Clock):
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
async def test_invalid_session_answer_is_outage(people: People, odd: object):
    _, cookie = await people.known()
    people.kratos.odd = odd
    error(await people.browser(cookie).get("me"), 503, "auth_unavailable")


async def test_missing_kratos_is_an_outage(worker_database: str):
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


async def test_person_with_inactive_identity_is_signed_out(people: People, clock: Clock, parts: Runtime, do: Do):
    _, cookie = await people.known()
    actor = await actor_from_cookie_header(parts.auth, parts.work, f"{COOKIE}={cookie}")
    assert actor
    people.kratos.identities[people.kratos.session_of(cookie)["identity_id"]]["state"] = "inactive"
    clock.now += FRESH
    await parts.auth.recheck(parts.work, {actor.session_id})
    assert await do(None, recognise_session, actor.session_id) is None


async def test_kratos_is_asked_once_a_minute_and_never_by_events(people: People, clock: Clock, parts: Runtime, do: Do):
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


async def test_kratos_is_not_asked_about_strangers_and_api_tokens(people: People, clients: Clients):
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
