"""Newcomers whose sessions an Ory Kratos keeps, and their email."""

import pytest

from chat_app.adapters.auth.kratos.service import FRESH
from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.invitations.links import create_invite_link
from tests.api.expect import error
from tests.api.kratos.people import People
from tests.kratos.server import COOKIE
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.support.waiting import until

pytestmark = pytest.mark.slow


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


async def test_invite_link_admits_newcomer_to_an_invite_only_site(people: People, make: Factory, do: Do):
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


async def test_person_can_sign_up_again_after_deletion(people: People, do: Do):
    user, cookie = await people.known()
    page = people.browser(cookie)
    assert (await page.request("DELETE", "me", json={"password": ""})).status_code == 204
    await until(lambda: not people.kratos.session_of(cookie)["active"])
    again = people.browser(people.kratos.sign_in(people.kratos.session_of(cookie)["identity_id"]))
    made = (await again.post("auth/claim", json={"username": "anew"})).json()["me"]
    assert made["id"] != str(user.id)


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
async def test_an_email_of_somebody_else_or_none_does_not_follow(
    people: People, make: Factory, clock: Clock, email: str
):
    await make.user(email="ben@example.com")
    user, cookie = await people.known()
    people.kratos.verify(people.kratos.session_of(cookie)["identity_id"], email)
    assert (await people.browser(cookie).get("me")).json()["email"] == user.email
