"""Test who may make an account: the rules, allowed domains, approval, and invitations to the site."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from chat_app.core.access.permissions import Role
from chat_app.core.accounts.tables import User
from chat_app.core.auth.addresses import verify_email
from chat_app.core.auth.sessions.commands import recognise, sign_in
from chat_app.core.directory.members import make_member
from chat_app.core.identities.commands import keep_claim
from chat_app.core.identities.ports import ProviderProfile
from chat_app.core.invitations.links import create_invite_link, join_by_link
from chat_app.core.invitations.newcomers import sign_up
from chat_app.core.kernel.policy import Policy
from chat_app.core.mail.commands import path_of
from chat_app.core.mail.tables import Mail
from chat_app.core.people.search import find_person, list_people
from chat_app.core.site.approving import approve_user, decline_user
from chat_app.core.site.invitations import invite_to_site, list_site_invitations, revoke_site_invitation
from tests.core.identities.test_identities import HERE
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do

SECRET = "correct-horse-battery"


def policy(make: Factory, **rules: object) -> None:
    make.work.policy = replace(make.work.policy, **rules)


async def newcomer(do: Do, name: str, email: str = "", token: str = "") -> User:
    fields = {"email": email or f"{name}@example.com", "username": name, "password": SECRET, "invitation": token}
    user, session = await do(None, sign_up, **fields)
    assert bool(session) is (user.waits_for is None)
    return user


async def mails(make: Factory, kind: str) -> list[Mail]:
    async with make.work.begin() as ctx:
        return list(await ctx.db.scalars(select(Mail).where(Mail.kind == kind)))  # type: ignore[arg-type]


async def test_first_account_comes_whatever_the_rules(do: Do, make: Factory):
    policy(make, sign_up="closed", sign_up_domains=("example.org",), sign_up_approval=True, mail_leaves=True)
    user = await newcomer(do, "first")
    assert (user.waits_for, user.site_roles) == (None, ["admin"])


@pytest.mark.parametrize(("rule", "code"), [("invite", "sign_up_by_invitation"), ("closed", "sign_up_closed")])
async def test_only_an_invitation_opens_a_closed_site(do: Do, make: Factory, rule: str, code: str):
    admin = await make.actor(is_admin=True)
    policy(make, sign_up=rule, sign_up_domains=("example.org",), sign_up_approval=True)
    assert await code_of(newcomer(do, "alone")) == code
    made = await do(admin, invite_to_site, roles=["auditor"])
    user = await newcomer(do, "asked", token=made.path.removeprefix("/join/"))
    assert (user.waits_for, user.site_roles) == (None, ["auditor"])


async def test_waiting_account_joins_its_room_only_after_approval(do: Do, make: Factory):
    admin, other = await make.actor(is_admin=True), await make.actor()
    room = await make.room({Role.MASTER: admin})
    link = await do(admin, create_invite_link, room.id, role="guest", max_uses=1)
    policy(make, sign_up_approval=True)
    fields = {"email": "aiko@example.com", "username": "aiko", "password": SECRET, "invitation": link.token}
    user, session = await do(other, sign_up, **fields)  # in the browser of somebody who is signed in
    assert (user.waits_for, session) == ("approval", "")
    assert [mail.address for mail in await mails(make, "verifyEmail")] == ["aiko@example.com"]
    await do(admin, approve_user, user.id)
    aiko, _ = await do(None, sign_in, "aiko", SECRET)
    assert (await do(aiko, join_by_link, link.token)).id == room.id  # which nobody has used


async def test_other_domains_are_refused(do: Do, make: Factory):
    await make.user()
    policy(make, sign_up_domains=("example.org", "sub.example.net"))
    for email in ("a@example.com", "a@sub.example.org", "a@example.net", "a@xexample.org"):
        assert await code_of(newcomer(do, "aiko", email)) == "sign_up_domain"
    assert (await newcomer(do, "aiko", "a@Example.org")).waits_for is None  # no mail leaves, so nothing can be proven


async def test_a_domain_of_other_letters_is_allowed_however_it_is_written(do: Do, make: Factory):
    await make.user()
    policy(make, sign_up_domains=("xn--r8jz45g.jp", "xn--fa-hia.example"))  # as settings have them
    for number, email in enumerate(("a@例え.jp", "b@xn--r8jz45g.jp", "c@例え。jp", "d@faß.example")):
        assert (await newcomer(do, f"reader{number}", email)).waits_for is None
    assert await code_of(newcomer(do, "ben", "a@fass.example")) == "sign_up_domain"


async def test_an_address_of_an_allowed_domain_is_proven_first(do: Do, make: Factory):
    await make.user()
    policy(make, sign_up_domains=("example.org",), sign_up_approval=True, mail_leaves=True)
    user = await newcomer(do, "aiko", "aiko@example.org")
    assert user.waits_for == "address"
    assert await code_of(do(None, sign_in, "aiko", SECRET)) == "account_waits_address"
    (mail,) = await mails(make, "verifyEmail")
    await do(None, verify_email, path_of(mail, make.work.policy.keys).partition("#")[2])
    assert await code_of(do(None, sign_in, "aiko", SECRET)) == "account_waits_approval"


async def test_account_that_waits_cannot_be_used_until_it_is_approved(do: Do, make: Factory):
    admin, other = await make.actor(is_admin=True), await make.actor()
    policy(make, sign_up_approval=True)
    user = await newcomer(do, "aiko")
    assert await code_of(do(None, sign_in, "aiko", SECRET)) == "account_waits_approval"
    assert await code_of(do(None, sign_in, "aiko", "wrong-horse-battery")) == "bad_credentials"
    assert await code_of(do(other, find_person, "aiko")) == "user_not_found"
    assert user.id not in {each.id for each in (await do(other, list_people))[0]}
    assert await code_of(do(other, approve_user, user.id)) == "not_found"
    await do(admin, approve_user, user.id)
    assert await code_of(do(admin, approve_user, user.id)) == "account_not_waiting"
    assert len(await mails(make, "accountApproved")) == 1
    _, token = await do(None, sign_in, "aiko", SECRET)
    assert await do(None, recognise, token)


async def test_declined_account_is_deleted_and_may_come_again(do: Do, make: Factory):
    admin = await make.actor(is_admin=True)
    policy(make, sign_up_approval=True)
    user = await newcomer(do, "aiko")
    await do(admin, decline_user, user.id)
    assert len(await mails(make, "accountDeclined")) == 1
    assert await code_of(do(admin, decline_user, user.id)) == "user_not_found"
    assert (await newcomer(do, "aiko")).waits_for == "approval"


async def test_account_in_use_cannot_be_declined(do: Do, make: Factory):
    admin, other = await make.actor(is_admin=True), await make.actor()
    assert await code_of(do(admin, decline_user, other.user_id)) == "account_not_waiting"


async def test_providers_obey_the_rules_and_directories_do_not(do: Do, make: Factory):
    await make.user()
    profile = ProviderProfile("https://id.example", "1", "aiko@example.com", True, "aiko", "Aiko")
    policy(make, sign_up_domains=("example.org",), sign_up_approval=True, mail_leaves=True)
    assert await code_of(do(None, keep_claim, HERE, profile, "/")) == "sign_up_domain"
    async with make.work.begin() as ctx:
        assert (await make_member(ctx, profile, locale="en")).waits_for is None


async def test_invitation_works_once_within_its_days(do: Do, make: Factory, clock: Clock):
    admin = await make.actor(is_admin=True)
    policy(make, sign_up="closed")
    made = await do(admin, invite_to_site, email="Aiko@example.com", days=2)
    token = made.path.removeprefix("/join/")
    assert [each.email for each in await do(admin, list_site_invitations)] == ["aiko@example.com"]
    user = await newcomer(do, "aiko", "aiko@example.com", token)
    assert user.email_verified_at is not None
    assert await code_of(newcomer(do, "ben", token=token)) == "site_invitation_not_found"
    late = await do(admin, invite_to_site, days=2)
    clock.advance(days=2, seconds=1)
    assert await code_of(newcomer(do, "chloe", token=late.path.removeprefix("/join/"))) == "site_invitation_not_found"
    assert await do(admin, list_site_invitations) == []


async def test_revoked_invitation_no_longer_works(do: Do, make: Factory):
    admin = await make.actor(is_admin=True)
    made = await do(admin, invite_to_site)
    await do(admin, revoke_site_invitation, made.invitation.id)
    assert await code_of(newcomer(do, "aiko", token=made.path.removeprefix("/join/"))) == "site_invitation_not_found"
    assert await code_of(do(admin, revoke_site_invitation, made.invitation.id)) == "site_invitation_not_found"


@pytest.mark.parametrize("gone", ["suspended_at", "deleted_at", "site_roles"])
async def test_invitation_ends_with_the_right_to_invite_of_whoever_made_it(
    do: Do, make: Factory, clock: Clock, gone: str
):
    """Else an admin who is let go would come back as one by an invitation of their own."""
    admin, boss = await make.actor(is_admin=True), await make.actor(is_admin=True)
    made = await do(admin, invite_to_site, roles=["admin"])
    async with make.work.begin() as ctx:
        setattr(await ctx.db.get_one(User, admin.user_id), gone, [] if gone == "site_roles" else clock.now)
    assert await do(boss, list_site_invitations) == []
    assert await code_of(newcomer(do, "aiko", token=made.path.removeprefix("/join/"))) == "site_invitation_not_found"


async def test_invitation_is_refused_for_an_address_in_use_and_for_unknown_roles(do: Do, make: Factory):
    admin = await make.actor(is_admin=True)
    other = await make.user()
    assert await code_of(do(admin, invite_to_site, email=other.email)) == "email_taken"
    assert await code_of(do(admin, invite_to_site, roles=["emperor"])) == "choice_invalid"
    assert await code_of(do(admin, invite_to_site, days=0)) == "setting_number_invalid"


def test_policy_without_settings_is_open():
    assert Policy().sign_up == "open"
