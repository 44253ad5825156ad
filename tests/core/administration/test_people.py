"""The staff find people and change their accounts."""

import asyncio

import pytest
from sqlalchemy import select, text

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.administration.commands import delete_user, reset_second_factor, set_site_roles, sign_out_user
from chat_app.core.administration.log.queries import AuditFilter, list_audit
from chat_app.core.administration.people import list_accounts, view_account
from chat_app.core.auth.sessions.commands import recognise_session
from chat_app.core.auth.tables import Authenticator
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.pages import NamePlace, Place
from chat_app.core.mail.tables import Mail
from chat_app.core.payments.tables import Subscription
from chat_app.core.rooms.tables import Member
from chat_app.core.safety.suspending import restore_user, suspend_user
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do


@pytest.fixture
async def admin(make: Factory) -> Actor:
    return await make.actor(username="grace", is_admin=True)


async def mails(do: Do) -> list[str]:
    async with do.work.begin() as ctx:
        return sorted(mail.kind for mail in await ctx.db.scalars(select(Mail)))


async def names(do: Do, actor: Actor, **wanted: object) -> list[str]:
    return [each.username for each in (await do(actor, list_accounts, **wanted))[0]]


async def test_people_are_found_by_words_role_and_state(do: Do, make: Factory, admin: Actor):
    ben = await make.actor(username="ben", name="Ben Miller", email="ben@tea.example")
    await make.actor(username="aiko", name="愛子", site_roles=["moderator"])
    await do(admin, suspend_user, ben.user_id, "Spam")
    assert await names(do, admin, words="mill") == ["ben"]
    assert await names(do, admin, words="愛") == ["aiko"]
    assert await names(do, admin, words="tea.example") == ["ben"]
    assert await names(do, admin, role="moderator") == ["aiko"]
    assert await names(do, admin, state="suspended") == ["ben"]
    assert await names(do, admin, state="staff") == ["grace", "aiko"]
    assert await names(do, admin, words="% _") == []
    assert await names(do, admin, role="\0\ud800") == []


@pytest.mark.parametrize("order", ["name", "newest"])
async def test_pages_follow_one_another(do: Do, make: Factory, admin: Actor, order: str):
    for number in range(4):
        await make.actor(username=f"aiko{number}", name="Aiko")
    seen, after, more = [], None, True
    while more:
        page, more = await do(admin, list_accounts, order=order, after=after, limit=2)
        seen += [each.username for each in page]
        last = page[-1]
        after = NamePlace(last.name, last.username) if order == "name" else Place(last.created_at, last.id)
    assert len(seen) == len(set(seen)) == 5
    assert order != "name" or seen == ["aiko0", "aiko1", "aiko2", "aiko3", "grace"]


async def test_roles_are_given_and_taken_and_logged(do: Do, make: Factory, admin: Actor):
    ben = await make.actor(username="ben")
    await do(admin, set_site_roles, ben.user_id, ["auditor", "moderator"])
    recognised = await do(None, recognise_session, ben.session_id)
    assert recognised
    assert recognised.site_roles == {"moderator", "auditor"}
    await do(admin, set_site_roles, ben.user_id, ["auditor"])
    entries = (await do(admin, list_audit, AuditFilter(person="ben", action="change_roles"))).items
    assert [entry.details for entry in entries] == [
        {"given": [], "taken": ["moderator"]},
        {"given": ["auditor", "moderator"], "taken": []},
    ]
    assert await mails(do) == ["rolesChanged"] * 2


async def test_own_roles_cannot_be_raised_and_the_last_admin_stays(do: Do, make: Factory, admin: Actor):
    assert await code_of(do(admin, set_site_roles, admin.user_id, ["admin", "billing"])) == "not_on_oneself"
    assert await code_of(do(admin, set_site_roles, admin.user_id, [])) == "last_admin"
    assert await code_of(do(admin, set_site_roles, admin.user_id, ["king"])) == "site_role_invalid"
    other = await make.actor(is_admin=True)
    suspended = await make.actor(is_admin=True)
    async with do.work.begin() as ctx:
        (await ctx.db.get_one(User, suspended.user_id)).suspended_at = ctx.now
    await do(admin, set_site_roles, other.user_id, [])
    assert await code_of(do(admin, set_site_roles, admin.user_id, [])) == "last_admin"


async def test_two_admins_removing_each_other_leave_one(do: Do, make: Factory, admin: Actor):
    other = await make.actor(is_admin=True)
    results = await asyncio.gather(
        do(admin, set_site_roles, other.user_id, []),
        do(other, set_site_roles, admin.user_id, []),
        return_exceptions=True,
    )
    assert [type(each) for each in results if isinstance(each, DomainError)], results
    async with do.work.begin() as ctx:
        roles = [(await ctx.db.get_one(User, each.user_id)).site_roles for each in (admin, other)]
    assert sorted(roles) == [[], ["admin"]]


async def test_suspending_tells_the_reason_and_ends_sessions(do: Do, make: Factory, admin: Actor):
    ben, moderator = await make.actor(username="ben"), await make.actor(site_roles=["moderator"])
    assert await code_of(do(admin, suspend_user, ben.user_id, " ")) == "reason_required"
    assert await code_of(do(moderator, suspend_user, admin.user_id, "No")) == "not_allowed"
    await do(moderator, suspend_user, ben.user_id, "Spam in three rooms")
    assert await do(None, recognise_session, ben.session_id) is None
    assert (await do(admin, view_account, ben.user_id)).reason == "Spam in three rooms"
    await do(moderator, restore_user, ben.user_id)
    assert (await do(admin, view_account, ben.user_id)).reason == ""
    assert await mails(do) == ["accountRestored", "accountSuspended"]


async def test_a_lost_second_factor_is_reset(do: Do, make: Factory, admin: Actor):
    ben = await make.actor(username="ben")
    async with do.work.begin() as ctx:
        lives = {"created_at": ctx.now, "confirmed_at": ctx.now, "last_step": 0}
        ctx.db.add(Authenticator(user_id=ben.user_id, sealed_secret=b"x", **lives))
    assert (await do(admin, view_account, ben.user_id)).account.two_factor
    assert await code_of(do(admin, reset_second_factor, admin.user_id)) == "not_on_oneself"
    await do(admin, reset_second_factor, ben.user_id)
    assert not (await do(admin, view_account, ben.user_id)).account.two_factor
    assert await mails(do) == ["twoFactorOff"]


async def test_all_sessions_of_somebody_end(do: Do, make: Factory, admin: Actor):
    ben = await make.actor(username="ben")
    await make.session(ben)
    assert await do(admin, sign_out_user, ben.user_id) == 2
    assert await do(None, recognise_session, ben.session_id) is None


async def test_a_deleted_persons_rooms_get_other_masters(do: Do, make: Factory, admin: Actor):
    ben, chloe, dai = [await make.actor(username=each) for each in ("ben", "chloe", "dai")]
    room = await make.room({Role.MASTER: ben, Role.MEMBER: chloe, Role.ADMIN: dai})
    assert await code_of(do(admin, delete_user, ben.user_id, "chloe")) == "username_differs"
    await do(admin, delete_user, ben.user_id, "@ben")
    async with do.work.begin() as ctx:
        assert (await ctx.db.get_one(Member, (room.id, dai.user_id))).role == Role.MASTER
        user = await ctx.db.get_one(User, ben.user_id)
        assert (user.name, user.deleted_at is None) == ("", False)
    assert await mails(do) == ["accountDeleted"]
    [entry] = (await do(admin, list_audit, AuditFilter(action="delete_user"))).items
    assert entry.details == {"username": "ben"}
    assert await code_of(do(admin, view_account, ben.user_id)) == "user_not_found"


async def test_deleting_somebody_ends_their_subscription_and_no_other(do: Do, make: Factory, admin: Actor):
    ben = await make.actor(username="ben")
    async with make.work.begin() as ctx:
        plan = {"payment_rail": "stripe", "plan": "plus", "status": "active", "cancels": False}
        money = {"amount": 5, "currency": "usd", "looked_at": ctx.now, "created_at": ctx.now}
        for who in (admin, ben):
            ctx.db.add(Subscription(user_id=who.user_id, reference=who.person.username, **plan, **money))
    await do(admin, delete_user, ben.user_id, "ben")
    async with make.work.begin() as ctx:
        named = await ctx.db.scalars(text("SELECT args->>'subscription' FROM procrastinate_jobs"))
        assert [each for each in named if each] == ["ben"]


async def test_admins_are_not_deleted(do: Do, make: Factory, admin: Actor):
    other = await make.actor(username="ben", is_admin=True)
    assert await code_of(do(admin, delete_user, other.user_id, "ben")) == "is_site_admin"
    assert await code_of(do(admin, delete_user, admin.user_id, "grace")) == "not_on_oneself"
