"""Accounts elsewhere: signing in, claiming, linking and unlinking."""

import asyncio
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import delete, select

from chat_app.core.accounts.tables import User
from chat_app.core.auth.password_changes import mail_reset_link
from chat_app.core.auth.sessions.commands import begin_session
from chat_app.core.identities.commands import (
    claim_account,
    keep_claim,
    link_identity,
    linked_user,
    unlink_identity,
)
from chat_app.core.identities.passwords import recover_account
from chat_app.core.identities.ports import ProviderProfile, SignInRedirect
from chat_app.core.identities.queries import my_identities, view_claim
from chat_app.core.identities.sign_in.attempts import forget_attempts, note_departure, take_attempt, verifier_of
from chat_app.core.identities.tables import Identity, SignInAttempt
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.policy import Policy
from chat_app.core.mail.tables import MailKind
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.post import link_token
from tests.support.refusal import refused
from tests.support.use_cases import Do


@dataclass(frozen=True)
class Named:
    """A provider with the parts that the core needs."""

    id: str = "oidc"
    name: str = "OpenID"
    issuer: str = "https://id.example"


HERE, OTHER = Named(), Named("github", "GitHub", "https://github.com")
MIO = ProviderProfile(HERE.issuer, "42", "mio@id.example", True, "Mio.Sato", "Mio Sato")
LEFT = SignInRedirect("https://id.example/auth", "a state", "a nonce", "a verifier")
OFFERED = [HERE.issuer, OTHER.issuer]


@pytest.fixture(autouse=True)
async def _somebody(make: Factory, work: UnitOfWork) -> None:
    """Create the site's first account, with no sign-in under way."""
    await make.user()
    async with work.begin() as ctx:
        await ctx.db.execute(delete(SignInAttempt))


async def claimed(do: Do, profile: ProviderProfile = MIO, **fields: str) -> User:
    token = await do(None, keep_claim, HERE, profile, "/")
    return await do(None, claim_account, token, **({"username": "mio"} | fields))


# --- leaving and coming back -----------------------------------------------------------------------------------------


async def test_a_departure_is_returned_from_once(do: Do):
    await do(None, note_departure, HERE, LEFT, "browser", "/r/1")
    attempt = await do(None, take_attempt, HERE, "a state", "browser")
    assert (attempt.nonce, attempt.path, attempt.user_id) == ("a nonce", "/r/1", None)
    assert "verifier" not in attempt.code_verifier
    async with do.work.begin() as ctx:
        assert verifier_of(ctx, attempt) == "a verifier"
        ctx.policy = Policy()  # of a site that has lost its key
        with refused("sign_in_expired"):
            verifier_of(ctx, attempt)
    with refused("sign_in_expired"):
        await do(None, take_attempt, HERE, "a state", "browser")


@pytest.mark.parametrize(
    ("provider", "state", "browser"),
    [(HERE, "another state", "browser"), (HERE, "a state", "another browser"), (OTHER, "a state", "browser")],
)
async def test_only_the_browser_that_left_comes_back_to_where_it_left_from(
    do: Do, provider: Named, state: str, browser: str
):
    await do(None, note_departure, HERE, LEFT, "browser", "/")
    with refused("sign_in_expired"):
        await do(None, take_attempt, provider, state, browser)
    await do(None, take_attempt, HERE, "a state", "browser")


async def test_expired_attempt_is_refused_and_deleted(do: Do, clock: Clock):
    await do(None, note_departure, HERE, LEFT, "browser", "/")
    clock.advance(minutes=16)
    with refused("sign_in_expired"):
        await do(None, take_attempt, HERE, "a state", "browser")
    await do(None, note_departure, HERE, replace(LEFT, state="new"), "browser", "/")
    await do(None, forget_attempts)
    async with do.work.begin() as ctx:
        assert len((await ctx.db.scalars(select(SignInAttempt))).all()) == 1


async def test_two_that_come_back_with_the_same_state_are_one(do: Do):
    await do(None, note_departure, HERE, LEFT, "browser", "/")
    back = [do(None, take_attempt, HERE, "a state", "browser") for _ in range(4)]
    assert sorted(codes(await asyncio.gather(*back, return_exceptions=True))) == ["", *["sign_in_expired"] * 3]


def codes(results: list[object]) -> list[str]:
    """Return each outcome's error code: "" for success."""
    assert all(not isinstance(result, BaseException) or isinstance(result, DomainError) for result in results), results
    return [result.code if isinstance(result, DomainError) else "" for result in results]


# --- claiming --------------------------------------------------------------------------------------------------------


async def test_a_newcomer_claims_a_username_and_is_known_from_then_on(do: Do):
    assert await do(None, linked_user, MIO) is None
    token = await do(None, keep_claim, HERE, MIO, "/r/1")
    claim = await do(None, view_claim, token)
    assert (claim.provider, claim.path, claim.username, claim.name) == ("oidc", "/r/1", "mio.sato", "Mio Sato")
    assert (claim.email, claim.email_verified) == ("mio@id.example", True)
    user = await do(None, claim_account, token, username="@Mio", name="Mio", locale="ja")
    assert (user.username, user.name, user.email, user.locale) == ("mio", "Mio", "mio@id.example", "ja")
    assert (user.password_hash, user.site_roles) == (None, [])
    known = await do(None, linked_user, MIO)
    assert known
    assert known.id == user.id


async def test_the_first_account_of_a_site_may_be_claimed_and_is_its_admins(do: Do, work: UnitOfWork):
    async with work.begin() as ctx:
        await ctx.db.delete((await ctx.db.scalars(select(User))).one())
    work.policy = replace(work.policy, sign_up="closed")
    assert (await claimed(do)).site_roles


async def test_a_claim_is_used_up_but_not_by_a_refusal(do: Do, make: Factory):
    await make.user(username="taken")
    token = await do(None, keep_claim, HERE, MIO, "/")
    for username, code in (("taken", "username_taken"), ("a b", "username_invalid"), ("admin", "username_taken")):
        with refused(code):
            await do(None, claim_account, token, username=username)
    await do(None, claim_account, token, username="mio")
    with refused("claim_not_found"):
        await do(None, claim_account, token, username="mio2")
    with refused("claim_not_found"):
        await do(None, view_claim, token)


async def test_expired_claim_is_refused(do: Do, clock: Clock):
    token = await do(None, keep_claim, HERE, MIO, "/")
    clock.advance(minutes=31)
    with refused("claim_not_found"):
        await do(None, view_claim, token)
    with refused("claim_not_found"):
        await do(None, claim_account, token, username="mio")


async def test_the_same_account_claimed_in_several_browsers_at_once_is_one(do: Do):
    tokens = [await do(None, keep_claim, HERE, MIO, "/") for _ in range(3)]
    claims = [do(None, claim_account, token, username=f"mio{n}") for n, token in enumerate(tokens)]
    results = codes(await asyncio.gather(*claims, return_exceptions=True))
    assert sorted(results) == ["", "email_taken", "email_taken"]
    other = ProviderProfile(HERE.issuer, "43")
    tokens = [await do(None, keep_claim, HERE, other, "/") for _ in range(3)]
    claims = [
        do(None, claim_account, token, username=f"rin{n}", email=f"rin{n}@example.com")
        for n, token in enumerate(tokens)
    ]
    results = codes(await asyncio.gather(*claims, return_exceptions=True))
    assert sorted(results) == ["", "identity_taken", "identity_taken"]


async def test_an_unverified_email_is_the_newcomers_to_choose_and_proves_nothing(do: Do, make: Factory):
    known = await make.user(email="mio@id.example")
    profile = replace(MIO, email_verified=False)
    token = await do(None, keep_claim, HERE, profile, "/")
    with refused("email_taken"):
        await do(None, claim_account, token, username="mio", email="mio@id.example")
    with refused("email_invalid"):
        await do(None, claim_account, token, username="mio")
    user = await do(None, claim_account, token, username="mio", email="other@example.com")
    assert user.email == "other@example.com"
    assert user.id != known.id


async def test_a_verified_email_of_somebodys_account_links_nothing_by_itself(do: Do, make: Factory):
    await make.user(email="mio@id.example")
    with refused("identity_email_known"):
        await do(None, keep_claim, HERE, replace(MIO, email="Mio@ID.example"), "/")
    assert await do(None, linked_user, MIO) is None


@pytest.mark.parametrize(("policy", "code"), [("closed", "sign_up_closed"), ("invite", "sign_up_by_invitation")])
async def test_a_closed_site_takes_no_newcomers(do: Do, work: UnitOfWork, policy: str, code: str):
    open_token = await do(None, keep_claim, HERE, MIO, "/")
    work.policy = replace(work.policy, sign_up=policy)
    with refused(code):
        await do(None, keep_claim, HERE, MIO, "/")
    with refused(code):
        await do(None, claim_account, open_token, username="mio")


async def test_an_invitation_admits_where_it_has_to(do: Do, work: UnitOfWork):
    work.policy = replace(work.policy, sign_up="invite")
    token = await do(None, keep_claim, HERE, MIO, "/join/x", invited=True)
    assert (await do(None, claim_account, token, username="mio", invited=True)).username == "mio"


# --- linking and unlinking -------------------------------------------------------------------------------------------


async def test_a_linked_account_lets_its_owner_in_and_shows_its_label(do: Do, make: Factory):
    aiko = await make.actor()
    await do(aiko, link_identity, MIO)
    await do(aiko, link_identity, MIO)
    known = await do(None, linked_user, replace(MIO, email="new@id.example"))
    assert known
    assert known.id == aiko.user_id
    mine = await do(aiko, my_identities)
    assert {issuer: each.label for issuer, each in mine.items()} == {HERE.issuer: "new@id.example"}


async def test_an_account_elsewhere_is_one_persons_and_a_person_has_one_at_each(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    await do(aiko, link_identity, MIO)
    with refused("identity_taken"):
        await do(ben, link_identity, MIO)
    with refused("provider_linked"):
        await do(aiko, link_identity, replace(MIO, subject="43"))
    await do(aiko, link_identity, ProviderProfile(OTHER.issuer, "42"))
    assert set(await do(aiko, my_identities)) == set(OFFERED)


async def test_concurrent_links_of_one_account_admit_one(do: Do, make: Factory):
    people = [await make.actor() for _ in range(4)]
    results = await asyncio.gather(*(do(each, link_identity, MIO) for each in people), return_exceptions=True)
    assert sorted(codes(results)) == ["", *["identity_taken"] * 3]


async def test_unlinking_ends_the_way_in(do: Do, make: Factory):
    aiko = await make.actor()
    await do(aiko, link_identity, MIO)
    await do(aiko, unlink_identity, HERE, OFFERED, PASSWORD)
    await do(aiko, unlink_identity, HERE, OFFERED, PASSWORD)
    assert await do(None, linked_user, MIO) is None


@pytest.mark.parametrize("was_shown", [False, True])
async def test_account_with_foreign_address_is_lost_on_recovery(
    do: Do, make: Factory, work: UnitOfWork, clock: Clock, was_shown: bool
):
    aiko = await make.actor(username="aiko", email_verified_at=clock.now if was_shown else None)
    await do(aiko, link_identity, MIO)
    clock.advance(hours=1)
    await do(None, mail_reset_link, "aiko@example.com")
    token = await link_token(work, "aiko@example.com", MailKind.RESET_PASSWORD)
    await do(None, recover_account, token, "seven quiet herons")
    assert (await do(None, linked_user, MIO) is not None) is was_shown


async def test_the_last_way_in_stays(do: Do):
    user = await claimed(do)
    async with do.work.begin() as ctx:
        mio, _ = begin_session(ctx, user, address="127.0.0.1", user_agent="test")
    with refused("last_way_in"):
        await do(mio, unlink_identity, HERE, OFFERED, PASSWORD)
    await do(mio, unlink_identity, OTHER, OFFERED, PASSWORD)
    await do(mio, link_identity, ProviderProfile(OTHER.issuer, "7"))
    with refused("last_way_in"):
        await do(mio, unlink_identity, HERE, [HERE.issuer], PASSWORD)  # the other one is not offered any more
    both = [do(mio, unlink_identity, each, OFFERED, PASSWORD) for each in (HERE, OTHER)]
    assert sorted(codes(await asyncio.gather(*both, return_exceptions=True))) == ["", "last_way_in"]


async def test_deleted_person_has_no_identity(do: Do, work: UnitOfWork):
    user = await claimed(do)
    async with work.begin() as ctx:
        await ctx.db.delete(await ctx.db.get_one(User, user.id))
    async with work.begin() as ctx:
        assert (await ctx.db.scalars(select(Identity))).all() == []
